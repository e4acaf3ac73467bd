import type { FileCopy } from '../store/tables/file-copies.js';
import type { ChosenFile } from './chosen-file.js';
import { copyRow, noteAdopted, noteDone, type Work } from './file-rows.js';
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

/**
 * Looks for a file among the copies that are noted, settles what a crash has left, and checks what lies here.
 * @throws FileClaimed when another process has what a crash has left
 */
export async function findCopies(work: Work, file: ChosenFile): Promise<Found> {
  let [noted = []] = await work.copies.ofFiles([file]);
  if (noted.some((copy) => isUnsettled(work, file, copy)) && !work.claims.has(file)) {
    await work.claims.take(file);
    [noted = []] = await work.copies.ofFiles([file]);
  }
  let elsewhere: FileCopy | undefined;
  for (const copy of bestFirst(noted, file)) {
    if (!work.copies.isHere(copy)) {
      if (copy.state === 'there') elsewhere ??= copy;
      continue;
    }
    const there =
      copy.state === 'writing' ? await settled(work, file, copy, noted) : await work.copies.checked(copy);
    if (!there) continue;
    if (!isOwn(there, file)) return { here: there, ...(elsewhere && { elsewhere }) };
    const own = there.mediaId === undefined ? await identified(work, file, there) : there;
    if (own) return { own };
  }
  return { ...(elsewhere && { elsewhere }) };
}

/** The file's own copies, then others; of each kind the most likely ones first. */
function bestFirst(copies: readonly FileCopy[], file: ChosenFile): readonly FileCopy[] {
  const rank = (copy: FileCopy): number => (isOwn(copy, file) ? 0 : 3) + RANKS.indexOf(copy.state);
  return [...copies].sort((one, other) => rank(one) - rank(other));
}

const RANKS: readonly FileCopy['state'][] = ['there', 'writing', 'gone'];

/** Whether a copy is the file's own. What only its message names is, by its size. */
export function isOwn(
  { chatId, messageId, mediaId }: FileCopy,
  { planned, mediaId: own }: Pick<ChosenFile, 'planned' | 'mediaId'>,
): boolean {
  const isOfMessage = chatId === planned.chatId && messageId === planned.messageId;
  return isOfMessage && (mediaId === undefined || mediaId === own);
}

/**
 * Another program has noted the copy as its message's: from now on it is known by the file's id and its content, and
 * nothing says that Telegram has sent that. With
 * `verifySource` it must be what Telegram's hashes say, where there are any.
 */
async function identified(work: Work, file: ChosenFile, copy: FileCopy): Promise<FileCopy | undefined> {
  const { copies, verifySource, clock, signal } = work;
  const { path, size } = copy;
  const proof = { place: copies, path, size, source: sourceOf(work, file), signal };
  const proven = verifySource ? await tryProof(work, proof) : undefined;
  if (proven === false) return undefined;
  const sha256 = await copies.hashAt(path, size);
  const known = { ...copy, mediaId: file.mediaId, sha256, savedAt: Math.floor(clock.now()) };
  // Only a proof makes its hash that of what Telegram has.
  if (proven) await noteAdopted(work, file, known);
  else await copies.note(known);
  return known;
}

/**
 * A process died between the announcement of a name and the row that the file has it. The file has it if its content is
 * there; else the announcement is taken back. Another message's is left to whoever downloads that one.
 */
async function settled(
  work: Work,
  file: ChosenFile,
  copy: FileCopy,
  noted: readonly FileCopy[],
): Promise<FileCopy | undefined> {
  const there = await completeCopy(work, copy);
  if (!isOwn(copy, file)) return there;
  if (!there) {
    await work.place.freeName?.({ path: copy.path, at: copy.savedAt });
    await work.copies.forget(copy.path);
    return undefined;
  }
  const other = work.claims.areUsed ? noted.find((one) => isAnother(work, one, copy)) : undefined;
  if (other) {
    await giveUp(work, copy, other);
    return undefined;
  }
  await work.place.discard({ path: file.planned.path, key: file.key });
  await noteDone(work, file, copy);
  return there;
}

/** Whether a copy of the file's own was announced here, and not noted as there. */
function isUnsettled({ copies }: Work, file: ChosenFile, copy: FileCopy): boolean {
  return copy.state === 'writing' && isOwn(copy, file) && copies.isHere(copy);
}

/** Whether another host has noted the file as there since this one announced it. */
function isAnother({ copies }: Work, other: FileCopy, { host, path }: FileCopy): boolean {
  return other.state === 'there' && other.host !== host && (other.path === path || !copies.isHere(other));
}

/**
 * The claim was lost, or had expired, before the file was noted, and another host has brought it. In a bucket both have one
 * name for it.
 */
async function giveUp({ place, copies, log }: Work, copy: FileCopy, other: FileCopy): Promise<void> {
  if (other.path !== copy.path && place.remove && (await copies.isAsNoted(copy)))
    await place.remove(copy.path);
  await copies.forget(copy.path);
  log.info('copy_given_up', { path: copy.path, host: other.host });
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
  for await (const path of work.strangers.under(file.planned.path, size)) {
    if ((await tryProof(work, { place, path, size, source: sourceOf(work, file), signal })) === true) {
      await place.discard({ path: file.planned.path, key: file.key });
      return adopt(work, file, path);
    }
  }
  return undefined;
}

/** Without an answer nothing is proven: then the file is downloaded, and that shows what is wrong. */
async function tryProof(work: Work, proof: Proof): Promise<boolean | undefined> {
  try {
    return await isProvenSame(proof);
  } catch (error) {
    work.signal.throwIfAborted();
    if (judge(error) === 'run') throw error;
    return undefined;
  }
}

/** As adoptProven, for content that has been downloaded, by its SHA-256. */
export async function adoptEqual(
  work: Work,
  file: ChosenFile,
  sha256: string,
): Promise<FileCopy | undefined> {
  for await (const path of work.strangers.under(file.planned.path, file.planned.size)) {
    if ((await work.copies.hashAt(path, file.planned.size)) === sha256) return adopt(work, file, path);
  }
  return undefined;
}

async function adopt(work: Work, file: ChosenFile, path: string): Promise<FileCopy> {
  const sha256 = await work.copies.hashAt(path, file.planned.size);
  const modified = (await work.place.stat(path, work.signal))?.modified;
  const at = { path, sha256, state: 'there', ...(modified !== undefined && { modified }) } as const;
  const copy = copyRow(work, file, at);
  await noteAdopted(work, file, copy);
  return copy;
}
