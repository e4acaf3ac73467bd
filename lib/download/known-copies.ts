import { createHash } from 'node:crypto';
import { isOutOfReach } from '../store/out-of-reach.js';
import {
  copiesOfContent,
  copiesOfMedia,
  copyAt,
  type FileCopy,
  hashesOfMedia,
} from '../store/tables/file-copies.js';
import { statFile } from './disk-place.js';
import type { DownloadOptions } from './options.js';

type Options = Pick<DownloadOptions, 'store' | 'accountId' | 'host' | 'place' | 'clock' | 'log' | 'signal'>;

/** How many copies of this run are remembered, for when the database can't be asked. */
const MOST_REMEMBERED = 2_000;

/**
 * Where files are known to lie. What the database says of this host is checked: a copy counts only while a file of its
 * size is there. A database that is out of reach knows nothing; then only what this run has noted counts.
 */
export class KnownCopies {
  readonly #options: Options;
  readonly #own = new Map<string, FileCopy>();
  readonly #hashes = new Map<string, Promise<string>>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** All that is noted of some photos and files, under their ids, and of whatever else has their content. */
  async ofMedia(mediaIds: readonly bigint[]): Promise<ReadonlyMap<bigint, readonly FileCopy[]>> {
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

  /** As `at`, also what another process has noted since; what this run noted, while the database is out of reach. */
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

  async note(copy: FileCopy): Promise<void> {
    await this.#options.store.writer.noteCopy(copy);
    this.#own.delete(copy.path);
    this.#own.set(copy.path, copy);
    const [oldest] = this.#own.keys();
    if (this.#own.size > MOST_REMEMBERED && oldest !== undefined) this.#own.delete(oldest);
  }

  async forget(path: string): Promise<void> {
    this.#own.delete(path);
    await this.#options.store.writer.forgetCopy(this.#options.host, path);
  }

  /** Whether this host can look at the copy: it lies on its disk, or in the bucket of this download. */
  isHere({ host, path }: FileCopy): boolean {
    return this.#options.place.holds(path)
      ? isShared(path) || host === this.#options.host
      : this.#isOnDisk(host, path);
  }

  /**
   * The copy, if its file is still there; if it was moved within the place, the copy at its new path, which is noted. One
   * that is gone is noted as gone. Only for copies that are here, and not being written.
   */
  async checked(copy: FileCopy): Promise<FileCopy | undefined> {
    const { clock } = this.#options;
    if (await this.isThere(copy)) {
      if (copy.state !== 'there') await this.note({ ...copy, state: 'there', savedAt: clock.now() });
      return { ...copy, state: 'there' };
    }
    if (copy.state === 'gone') return undefined;
    const path = await this.#moved(copy);
    if (path === undefined) {
      await this.note({ ...copy, state: 'gone', savedAt: clock.now() });
      return undefined;
    }
    const moved: FileCopy = { ...copy, path, savedAt: clock.now() };
    await this.note(moved);
    await this.forget(copy.path);
    return moved;
  }

  /** Whether a file of its size is at its path. Only for copies that are here. */
  async isThere({ path, size }: FileCopy): Promise<boolean> {
    const { place, signal } = this.#options;
    const now = place.holds(path) ? await place.stat(path, signal) : await statFile(path);
    return now?.size === size;
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
  async #moved({ size, sha256 }: FileCopy): Promise<string | undefined> {
    if (sha256 === undefined) return undefined;
    const { place, signal } = this.#options;
    for (const path of await place.filesOfSize(size, signal)) {
      const noted = await this.at(path);
      if (noted && noted.state !== 'gone') continue;
      const now = await place.stat(path, signal);
      if (now?.size === size && (await this.hashAt(path, size)) === sha256) return path;
    }
    return undefined;
  }

  async #hashOf(path: string, size: number): Promise<string> {
    const { place, signal } = this.#options;
    const hash = createHash('sha256');
    for await (const piece of place.read(path, { offset: 0, length: size }, signal)) hash.update(piece);
    return hash.digest('hex');
  }

  #isOnDisk(host: string, path: string): boolean {
    return host === this.#options.host && !isShared(path);
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

/** A bucket's path leads to the file from every host. */
function isShared(path: string): boolean {
  return path.startsWith('s3://');
}

function isSamePlace(one: FileCopy, other: FileCopy): boolean {
  return one.path === other.path && (one.host === other.host || isShared(one.path));
}
