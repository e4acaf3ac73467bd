import type { FileCopy } from '../store/tables/file-copies.js';
import { adoptEqual, completeCopy } from './already-there.js';
import { begunBy } from './begun-source.js';
import type { ChosenFile } from './chosen-file.js';
import { Announcer, isOthers, noteDone, type Work } from './file-rows.js';
import type { FileReport, Outcome } from './outcome.js';
import { giveSecondName } from './second-name-row.js';
import { sourceOf } from './source-of.js';

/**
 * Downloads a file, in one try, whose success is a row of the log.
 * @param startedAt when the try began
 * @throws FileBusy while another process downloads it, FileClaimed when another one has taken it over; otherwise as the place's `receive`.
 */
export async function fetchFile(
  work: Work,
  file: ChosenFile,
  report: FileReport,
  startedAt: number,
): Promise<Outcome> {
  const { place, budget, clock, verifySource } = work;
  const { planned, key } = file;
  const { signal, end } = work.claims.watch(file, work.signal);
  const announcer = new Announcer(work, file);
  let equal: Equal | undefined;
  let endTurn: (() => void) | undefined;
  const receive = () =>
    place.receive({
      name: planned.name,
      size: planned.size,
      source: begunBy(sourceOf(work, file), () => work.claims.begin(file)),
      path: planned.path,
      key,
      modified: planned.date,
      mime: file.mime,
      budget,
      verifySource,
      signal,
      clock,
      onProgress: (progress) => report.progress(progress),
      onBegun: (bytesBefore) => report.started(bytesBefore),
      // Other ways keep no second file of one content.
      mayBe: async (name) => work.dedupe !== 'copy' || !(await isOthers(work, file, name)),
      onReceived: () => report.received(),
      async onComplete(content, name) {
        endTurn ??= await work.turns.take(content, signal);
        equal ??= await equalTo(work, file, content);
        if (equal) return false;
        await work.claims.confirm(file);
        await announcer.announce(name, content);
        return true;
      },
    });
  try {
    const { path, sha256 } = await receive();
    if (equal) return await settleEqual(work, file, equal, sha256);
    const announced = announcer.last;
    if (path === undefined || !announced) throw new Error('A file that is complete and new got no name.');
    await noteDone(work, file, { ...announced, path }, startedAt);
    return { how: 'downloaded', path, bytes: planned.size };
  } finally {
    announcer.end();
    endTurn?.();
    end();
  }
}

/** A file that lies here and has the content that was downloaded. */
interface Equal {
  readonly copy: FileCopy;
  /** It lay here under the wanted name, from an earlier run, and has been noted as this file. */
  readonly isOwn: boolean;
}

async function equalTo(work: Work, file: ChosenFile, sha256: string): Promise<Equal | undefined> {
  const own = await adoptEqual(work, file, sha256);
  if (own) return { copy: own, isOwn: true };
  if (work.dedupe === 'copy') return undefined;
  for (const noted of await work.copies.ofContent([sha256])) {
    if (!work.copies.isHere(noted)) continue;
    const copy =
      noted.state === 'writing' ? await completeCopy(work, noted) : await work.copies.checked(noted);
    if (copy && work.dedupe === 'skip') return { copy, isOwn: false };
    const proven = copy && work.place.holds(copy.path) ? await work.copies.proven(copy) : undefined;
    if (proven) return { copy: proven, isOwn: false };
  }
  return undefined;
}

/** The content is known now, so that the next run needn't download it to see that it is here. */
async function settleEqual(
  work: Work,
  file: ChosenFile,
  { copy, isOwn }: Equal,
  sha256: string,
): Promise<Outcome> {
  if (isOwn) return { how: 'skipped', copy };
  if (work.dedupe === 'link') {
    const named = await giveSecondName(work, file, { ...copy, sha256 });
    if (!named) throw new Error('A file that was just proven to be there is another one.');
    return named;
  }
  const { accountId, store, clock, random } = work;
  const { chatId, messageId, size } = file.planned;
  const now = clock.now();
  await store.writer.noteDownload(
    { accountId, chatId },
    {
      entryId: random.bytes(16).toString('hex'),
      messageId,
      status: 'success',
      startedAt: now,
      endedAt: now,
      bytes: size,
      path: copy.path,
      sha256,
      mediaId: file.mediaId,
    },
  );
  return { how: 'skipped', copy };
}
