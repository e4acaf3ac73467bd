import { createHash } from 'node:crypto';
import { FailedError } from '../base/errors.js';
import type { BlobStore, OpenBlob } from '../blobs/store.js';
import type { MessageDocument } from '../messages/document/document.js';
import type { FileReference } from '../messages/document/file.js';
import { filesOfDocument } from '../messages/document/files-of-document.js';
import type { OpenStore } from '../store/open-store.js';
import { copiesOfContent, type FileCopy, hashesOfMedia } from '../store/tables/file-copies.js';
import { ownFilesOf } from './own-files.js';
import type { Reason } from './reasons.js';

export interface ProveFilesOptions {
  readonly db: OpenStore['db'];
  readonly accountId: number;
  /** Where files rest by their content. */
  readonly blobs: readonly BlobStore[];
  /**
   * Opens a file that a download has put somewhere; undefined when it isn't there, or out of this machine's reach. Whoever gets
   * it reads it to its end or destroys it.
   */
  readonly openCopy: (copy: FileCopy, signal: AbortSignal) => Promise<OpenBlob | undefined>;
  readonly signal: AbortSignal;
}

/**
 * Proves that files of messages are kept: reads a copy of each to its end, and compares its SHA-256 and size. Each file is read
 * once, however many messages have it.
 */
export class FileProver {
  readonly #options: ProveFilesOptions;
  readonly #known = new Map<string, Reason | undefined>();

  constructor(options: ProveFilesOptions) {
    this.#options = options;
  }

  /** Why files of messages aren't proven to be kept, by the messages' ids; messages of one chat, best a hundred at once. */
  async reasonsOf(documents: readonly MessageDocument[]): Promise<ReadonlyMap<number, Reason>> {
    const owned = documents.map((document) => ({ document, ...ownFilesOf(document) }));
    const noted = await this.#noted(owned.flatMap(({ files }) => files));
    const reasons = new Map<number, Reason>();
    for (const { document, files, lost } of owned) {
      const reason = lost ?? (await this.#firstReason(document, files, noted));
      if (reason !== undefined) reasons.set(document.id, reason);
    }
    return reasons;
  }

  async #firstReason(
    document: MessageDocument,
    files: readonly FileReference[],
    noted: Noted,
  ): Promise<Reason | undefined> {
    for (const file of files) {
      const key = keyOf(file);
      if (!this.#known.has(key)) this.#known.set(key, await this.#look(file, noted));
      const reason = this.#known.get(key);
      if (reason === 'no_copy_noted' && !isSavable(document, file)) return 'photo_not_kept';
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  /** What is noted of files that were not looked at yet. */
  async #noted(files: readonly FileReference[]): Promise<Noted> {
    const { db, accountId } = this.#options;
    const ids = new Set(files.filter((file) => !this.#known.has(keyOf(file))).map(({ id }) => BigInt(id)));
    const hashes = await hashesOfMedia(db, accountId, [...ids]);
    const copies = new Map<string, FileCopy[]>();
    for (const copy of await copiesOfContent(db, [...new Set(hashes.values())])) {
      const { sha256 } = copy;
      if (sha256 === undefined) continue;
      const same = copies.get(sha256);
      if (same) same.push(copy);
      else copies.set(sha256, [copy]);
    }
    return { hashes, copies };
  }

  async #look({ id, size }: FileReference, { hashes, copies }: Noted): Promise<Reason | undefined> {
    const { signal } = this.#options;
    const sha256 = hashes.get(BigInt(id));
    if (sha256 === undefined) return 'no_copy_noted';
    let reason: Reason = 'no_copy_found';
    for await (const read of this.#reads(sha256, copies.get(sha256) ?? [])) {
      signal.throwIfAborted();
      if (read?.sha256 === sha256 && read.size === size) return undefined;
      // The one that could not be read may still be the right one.
      if (!read) reason = 'copy_unreadable';
      else if (reason !== 'copy_unreadable') reason = 'copy_differs';
    }
    return reason;
  }

  /** What was read of each copy that was found; undefined for one that could not be read to its end. */
  async *#reads(sha256: string, copies: readonly FileCopy[]): AsyncGenerator<Read | undefined> {
    const { blobs, openCopy, signal } = this.#options;
    for (const store of blobs) {
      if (await store.has(sha256, signal))
        yield await readWhole(() => store.open(sha256, {}, signal), signal);
    }
    for (const copy of copies) {
      if (copy.state !== 'there') continue;
      const opened = await openCopy(copy, signal);
      if (opened) yield await readWhole(async () => opened, signal);
    }
  }
}

/** What the database has of some files: hashes by their ids, copies by their hashes. */
interface Noted {
  readonly hashes: ReadonlyMap<bigint, string>;
  readonly copies: ReadonlyMap<string, readonly FileCopy[]>;
}

function keyOf({ id, size }: FileReference): string {
  return `${id} ${size}`;
}

/** Whether a download of the message would bring the file. */
function isSavable(document: MessageDocument, { id }: FileReference): boolean {
  return filesOfDocument(document).some(({ reference }) => reference.id === id);
}

interface Read {
  readonly sha256: string;
  /** In bytes, as many as were read. */
  readonly size: number;
}

async function readWhole(open: () => Promise<OpenBlob>, signal: AbortSignal): Promise<Read | undefined> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    const { stream } = await open();
    for await (const bytes of stream) {
      hash.update(bytes as Buffer);
      size += (bytes as Buffer).length;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (isUnreadable(error)) return undefined;
    throw error;
  }
  return { sha256: hash.digest('hex'), size };
}

/** The copy is at fault; another error is a fault of this program. */
function isUnreadable(error: unknown): boolean {
  return error instanceof FailedError || (error instanceof Error && 'code' in error && 'syscall' in error);
}
