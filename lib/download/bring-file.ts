import type { FileCopy } from '../store/tables/file-copies.js';
import { adoptProven, type Found, findCopies } from './already-there.js';
import type { ChosenFile } from './chosen-file.js';
import { fetchFile } from './fetch-file.js';
import { noteRefusal, type Work } from './file-rows.js';
import { type FileReport, failedBy, type Outcome } from './outcome.js';
import { giveSecondName } from './second-name-row.js';
import { inTries } from './tries.js';

/**
 * Brings one selected file to its place, unless it is there: known by its id and content, on this host and others, whatever
 * it is called now. Twice is as good as once, and a process that dies anywhere leaves nothing that the next one can't settle.
 * @throws FileBusy and FileClaimed while another process downloads it; what would stop every other file, too, and the signal's reason.
 */
export async function bringFile(work: Work, file: ChosenFile, report: FileReport): Promise<Outcome> {
  const { refused } = file;
  if (refused !== undefined) {
    await noteRefusal(work, file, refused.message);
    return failedBy(refused, false);
  }
  const outcome = await inTries(work, file, report, (startedAt) => bringOnce(work, file, report, startedAt));
  if (outcome.how === 'skipped') await work.place.tidy?.(file.key);
  if (outcome.how === 'skipped' && work.claims.wasLost(file))
    await work.place.discard({ path: file.planned.path, key: file.key });
  return outcome;
}

const NOTHING: Found = {};

async function bringOnce(
  work: Work,
  file: ChosenFile,
  report: FileReport,
  startedAt: number,
): Promise<Outcome> {
  work.signal.throwIfAborted();
  const { own, here, elsewhere } = work.claims.isNew(file) ? NOTHING : await findCopies(work, file);
  if (own) return skipped(work, file, own);
  const proven = await adoptProven(work, file);
  if (proven) return { how: 'skipped', copy: proven };
  if (here && work.dedupe === 'skip') return skipped(work, file, here);
  // A second name notes the content as what Telegram has sent.
  if (here && work.place.holds(here.path) && (await work.copies.isTelegrams(here, file.mediaId))) {
    report.started(0);
    const named = await giveSecondName(work, file, here);
    return named ?? bringOnce(work, file, report, startedAt);
  }
  if (elsewhere && work.dedupe === 'skip') return skipped(work, file, elsewhere);
  if (work.claims.has(file) || (await work.claims.take(file)))
    return fetchFile(work, file, report, startedAt);
  return bringOnce(work, file, report, startedAt);
}

async function skipped(work: Work, { planned, mediaId }: ChosenFile, copy: FileCopy): Promise<Outcome> {
  const { accountId, store, clock } = work;
  const { chatId, messageId } = planned;
  const { host, path } = copy;
  const at = Math.floor(clock.now());
  await store.writer.noteFound({ accountId, chatId }, { messageId, mediaId, host, path, at });
  return { how: 'skipped', copy };
}
