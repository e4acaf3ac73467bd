import type { FileCopy } from '../store/tables/file-copies.js';
import type { ChosenFile } from './chosen-file.js';
import { numberedPath } from './claim-name.js';
import { copyRow, noteDone, type Work } from './file-rows.js';
import { judge } from './judge.js';
import { isProvenSame, type Proof } from './proof.js';
import { sourceOf } from './source-of.js';

/** What is known of a file before it is downloaded. */
export interface Found {
  /** It lies here under a name of its own: nothing is to be done. */
  readonly own?: FileCopy;
  /** It lies here, for another message. */
  readonly here?: FileCopy;
  /** It lies on another host. */
  readonly elsewhere?: FileCopy;
}

/** Looks for a file among the copies that are noted, settles what a crash has left, and checks what lies here. */
export async function findCopies(work: Work, file: ChosenFile): Promise<Found> {
  const { chatId, messageId } = file.planned;
  const noted = (await work.copies.ofMedia([file.mediaId])).get(file.mediaId) ?? [];
  let [here, elsewhere]: (FileCopy | undefined)[] = [];
  for (const copy of ownFirst(noted, file)) {
    if (!work.copies.isHere(copy)) {
      if (copy.state === 'there') elsewhere ??= copy;
      continue;
    }
    const there =
      copy.state === 'writing' ? await settled(work, file, copy) : await work.copies.checked(copy);
    if (!there) continue;
    if (there.chatId === chatId && there.messageId === messageId && there.mediaId === file.mediaId) {
      return { own: there };
    }
    here ??= there;
  }
  return { ...(here && { here }), ...(elsewhere && { elsewhere }) };
}

function ownFirst(copies: readonly FileCopy[], { planned }: ChosenFile): readonly FileCopy[] {
  const isOwn = ({ chatId, messageId }: FileCopy): boolean =>
    chatId === planned.chatId && messageId === planned.messageId;
  return [...copies.filter(isOwn), ...copies.filter((copy) => !isOwn(copy))];
}

/**
 * A process died between the announcement of a name and the row that the file has it. The file has it if its content is
 * there; else the announcement is taken back. Another message's is left to whoever downloads that one.
 */
async function settled(work: Work, file: ChosenFile, copy: FileCopy): Promise<FileCopy | undefined> {
  const { chatId, messageId } = file.planned;
  const isOwn = copy.chatId === chatId && copy.messageId === messageId && copy.mediaId === file.mediaId;
  const there = await completeCopy(work, copy);
  if (!isOwn) return there;
  if (!there) {
    await work.place.freeName?.({ path: copy.path, at: copy.savedAt });
    await work.copies.forget(copy.path);
    return undefined;
  }
  await work.place.discard({ path: file.planned.path, key: file.key });
  await noteDone(work, file, copy);
  return there;
}

/** A copy that was announced, if its file has the announced content. */
export async function completeCopy(
  { place, copies, signal }: Work,
  copy: FileCopy,
): Promise<FileCopy | undefined> {
  const now = place.holds(copy.path) ? await place.stat(copy.path, signal) : undefined;
  if (now?.size !== copy.size) return undefined;
  return (await copies.hashAt(copy.path, copy.size)) === copy.sha256
    ? { ...copy, state: 'there' }
    : undefined;
}

/**
 * A file that nothing is known of may lie under the name that this one would get: an earlier run of another database has
 * left it. It counts only when Telegram's hashes prove it; then it is noted. Undefined when it isn't proven.
 */
export async function adoptProven(work: Work, file: ChosenFile): Promise<FileCopy | undefined> {
  // Telegram has no hashes of photos.
  if (file.file.kind === 'photo') return undefined;
  const { place, signal } = work;
  const { size } = file.planned;
  for await (const path of strangers(work, file)) {
    if (await provesSame(work, { place, path, size, source: sourceOf(work, file), signal })) {
      await place.discard({ path: file.planned.path, key: file.key });
      return adopt(work, file, path);
    }
  }
  return undefined;
}

/** Without an answer nothing is proven: then the file is downloaded, and that shows what is wrong. */
async function provesSame(work: Work, proof: Proof): Promise<boolean> {
  try {
    return (await isProvenSame(proof)) === true;
  } catch (error) {
    work.signal.throwIfAborted();
    if (judge(error) === 'run') throw error;
    return false;
  }
}

/** As adoptProven, for content that has been downloaded, by its SHA-256. */
export async function adoptEqual(
  work: Work,
  file: ChosenFile,
  sha256: string,
): Promise<FileCopy | undefined> {
  for await (const path of strangers(work, file)) {
    if ((await work.copies.hashAt(path, file.planned.size)) === sha256) return adopt(work, file, path);
  }
  return undefined;
}

async function adopt(work: Work, file: ChosenFile, path: string): Promise<FileCopy> {
  const sha256 = await work.copies.hashAt(path, file.planned.size);
  const row = copyRow(work, file, { path, sha256, state: 'writing' });
  await work.copies.note(row);
  await noteDone(work, file, row);
  return { ...row, state: 'there' };
}

/** Files of the right size under the name that was wanted, or that name with a number, of which nothing is noted. */
async function* strangers({ place, copies, signal }: Work, { planned }: ChosenFile): AsyncGenerator<string> {
  for (let number = 1; ; number += 1) {
    const path = place.pathOf(numberedPath(planned.path, number));
    const there = await place.stat(path, signal);
    if (!there) return;
    if (there.size !== planned.size) continue;
    const noted = await copies.at(path);
    if (!noted || noted.state === 'gone') yield path;
  }
}
