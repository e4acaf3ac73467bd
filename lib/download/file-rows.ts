import { createHash } from 'node:crypto';
import type { FileCopy } from '../store/tables/file-copies.js';
import type { ChatDownload } from '../store/tables/mark-messages.js';
import type { ChosenFile } from './chosen-file.js';
import { FileClaimed, type FileClaims } from './claims/file-claims.js';
import type { KnownCopies } from './known-copies.js';
import type { DownloadOptions } from './options.js';
import type { Strangers } from './strangers.js';
import type { Turns } from './turns.js';

/** What the downloads of one run share. */
export interface Work
  extends Omit<DownloadOptions, 'reads' | 'selection' | 'template' | 'parallel' | 'marks' | 'onEvent'> {
  readonly claims: FileClaims;
  readonly copies: KnownCopies;
  readonly strangers: Strangers;
  /** One file of some content at a time: see Turns. */
  readonly turns: Turns;
}

/** The row of a file that is complete at a path, or about to be. */
export function copyRow(
  { accountId, host, clock }: Work,
  { planned, mediaId }: ChosenFile,
  at: Required<Pick<FileCopy, 'path' | 'sha256' | 'state'>> & Pick<FileCopy, 'modified'>,
): FileCopy {
  return {
    host,
    accountId,
    mediaId,
    chatId: planned.chatId,
    messageId: planned.messageId,
    size: planned.size,
    modified: planned.date,
    savedAt: Math.floor(clock.now()),
    ...at,
  };
}

/**
 * Notes that the file of an announced name has it, and the attempt, in one transaction. The attempt has an id that follows from
 * the announcement: a process that dies before it is noted leaves the announcement, and whoever settles that one writes the
 * same row. It ends the file's claim.
 * @throws FileClaimed when that was lost: then the announcement stays, and is settled when the file is looked at again.
 */
export async function noteDone(
  work: Work,
  file: ChosenFile,
  announced: FileCopy,
  startedAt = announced.savedAt,
): Promise<void> {
  const copy: FileCopy = { ...announced, state: 'there', savedAt: Math.floor(work.clock.now()) };
  const right = work.claims.rightTo(file);
  const isNoted = await work.copies.note(copy, attemptOf(work, file, announced, startedAt), right);
  work.claims.ended(file, isNoted ? 'noted' : 'lost');
  if (!isNoted) throw new FileClaimed(file);
}

/**
 * Notes a file that was found where this one would lie, and that nobody has announced: it is its owner's, and stays whatever
 * other hosts have.
 */
export async function noteAdopted(work: Work, file: ChosenFile, copy: FileCopy): Promise<void> {
  await work.copies.note(copy, attemptOf(work, file, copy, copy.savedAt));
}

function attemptOf(
  { accountId, clock }: Work,
  { planned: { chatId, messageId, size } }: ChosenFile,
  announced: FileCopy,
  startedAt: number,
): ChatDownload {
  const { path, sha256, mediaId } = announced;
  const download = {
    entryId: entryIdOf(announced),
    messageId,
    status: 'success' as const,
    startedAt,
    endedAt: clock.now(),
    bytes: size,
    path,
    ...(sha256 !== undefined && { sha256 }),
    ...(mediaId !== undefined && { mediaId }),
  };
  return { chat: { accountId, chatId }, download };
}

/** Notes an attempt that has failed. */
export async function noteFailure(
  { accountId, store, clock, random }: Work,
  { planned }: ChosenFile,
  failure: { readonly status: 'retry' | 'failed'; readonly startedAt: number; readonly error: string },
): Promise<void> {
  const entryId = random.bytes(16).toString('hex');
  await store.writer.noteDownload(
    { accountId, chatId: planned.chatId },
    { entryId, messageId: planned.messageId, endedAt: clock.now(), ...failure },
  );
}

/**
 * Notes that a file may not be downloaded, and why: once, however often it is come by, since its id follows from what it says.
 */
export async function noteRefusal(
  { accountId, host, store, clock }: Work,
  { planned, mediaId }: ChosenFile,
  error: string,
): Promise<void> {
  const { chatId, messageId } = planned;
  const entryId = idOf(['refused', host, chatId, messageId, String(mediaId), error]);
  const at = clock.now();
  await store.writer.noteDownload(
    { accountId, chatId },
    { entryId, messageId, status: 'failed', startedAt: at, endedAt: at, error },
  );
}

function entryIdOf({ host, path, sha256, chatId, messageId, savedAt }: FileCopy): string {
  return idOf([host, path, sha256, chatId, messageId, savedAt]);
}

function idOf(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

/**
 * Announces names before files get them, one after another: when a name turns out to be taken, its announcement is taken
 * back. Two files of one run that want the same name announce it in turn, and none replaces the row of the one that got it.
 * Whoever makes it ends it.
 */
export class Announcer {
  readonly #work: Work;
  readonly #file: ChosenFile;
  #last: FileCopy | undefined;
  #isNoted = false;
  #endTurn: (() => void) | undefined;

  constructor(work: Work, file: ChosenFile) {
    this.#work = work;
    this.#file = file;
  }

  /** What was announced last. */
  get last(): FileCopy | undefined {
    return this.#last;
  }

  async announce(path: string, sha256: string): Promise<void> {
    const { copies, turns, signal } = this.#work;
    if (this.#last && this.#last.path !== path) await this.#takeBack(this.#last);
    this.end();
    this.#endTurn = await turns.take(`name ${path}`, signal);
    this.#last = copyRow(this.#work, this.#file, { path, sha256, state: 'writing' });
    this.#isNoted = !(await this.#isTaken(path));
    if (this.#isNoted) await copies.note(this.#last);
  }

  /** Lets others announce the name. May be called more than once. */
  end(): void {
    this.#endTurn?.();
    this.#endTurn = undefined;
  }

  /**
   * Whether another file got the name while this one waited. If it was moved away since, its new place is noted first, so that
   * this one's row takes nothing from it.
   */
  async #isTaken(path: string): Promise<boolean> {
    const { copies } = this.#work;
    const noted = await copies.noted(path);
    if (noted?.state !== 'there' || this.#isOwn(noted)) return false;
    return (await copies.checked(noted))?.path === path;
  }

  /** Another process may have noted its own file under that name meanwhile. */
  async #takeBack({ path }: FileCopy): Promise<void> {
    if (!this.#isNoted) return;
    const { copies } = this.#work;
    const now = await copies.noted(path);
    if (now?.state === 'writing' && this.#isOwn(now)) await copies.forget(path);
  }

  #isOwn(copy: FileCopy): boolean {
    return isOf(this.#file, copy);
  }
}

/** Whether a path is noted as another message's file, or announced for one. */
export async function isOthers({ copies }: Work, file: ChosenFile, path: string): Promise<boolean> {
  const noted = await copies.noted(path);
  return noted !== undefined && noted.state !== 'gone' && !isOf(file, noted);
}

function isOf({ planned, mediaId: own }: ChosenFile, { chatId, messageId, mediaId }: FileCopy): boolean {
  return chatId === planned.chatId && messageId === planned.messageId && mediaId === own;
}
