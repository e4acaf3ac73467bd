import { createHash } from 'node:crypto';
import type { Api } from 'telegram/tl/index.js';
import { linkAbort } from '../base/abort.js';
import { partCount } from '../base/bytes.js';
import type { ServerFile, UploadedFile } from '../base/file-parts.js';
import type { Random } from '../base/random.js';
import type { FilePlan, FileRole, FileRow } from '../ledger/job.js';
import { inputFile } from '../telegram/upload.js';
import {
  type PartSource,
  repairParts,
  type TransferOptions,
  type TransferProgress,
  transferFile,
} from '../transfer/transfer.js';
import { MOST_UNRECORDED } from './part-journal.js';
import type { Run } from './run.js';

/**
 * When the first part was acknowledged longer ago than this, all parts are assumed to be gone.
 * core.telegram.org/api/files: they live "between several minutes and several hours".
 */
export const PART_LIFE_MS = 3 * 60 * 60_000;
/** When this many parts have gone missing one after another, it isn't an accident: the whole file is sent again. */
const MOST_SINGLE_REPAIRS = 64;

export interface FileToUpload {
  /** The message that the file belongs to. */
  readonly sourceId: number;
  readonly role: FileRole;
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Identifies the file: an edit may put another one into the same message. */
  readonly identity: string;
  readonly source: PartSource;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** An earlier process has begun a send that may have referred to it. */
  readonly mayBeUsed?: boolean;
}

export type UploadRun = Pick<
  Run,
  'job' | 'journal' | 'uploader' | 'budget' | 'slots' | 'clock' | 'random' | 'signal' | 'verifySource' | 'log'
>;

/**
 * Uploads one file under a file_id that is durable before its first part. Parts that the server has acknowledged, even
 * to an earlier process, aren't sent again while they live.
 */
export class FileUpload {
  readonly #run: UploadRun;
  readonly #file: FileToUpload;
  #row: FileRow | undefined;
  #firstPartAt: number | undefined;
  #uploaded: UploadedFile | undefined;
  #repairs = 0;
  #mayBeUsed: boolean;

  constructor(run: UploadRun, file: FileToUpload) {
    this.#run = run;
    this.#file = file;
    this.#mayBeUsed = file.mayBeUsed === true;
  }

  /** Known once the upload is planned. */
  get fileId(): bigint {
    return this.#known().fileId;
  }

  /** The server's file that an earlier process had made of it. */
  get made(): ServerFile | undefined {
    return this.#known().made;
  }

  /** Whether a call may have used it: a server that accepts a file_id only once then refuses it. */
  get mayBeUsed(): boolean {
    return this.#mayBeUsed;
  }

  /** Notes that a call that refers to it was begun. */
  used(): void {
    this.#mayBeUsed = true;
  }

  get parts(): number {
    return partCount(this.#file.size);
  }

  /** What a send refers to. Throws before `carry` has succeeded. */
  get inputFile(): Api.InputFile | Api.InputFileBig {
    if (!this.#uploaded) throw new Error(`${this.#file.name} has not been carried over.`);
    return inputFile(this.#uploaded);
  }

  /**
   * Takes over its row, or creates it. An upload of a different file starts again, and so does one of another session of the
   * account: Telegram promises nobody else that they may use its parts.
   */
  async plan(): Promise<void> {
    const row = await this.#run.job.planFile(filePlan(this.#file, this.#run.random));
    this.#take(row);
    if (row.usedAt !== undefined) this.used();
    if (!this.#isSameFile(row) || (row.isElsewhere && !row.made)) await this.#restart();
  }

  /** Carries over the parts that the server doesn't have yet. Throws the errors of transferFile and of the ledger. */
  async carry(): Promise<void> {
    const { sourceId, role } = this.#file;
    if (!this.#row) await this.plan();
    const { acknowledged } = this.#known();
    if (this.#isOld()) await this.#restart();
    else if (acknowledged.size > 0) {
      const { log } = this.#run;
      log.info('upload_resumed', { sourceId, role, parts: this.parts, acknowledged: acknowledged.size });
    }
    await this.#carryMissing();
  }

  /** Carries it over under a new file_id, because the old one can't be used any longer. */
  async carryAgain(): Promise<void> {
    await this.#run.journal.flush();
    await this.#restart();
    await this.#carryMissing();
  }

  /**
   * Carries over again a part that the server has dropped (FILE_PART_X_MISSING), or the whole file under a new file_id
   * once its parts have expired.
   */
  async repair(part: number): Promise<void> {
    const { job, journal } = this.#run;
    const { fileId } = this.#known();
    this.#repairs += 1;
    await journal.flush();
    if (this.#isOld() || this.#repairs > MOST_SINGLE_REPAIRS) {
      await this.carryAgain();
      return;
    }
    await job.forgetParts(fileId, [part]);
    await this.#journaled((options) => repairParts(options, [part]));
  }

  async #carryMissing(): Promise<void> {
    const { acknowledged } = this.#known();
    await this.#journaled(async (options) => {
      this.#uploaded = await transferFile({ ...options, done: acknowledged });
    });
  }

  /** Runs a transfer and has the acknowledged parts recorded. */
  async #journaled(transfer: (options: TransferOptions) => Promise<void>): Promise<void> {
    const { journal, clock, signal } = this.#run;
    const { fileId } = this.#known();
    const stop = linkAbort(signal);
    const forget = journal.onFault(stop.abort);
    try {
      await transfer(
        this.#options(stop.signal, (index) => {
          this.#firstPartAt ??= clock.now();
          journal.add(fileId, index);
        }),
      );
    } finally {
      forget();
      stop.release();
    }
    // A small file needn't wait: its parts are recorded with those of others, or within a second.
    if (this.parts > MOST_UNRECORDED) await journal.flush();
  }

  #options(signal: AbortSignal, onAcknowledged: (index: number) => void): TransferOptions {
    const { uploader, budget, slots, clock, verifySource, log } = this.#run;
    const { sourceId, name, size, source, onProgress } = this.#file;
    return {
      name,
      size,
      fileId: this.#known().fileId,
      source,
      uploader,
      budget,
      slots,
      verifySource,
      clock,
      signal,
      onAcknowledged,
      onMisread: (part) => log.warn('part_mismatched', { sourceId, part }),
      ...(onProgress && { onProgress }),
    };
  }

  async #restart(): Promise<void> {
    const { job, log, random } = this.#run;
    const { sourceId, role, fileId } = filePlan(this.#file, random);
    log.info('upload_restarted', { sourceId, role, parts: this.parts });
    this.#take(await job.restartFile(sourceId, role, fileId));
    this.#repairs = 0;
    this.#mayBeUsed = false;
  }

  #take(row: FileRow): void {
    this.#row = row;
    this.#firstPartAt = row.firstPartAt;
  }

  #isOld(): boolean {
    return this.#firstPartAt !== undefined && this.#run.clock.now() - this.#firstPartAt > PART_LIFE_MS;
  }

  #known(): FileRow {
    if (!this.#row) throw new Error(`${this.#file.name} has not been planned.`);
    return this.#row;
  }

  #isSameFile({ fileId }: FileRow): boolean {
    return BigInt.asUintN(32, fileId >> 32n) === identityBits(this.#file);
  }
}

/**
 * How a file's upload is planned. The upper half of its file_id identifies the file, so that its parts never count as
 * another file's; the lower half is random.
 */
export function filePlan(
  { sourceId, role, identity, size }: Omit<FileToUpload, 'name' | 'source'>,
  random: Random,
): FilePlan {
  const lower = BigInt(random.bytes(4).readUInt32LE());
  const fileId = BigInt.asIntN(64, (identityBits({ identity, size }) << 32n) | lower);
  return { sourceId, role, fileId, size, parts: partCount(size) };
}

function identityBits({ identity, size }: Pick<FileToUpload, 'identity' | 'size'>): bigint {
  return BigInt(createHash('sha256').update(`${identity}\n${size}`).digest().readUInt32BE());
}
