import { createHash } from 'node:crypto';
import { FailedError } from '../base/errors.js';
import type { BlobStore, OpenBlob } from '../blobs/store.js';
import type { MessageDocument } from '../messages/document/document.js';
import type { FileReference } from '../messages/document/file.js';
import { filesOfDocument } from '../messages/document/files-of-document.js';
import type { OpenStore } from '../store/open-store.js';
import { copiesOfContent, type FileCopy, hashesOfMedia } from '../store/tables/file-copies.js';
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

  /** Why a message's files aren't proven to be kept; undefined when they are, or it has none. */
  async reasonOf(document: MessageDocument): Promise<Reason | undefined> {
    const files = filesOfDocument(document);
    if (files.length === 0 && hasPhoto(document)) return 'photo_not_kept';
    for (const { reference } of files) {
      const reason = await this.#reasonOfFile(reference);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  async #reasonOfFile(reference: FileReference): Promise<Reason | undefined> {
    const key = `${reference.id} ${reference.size}`;
    if (!this.#known.has(key)) this.#known.set(key, await this.#look(reference));
    return this.#known.get(key);
  }

  async #look({ id, size }: FileReference): Promise<Reason | undefined> {
    const { db, accountId, signal } = this.#options;
    const mediaId = BigInt(id);
    const sha256 = (await hashesOfMedia(db, accountId, [mediaId])).get(mediaId);
    if (sha256 === undefined) return 'no_copy_noted';
    let reason: Reason = 'no_copy_found';
    for await (const read of this.#copies(sha256)) {
      signal.throwIfAborted();
      if (read?.sha256 === sha256 && read.size === size) return undefined;
      reason = 'copy_differs';
    }
    return reason;
  }

  /** What was read of each copy that was found; undefined for one that could not be read to its end. */
  async *#copies(sha256: string): AsyncGenerator<Read | undefined> {
    const { db, blobs, openCopy, signal } = this.#options;
    for (const store of blobs) {
      if (await store.has(sha256, signal))
        yield await readWhole(() => store.open(sha256, {}, signal), signal);
    }
    for (const copy of await copiesOfContent(db, [sha256])) {
      if (copy.state !== 'there') continue;
      const opened = await openCopy(copy, signal);
      if (opened) yield await readWhole(async () => opened, signal);
    }
  }
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

function hasPhoto(document: MessageDocument): boolean {
  if (document.kind !== 'message' || document.media?.kind !== 'photo') return false;
  const { media } = document;
  return 'photo' in media && media.photo !== undefined && 'reference' in media.photo;
}
