import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { link, lstat, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TelepiError } from '../../base/errors.js';
import { makePrivateDirectory } from '../../base/private-directory.js';
import { codeOf } from '../../base/system-errors.js';
import type { FileElsewhere, FileOnDisk, FileToFetch, FoundFile } from '../exported.js';
import { notWritten } from './disk-error.js';
import { BEGUN, type FetchedFiles } from './fetched-files.js';
import { numbered } from './safe-name.js';
import { holdsContent } from './same-content.js';

/** How media come into an export: as copies, as second names of the same files, as links to them, or not at all. */
export const MEDIA_WAYS = ['copy', 'link', 'symlink', 'none'] as const;
export type MediaWay = (typeof MEDIA_WAYS)[number];

export interface PlacerOptions {
  /** The export's, absolute. */
  readonly folder: string;
  /** A folder of the same file system for files under way. */
  readonly temporary: string;
  readonly way: MediaWay;
  /** Takes what has the name and content already for the file itself: an earlier export has put it there. */
  readonly adopts: boolean;
  readonly fetched: FetchedFiles;
  /** Called while a file is fetched, with how many of its bytes there are so far. */
  readonly onBytes?: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Names of which it is remembered how many files have them. */
const MOST_NAMES = 10_000;
/** What file systems without hard links answer, and those with another file's system. */
const NO_LINK: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
/** What a source that isn't there any more answers. */
const GONE: ReadonlySet<string> = new Set(['ENOENT', 'BLOB_MISSING', 'BLOB_DAMAGED', 'EACCES', 'EISDIR']);

/** Where a file was put, and the SHA-256 of its content as far as it is known. */
export interface PutFile {
  readonly path: string;
  readonly sha256: string | undefined;
}

/** False: something else has the name. Undefined: there is no such content any more. */
type Made = boolean | { readonly sha256: string } | undefined;

/** Puts files into an export's folder, each whole or not at all, and none over another. */
export class Placer {
  readonly #options: PlacerOptions;
  readonly #made = new Set<string>();
  readonly #next = new Map<string, number>();
  /** Files and bytes that this process has put there. */
  readonly written = { files: 0, bytes: 0 };

  constructor(options: PlacerOptions) {
    this.#options = options;
  }

  /** Whether a path of the export leads to something. */
  async has(path: string): Promise<boolean> {
    return (await this.#look(join(this.#options.folder, path))) !== undefined;
  }

  /**
   * Puts a file under the name that it should have, or the next one that is free. Undefined when the content isn't there any
   * more, or isn't what was found.
   * @throws FailedError EXPORT_NOT_WRITTEN
   */
  async put(content: FoundFile | Buffer, wanted: string): Promise<PutFile | undefined> {
    const { folder, adopts, signal } = this.#options;
    const known = this.#known(content);
    await this.#makeFolder(dirname(join(folder, wanted)));
    for (let number = this.#next.get(wanted) ?? 0; ; number += 1) {
      signal.throwIfAborted();
      const path = numbered(wanted, number);
      const full = join(folder, path);
      const there = await this.#look(full);
      let made: Made;
      if (there) made = adopts && (await holdsContent(full, there, known, signal));
      else made = await this.#make(content, full);
      if (made === undefined) return undefined;
      if (made === false) continue;
      if (this.#next.size >= MOST_NAMES) this.#next.clear();
      this.#next.set(wanted, number + 1);
      return { path, sha256: made === true ? hashOf(known) : made.sha256 };
    }
  }

  #known(content: FoundFile | Buffer): FoundFile | Buffer {
    if (Buffer.isBuffer(content) || !('fetch' in content)) return content;
    const { size, key, sha256 = this.#options.fetched.of(key) } = content;
    return { size, sha256, key, fetch: content.fetch };
  }

  async #look(full: string): Promise<Stats | undefined> {
    try {
      return await lstat(full);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw notWritten(full, error);
    }
  }

  async #makeFolder(full: string): Promise<void> {
    if (this.#made.has(full)) return;
    try {
      await makePrivateDirectory(full);
    } catch (error) {
      throw notWritten(full, error);
    }
    this.#made.add(full);
  }

  /** False when something has the name by now. */
  async #make(content: FoundFile | Buffer, full: string): Promise<Made> {
    const isOnDisk = !Buffer.isBuffer(content) && 'path' in content;
    const linked = isOnDisk ? await this.#link(content, full) : 'copy';
    if (linked !== 'copy') return linked;
    return !Buffer.isBuffer(content) && 'fetch' in content
      ? this.#fetch(content, full)
      : this.#copy(content, full);
  }

  /** What was begun is left for the next export when this one ends early. */
  async #fetch(file: FileToFetch, full: string): Promise<Made> {
    const { temporary, fetched, onBytes = () => undefined, signal } = this.#options;
    const begun = join(temporary, `${file.key}${BEGUN}`);
    try {
      const sha256 = await file.fetch(begun, signal, onBytes);
      if (sha256 !== undefined) await fetched.note(file.key, sha256);
      const isNamed = sha256 !== undefined && (await named(begun, full));
      if (sha256 !== undefined && !isNamed) return false;
      await rm(begun, { force: true });
      if (sha256 === undefined) return undefined;
      this.written.files += 1;
      this.written.bytes += file.size;
      return { sha256 };
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof TelepiError ? error : notWritten(full, error);
    }
  }

  async #link({ path }: FileOnDisk, full: string): Promise<boolean | 'copy' | undefined> {
    const { way } = this.#options;
    if (way !== 'link' && way !== 'symlink') return 'copy';
    try {
      if (way === 'link') await link(path, full);
      else if (await this.#look(path)) await symlink(path, full);
      else return undefined;
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === 'EEXIST') return false;
      if (code === 'ENOENT') return undefined;
      if (NO_LINK.has(code)) return 'copy';
      throw notWritten(full, error);
    }
    this.written.files += 1;
    return true;
  }

  async #copy(content: ToCopy, full: string): Promise<boolean | undefined> {
    const { temporary, signal } = this.#options;
    const part = join(temporary, `${randomUUID()}.part`);
    try {
      const size = await copyTo(content, part, signal);
      if (size === undefined) return undefined;
      if (!(await named(part, full))) return false;
      this.written.files += 1;
      this.written.bytes += size;
      return true;
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof TelepiError ? error : notWritten(full, error);
    } finally {
      await rm(part, { force: true });
    }
  }
}

function hashOf(content: FoundFile | Buffer): string | undefined {
  return Buffer.isBuffer(content) ? undefined : content.sha256;
}

type ToCopy = FileOnDisk | FileElsewhere | Buffer;

/** Returns how many bytes were written; undefined when they aren't what was found. */
async function copyTo(content: ToCopy, part: string, signal: AbortSignal): Promise<number | undefined> {
  const size = Buffer.isBuffer(content) ? content.length : content.size;
  const source = await opened(content, signal);
  if (!source) return undefined;
  const target = createWriteStream(part, { mode: 0o600, flags: 'wx' });
  let failed: unknown;
  source.once('error', (error) => {
    failed = error;
  });
  try {
    await pipeline(source, target, { signal });
  } catch (error) {
    if (failed !== undefined && GONE.has(codeOf(failed) ?? '')) return undefined;
    throw error;
  }
  return target.bytesWritten === size ? size : undefined;
}

async function opened(content: ToCopy, signal: AbortSignal): Promise<Readable | undefined> {
  if (Buffer.isBuffer(content)) return Readable.from([content]);
  try {
    return 'path' in content ? createReadStream(content.path) : await content.open(signal);
  } catch (error) {
    if (GONE.has(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Gives a file its name, unless something has it. Where there are no hard links, the name was free a moment ago. */
async function named(part: string, full: string): Promise<boolean> {
  try {
    await link(part, full);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!NO_LINK.has(code)) throw error;
    await rename(part, full);
  }
  return true;
}
