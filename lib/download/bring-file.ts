import { adoptProven, findCopies } from './already-there.js';
import type { ChosenFile } from './chosen-file.js';
import { fetchFile } from './fetch-file.js';
import type { Work } from './file-rows.js';
import type { FileReport, Outcome } from './outcome.js';
import { giveSecondName } from './second-name-row.js';
import { inTries } from './tries.js';

/**
 * Brings one selected file to its place, unless it is there: known by its id and content, on this host and others, whatever
 * it is called now. Twice is as good as once, and a process that dies anywhere leaves nothing that the next one can't settle.
 * @throws FileBusy while another process downloads it; what would stop every other file, too, and the signal's reason.
 */
export async function bringFile(work: Work, file: ChosenFile, report: FileReport): Promise<Outcome> {
  if (file.refused !== undefined) return { how: 'failed', error: file.refused, isNetwork: false };
  return inTries(work, file, report, (startedAt) => bringOnce(work, file, report, startedAt));
}

async function bringOnce(
  work: Work,
  file: ChosenFile,
  report: FileReport,
  startedAt: number,
): Promise<Outcome> {
  work.signal.throwIfAborted();
  const { own, here, elsewhere } = await findCopies(work, file);
  if (own) return { how: 'skipped', copy: own };
  const proven = await adoptProven(work, file);
  if (proven) return { how: 'skipped', copy: proven };
  if (here && work.dedupe === 'skip') return { how: 'skipped', copy: here };
  if (here && work.place.holds(here.path)) {
    report.started(0);
    return giveSecondName(work, file, here);
  }
  if (elsewhere && work.dedupe === 'skip') return { how: 'skipped', copy: elsewhere };
  return fetchFile(work, file, report, startedAt);
}
