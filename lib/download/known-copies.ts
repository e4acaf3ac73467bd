import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isOutOfReach } from '../store/out-of-reach.js';
import type { ClaimOfFile } from '../store/tables/claimed-notes.js';
import { claimName } from '../store/tables/file-claims.js';
import {
  copiesOfContent,
  copiesOfMedia,
  copiesOfMessages,
  copyAt,
  type FileCopy,
  hasCopiesWithoutMedia,
  hashesOfMedia,
} from '../store/tables/file-copies.js';
import type { ChatDownload } from '../store/tables/mark-messages.js';
import { isInBucket, isShared } from './bucket-path.js';
import type { ChosenFile } from './chosen-file.js';
import { isFolderUsed, statFile } from './disk-place.js';
import type { DownloadOptions } from './options.js';
import type { FilePlace } from './place.js';

type Options = Pick<DownloadOptions, 'store' | 'accountId' | 'host' | 'place' | 'clock' | 'log' | 'signal'>;

/** How many copies of this run are remembered, for when the database can't be asked. */
const MOST_REMEMBERED = 2_000;

/** What file systems may add to a time, or take from it, in seconds: FAT keeps even ones. */
const TIME_STEP = 2;

type KnownFile = Pick<ChosenFile, 'mediaId' | 'planned'>;

/**
 * Where files are known to lie. What the database says of this host is checked: a copy counts only while a file of its
 * size and time is there, or one of its content. A database that is out of reach knows nothing; then only what this run has noted counts.
 */
export class KnownCopies {
  readonly #options: Options;
  readonly #own = new Map<string, FileCopy>();
  readonly #hashes = new Map<string, Promise<string>>();
  /** Paths of the copies that this run has noted along with the attempt that has brought them. */
  readonly #brought = new Set<string>();
  /** Whether there are copies that only their messages name; undefined while that isn't known. */
  #hasUnnamed: boolean | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /**
   * All that is noted of each file, under its id, and of whatever else has its content; also what another program has noted of
   * the file's message, if it has the file's size.
   */
  async ofFiles(files: readonly KnownFile[]): Promise<readonly (readonly FileCopy[])[]> {
    const byMedia = await this.#ofMedia([...new Set(files.map(({ mediaId }) => mediaId))]);
    const unnamed = await this.#unnamed(files);
    return files.map(({ mediaId, planned }) => [
      ...(byMedia.get(mediaId) ?? []),
      ...unnamed.filter(
        ({ chatId, messageId, size }) =>
          chatId === planned.chatId && messageId === planned.messageId && size === planned.size,
      ),
    ]);
  }

  async #unnamed(files: readonly KnownFile[]): Promise<readonly FileCopy[]> {
    const { accountId } = this.#options;
    const { db } = this.#options.store;
    this.#hasUnnamed ??= await this.#asked(() => hasCopiesWithoutMedia(db, accountId), undefined);
    if (this.#hasUnnamed !== true) return [];
    const found: FileCopy[] = [];
    for (const chatId of new Set(files.map(({ planned }) => planned.chatId))) {
      const ids = files.flatMap(({ planned }) => (planned.chatId === chatId ? [planned.messageId] : []));
      found.push(...(await this.#asked(() => copiesOfMessages(db, { accountId, chatId }, ids), [])));
    }
    return found.filter(({ mediaId }) => mediaId === undefined);
  }

  async #ofMedia(mediaIds: readonly bigint[]): Promise<ReadonlyMap<bigint, readonly FileCopy[]>> {
    const { accountId } = this.#options;
    const { db } = this.#options.store;
    const found = new Map<bigint, FileCopy[]>(mediaIds.map((id) => [id, []]));
    const add = (id: bigint, copy: FileCopy): void => {
      const others = found.get(id);
      if (others && !others.some((other) => isSamePlace(copy, other))) others.push(copy);
    };
    const copies = await this.#asked(() => copiesOfMedia(db, accountId, mediaIds), []);
    for (const copy of copies) if (copy.mediaId !== undefined) add(copy.mediaId, copy);
    const hashes = await this.#asked(() => hashesOfMedia(db, accountId, mediaIds), new Map());
    const same = await this.ofContent([...new Set(hashes.values())]);
    for (const [id, sha256] of hashes) {
      for (const copy of same) if (copy.sha256 === sha256) add(id, copy);
    }
    for (const copy of this.#own.values()) if (copy.mediaId !== undefined) add(copy.mediaId, copy);
    return found;
  }

  async ofContent(sha256: readonly string[]): Promise<readonly FileCopy[]> {
    const found = await this.#asked(() => copiesOfContent(this.#options.store.db, sha256), []);
    const own = [...this.#own.values()].filter((copy) => sha256.includes(copy.sha256 ?? ''));
    return [...found, ...own.filter((copy) => !found.some((other) => isSamePlace(copy, other)))];
  }

  /** What is noted of a path on this host. */
  async at(path: string): Promise<FileCopy | undefined> {
    return this.ofThisRun(path) ?? this.#asked(() => this.#inDatabase(path), undefined);
  }

  /** As `at`, also what others have noted since; what this run noted, while the database is out of reach. */
  noted(path: string): Promise<FileCopy | undefined> {
    return this.#asked(() => this.#inDatabase(path), this.ofThisRun(path));
  }

  /** What this run has noted of a path, unless that is long ago. */
  ofThisRun(path: string): FileCopy | undefined {
    return this.#own.get(path);
  }

  #inDatabase(path: string): Promise<FileCopy | undefined> {
    return copyAt(this.#options.store.db, this.#options.host, path);
  }

  /**
   * `attempt`: the one that has brought it, which is noted along with it, unless the copy is noted as there already: both, or none.
   * Returns false, and notes nothing, when the claim by whose right it is noted was lost.
   */
  async note(copy: FileCopy, attempt?: ChatDownload, claim?: ClaimOfFile): Promise<boolean> {
    const { writer } = this.#options.store;
    const brought = { copy, ...(attempt && { attempt }) };
    const lost = await writer.noteFiles([
      claim ? { kind: 'claimed', claim, ...brought } : { kind: attempt ? 'brought' : 'copy', ...brought },
    ]);
    if (claim && lost?.includes(claimName(claim.accountId, claim.mediaId))) return false;
    this.#own.delete(copy.path);
    this.#own.set(copy.path, copy);
    if (attempt) this.#brought.add(copy.path);
    const [oldest] = this.#own.keys();
    if (this.#own.size > MOST_REMEMBERED && oldest !== undefined) this.#drop(oldest);
    return true;
  }

  /** Whether Telegram has sent a copy's content as that of a file. What another program has noted may be anything of its size. */
  async isTelegrams({ path, sha256 }: FileCopy, mediaId: bigint): Promise<boolean> {
    if (this.#brought.has(path)) return true;
    const { store, accountId } = this.#options;
    const known = await this.#asked(() => hashesOfMedia(store.db, accountId, [mediaId]), new Map());
    return sha256 !== undefined && known.get(mediaId) === sha256;
  }

  #drop(path: string): void {
    this.#own.delete(path);
    this.#brought.delete(path);
  }

  async forget(path: string): Promise<void> {
    this.#drop(path);
    await this.#options.store.writer.forgetCopy(this.#options.host, path);
  }

  /** Whether this host can look at the copy: it lies on its disk, or in the bucket of this download. */
  isHere({ host, path }: FileCopy): boolean {
    return this.#options.place.holds(path)
      ? isShared(path) || host === this.#options.host
      : this.#isOnDisk(host, path);
  }

  /**
   * The copy, if its file is still there; if it was moved within the place, the copy at its new path. Only for copies that are
   * here. Notes what has changed: see `find`, which doesn't; but not that a file is gone whose whole folder is, since its disk may
   * come back.
   */
  async checked(copy: FileCopy): Promise<FileCopy | undefined> {
    const { clock, store } = this.#options;
    const now = await this.find(copy);
    const savedAt = Math.floor(clock.now());
    if (!now) {
      if (copy.state !== 'gone' && (isInBucket(copy.path) || (await isFolderUsed(copy.path))))
        await this.note({ ...copy, state: 'gone', savedAt });
      return undefined;
    }
    const isMoved = now.path !== copy.path;
    if (isMoved || copy.state !== 'there' || now.modified !== copy.modified)
      await this.note({ ...now, savedAt });
    if (!isMoved) return now;
    await this.forget(copy.path);
    const { accountId, chatId, messageId, mediaId, host, path } = now;
    if (mediaId !== undefined) {
      const found = { messageId, mediaId, host, path, at: savedAt };
      await store.writer.noteFound({ accountId, chatId }, found);
    }
    return now;
  }

  /**
   * The copy as it lies here, and where; undefined when it is gone. A file whose time isn't the noted one was written since, or
   * only touched: it counts if it has the noted content. Only for copies that are here.
   */
  async find(copy: FileCopy): Promise<FileCopy | undefined> {
    const there = await this.#stat(copy.path);
    if (there?.size === copy.size) {
      if (isAsNoted(copy, there)) return copy;
      const { modified } = there;
      if (copy.sha256 === undefined || (await this.hashAt(copy.path, copy.size)) === copy.sha256)
        return { ...copy, state: 'there', ...(modified !== undefined && { modified }) };
    }
    if (copy.state !== 'there') return undefined;
    return this.#moved(copy);
  }

  /**
   * The copy with the hash of the bytes that lie there, which have been read by this run. Undefined when those aren't what was
   * noted: that is noted. Only for copies that are here.
   */
  async proven(copy: FileCopy): Promise<FileCopy | undefined> {
    const own = this.ofThisRun(copy.path);
    if (own?.state === 'there' && own.sha256 !== undefined) return own;
    const sha256 = await this.hashAt(copy.path, copy.size);
    if (copy.sha256 === undefined || copy.sha256 === sha256) return { ...copy, sha256 };
    await this.note({ ...copy, state: 'gone', savedAt: Math.floor(this.#options.clock.now()) });
    return undefined;
  }

  #stat(path: string): ReturnType<FilePlace['stat']> {
    const { place, signal } = this.#options;
    return place.holds(path) ? place.stat(path, signal) : statFile(path);
  }

  /** Whether a file that is here has the noted content, read from scratch. */
  async isAsNoted({ path, size, sha256 }: FileCopy): Promise<boolean> {
    return (await this.#stat(path))?.size === size && (await this.#hashOf(path, size)) === sha256;
  }

  /** SHA-256 of a file that is here, in hex; each file is read once at most. */
  hashAt(path: string, size: number): Promise<string> {
    const known = this.#hashes.get(path);
    if (known) return known;
    const hash = this.#hashOf(path, size);
    this.#hashes.set(path, hash);
    hash.catch(() => this.#hashes.delete(path));
    return hash;
  }

  /** Looks among the files of the same size that nobody else's row explains. */
  async #moved(copy: FileCopy): Promise<FileCopy | undefined> {
    const { size, sha256 } = copy;
    if (sha256 === undefined) return undefined;
    const { place, signal } = this.#options;
    for (const path of await place.filesOfSize(size, signal)) {
      if (path === copy.path) continue;
      const noted = await this.at(path);
      if (noted && noted.state !== 'gone') continue;
      const now = await place.stat(path, signal);
      if (now?.size !== size || (await this.hashAt(path, size)) !== sha256) continue;
      return { ...copy, path, ...(now.modified !== undefined && { modified: now.modified }) };
    }
    return undefined;
  }

  async #hashOf(path: string, size: number): Promise<string> {
    const hash = createHash('sha256');
    const { signal } = this.#options;
    for await (const piece of this.read(path, { offset: 0, length: size }, signal)) hash.update(piece);
    return hash.digest('hex');
  }

  /** As FilePlace.read, also for a file on this disk that the place doesn't hold. */
  read(...[path, range, signal]: Parameters<FilePlace['read']>): AsyncIterable<Uint8Array> {
    const { place } = this.#options;
    if (place.holds(path)) return place.read(path, range, signal);
    const { offset: start, length } = range;
    return length > 0 ? createReadStream(path, { start, end: start + length - 1, signal }) : nothing();
  }

  #isOnDisk(host: string, path: string): boolean {
    return host === this.#options.host && !isInBucket(path);
  }

  async #asked<T>(ask: () => Promise<T>, unknown: T): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!isOutOfReach(error)) throw error;
      this.#options.log.debug('copies_unknown', { error: error.message });
      return unknown;
    }
  }
}

/** Whether a file of the noted size has the noted time, as far as both are known. */
function isAsNoted({ state, modified }: FileCopy, there: { readonly modified?: number }): boolean {
  if (state !== 'there') return false;
  if (modified === undefined || there.modified === undefined) return true;
  return Math.abs(there.modified - modified) <= TIME_STEP;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function isSamePlace(one: FileCopy, other: FileCopy): boolean {
  return one.path === other.path && (one.host === other.host || isShared(one.path));
}
