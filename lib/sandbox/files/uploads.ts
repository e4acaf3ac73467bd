import { createHash } from 'node:crypto';
import { RpcError } from '../rpc.js';
import type { Contents } from './contents.js';
import { type FlightTime, InFlight } from './in-flight.js';
import type { KeptBytes } from './kept-bytes.js';
import type { Content } from './stored-file.js';
import { Upload } from './upload.js';
import { checkPart, MAX_PARTS, MAX_PARTS_PREMIUM, MAX_SMALL_FILE, type PartRequest } from './upload-rules.js';

/**
 * The uploader: parts are visible to the session whose permanent key saved them, over whichever connection. Telegram promises
 * no other session of the account that it may use them.
 */
export interface Uploader {
  readonly userId: number;
  readonly keyId: bigint;
  readonly premium: boolean;
}

/** TL: inputFile (`big` false) or inputFileBig. */
export interface UploadedFileRef {
  readonly id: bigint;
  readonly parts: number;
  readonly name: string;
  /** Hexadecimal; empty or absent: not checked. Only inputFile has one. */
  readonly md5?: string;
  readonly big: boolean;
}

/** All the parts of an upload, put together. */
export interface AssembledFile {
  readonly key: string;
  readonly size: number;
  readonly content: Content;
  /** `content` for a file to hold: lost when there is more than the sandbox keeps. */
  readonly keep: () => Content;
  readonly md5: string | undefined;
  /** Hexadecimal; undefined when it can't be known: see Upload.sha256. Computed on demand. */
  readonly sha256: () => Promise<string | undefined>;
}

export interface UploadReport {
  /** As StoredFile.uploadKey. */
  readonly key: string;
  readonly userId: number;
  readonly fileId: string;
  readonly big: boolean;
  /** As announced by upload.saveBigFilePart. */
  readonly total: number | undefined;
  /** How often each part came, by index. */
  readonly arrivals: readonly number[];
  readonly bytes: number;
  /** How many bytes the sandbox holds for it now. */
  readonly heldBytes: number;
  readonly inFlight: number;
  readonly inFlightPeak: number;
}

interface Entry extends Pick<Uploader, 'userId'> {
  readonly fileId: bigint;
  readonly big: boolean;
  readonly upload: Upload;
  assembled: (AssembledFile & { readonly version: number }) | undefined;
  /** Whether a file has been made of it. */
  isUsed: boolean;
}

/** How long a part waits to be used: Telegram keeps parts "between several minutes and several hours". */
const PART_LIFETIME_MS = 3 * 60 * 60 * 1000;

/** The files on their way in, by session, kind and file_id. */
export class Uploads {
  /** Over all uploads together. */
  readonly inFlight: InFlight;
  readonly #entries = new Map<string, Entry>();
  readonly #contents: Contents;
  readonly #time: FlightTime;
  readonly #partLifetimeMs: number;
  readonly #kept: KeptBytes;
  readonly #usedUpload: () => RpcError | undefined;

  constructor(options: {
    contents: Contents;
    time: FlightTime;
    partLifetimeMs?: number;
    kept: KeptBytes;
    /** See FileStoreOptions. */
    usedUpload?: () => RpcError | undefined;
  }) {
    this.#contents = options.contents;
    this.#time = options.time;
    this.inFlight = new InFlight(options.time);
    this.#kept = options.kept;
    this.#partLifetimeMs = options.partLifetimeMs ?? PART_LIFETIME_MS;
    this.#usedUpload = options.usedUpload ?? (() => undefined);
  }

  /** upload.saveFilePart, or upload.saveBigFilePart when `part` has a total. */
  async save(uploader: Uploader, part: PartRequest): Promise<true> {
    checkPart(part, maxPartsOf(uploader));
    const entry = this.#open(uploader, part.fileId, part.total !== undefined);
    return this.inFlight.during(() =>
      entry.upload.inFlight.during(() => {
        entry.upload.save(part, this.#time.clock.monotonic());
        return true;
      }),
    );
  }

  /**
   * Assembles an upload for a send. The parts stay until they expire, so the same file can be sent again, unless
   * `usedUpload` says otherwise: then its file_id can't be used any longer, whatever parts come for it.
   *
   * Refuses with FILE_PARTS_INVALID (a count that is out of range or differs from the saved one; a file above 10 MiB as
   * inputFile), FILE_PART_X_MISSING (never came, or expired) and MD5_CHECKSUM_INVALID. A file below 10 MiB is accepted
   * as inputFileBig: core.telegram.org/api/files, "Streamed uploads", prescribes it for unknown sizes.
   */
  assemble(uploader: Uploader, file: UploadedFileRef): AssembledFile {
    if (file.parts < 1 || file.parts > maxPartsOf(uploader)) throw new RpcError(400, 'FILE_PARTS_INVALID');
    const key = keyOf(uploader, file.id, file.big);
    const entry = this.#entries.get(key);
    if (!entry) throw partMissing(0);
    const refusal = entry.isUsed ? this.#usedUpload() : undefined;
    if (refusal) throw refusal;
    const { upload } = entry;
    if (file.big && upload.total !== file.parts) throw new RpcError(400, 'FILE_PARTS_INVALID');
    const missing = upload.missing(file.parts, this.#deadline());
    if (missing !== undefined) throw partMissing(missing);
    if (upload.end !== file.parts) throw new RpcError(400, 'FILE_PARTS_INVALID');
    if (!file.big && upload.bytes > MAX_SMALL_FILE) throw new RpcError(400, 'FILE_PARTS_INVALID');
    const assembled = this.#assembled(entry, key);
    if (file.md5 && assembled.md5 !== file.md5.toLowerCase()) throw new RpcError(400, 'MD5_CHECKSUM_INVALID');
    return assembled;
  }

  /** Notes that a file was made of it. */
  used({ key }: AssembledFile): void {
    const entry = this.#entries.get(key);
    if (entry) entry.isUsed = true;
  }

  /** SHA-256 in hexadecimal of one part, as it came last. */
  partHash(userId: number, fileId: bigint, index: number): string | undefined {
    return this.#find(userId, fileId)
      .map(({ upload }) => upload.partHash(index))
      .find((hash) => hash !== undefined);
  }

  /** Loses parts now: all, those of one file, or some of one file. Returns how many uploads it touched. */
  expireParts(which: { userId?: number; fileId?: bigint; parts?: readonly number[] } = {}): number {
    const entries = this.#find(which.userId, which.fileId);
    for (const entry of entries) this.#expire(entry, which.parts);
    return entries.length;
  }

  report(): UploadReport[] {
    return [...this.#entries].map(([key, { userId, fileId, big, upload }]) => ({
      key,
      userId,
      fileId: fileId.toString(),
      big,
      total: upload.total,
      arrivals: upload.arrivals,
      bytes: upload.bytes,
      heldBytes: upload.heldBytes,
      inFlight: upload.inFlight.now,
      inFlightPeak: upload.inFlight.peak,
    }));
  }

  #open(uploader: Uploader, fileId: bigint, big: boolean): Entry {
    const { userId } = uploader;
    const key = keyOf(uploader, fileId, big);
    const known = this.#entries.get(key);
    if (known) return known;
    for (const old of this.#entries.values()) {
      if (old.upload.lastArrival < this.#deadline()) this.#expire(old);
    }
    const upload = new Upload(this.#contents, this.#time, this.#kept);
    const entry: Entry = { userId, fileId, big, upload, assembled: undefined, isUsed: false };
    this.#entries.set(key, entry);
    return entry;
  }

  #expire(entry: Entry, parts?: readonly number[]): void {
    entry.upload.expire(parts);
    entry.assembled = undefined;
  }

  /** Parts that came earlier than this are gone. */
  #deadline(): number {
    return this.#time.clock.monotonic() - this.#partLifetimeMs;
  }

  #find(userId: number | undefined, fileId: bigint | undefined): Entry[] {
    return [...this.#entries.values()].filter(
      (entry) =>
        (userId === undefined || entry.userId === userId) &&
        (fileId === undefined || entry.fileId === fileId),
    );
  }

  #assembled(entry: Entry, key: string): AssembledFile {
    const { upload } = entry;
    if (entry.assembled?.version === upload.version) return entry.assembled;
    const content = upload.content();
    const small = entry.big ? undefined : this.#contents.read(content, upload.bytes, 0, upload.bytes);
    const md5 = small && createHash('md5').update(small).digest('hex');
    const { bytes: size, version } = upload;
    const [keep, sha256] = [() => upload.keep(content), () => upload.sha256()];
    entry.assembled = { key, size, content, keep, md5, sha256, version };
    return entry.assembled;
  }
}

function keyOf({ userId, keyId }: Uploader, fileId: bigint, big: boolean): string {
  return `${userId}/${keyId}/${big ? 'big' : 'small'}/${fileId}`;
}

function maxPartsOf(uploader: Uploader): number {
  return uploader.premium ? MAX_PARTS_PREMIUM : MAX_PARTS;
}

function partMissing(index: number): RpcError {
  return new RpcError(400, `FILE_PART_${index}_MISSING`);
}
