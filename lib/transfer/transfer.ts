import { createHash, type Hash } from 'node:crypto';
import type { WritableStream } from 'node:stream/web';
import { BIG_FILE_SIZE, partCount } from '../base/bytes.js';
import type { UploadedFile } from '../base/file-parts.js';
import { PartSet } from '../base/part-set.js';
import { type CarryRun, carry } from './carry.js';
import { badOption, emptyFile, SourceMismatch, uploadFailed } from './errors.js';
import type { TransferOptions } from './options.js';
import type { TaggedPart } from './tag-parts.js';
import { uploadSink } from './upload-sink.js';

export type {
  PartSource,
  TransferOptions,
  TransferProgress,
} from './options.js';

/** How many parts of a file are sent at once by default. */
const DEFAULT_SLOTS = 10;

/** How often a part may differ from its hash before the transfer fails. */
const MOST_MISREADS = 3;

/**
 * Carries one file over, part by part: source → tagged parts → upload slots, with the byte budget as the last stage's
 * high-water mark. Small files (below BIG_FILE_SIZE) take the same route, and their md5 is computed on the way. Parts
 * in `done` aren't sent; the bytes read of the others must be exactly those announced.
 *
 * Resolves when the server has acknowledged every part. The first error of any stage ends all three and is thrown:
 * TelePi's own as they are, any other as the cause of a TransferError; `SIZE_MISMATCH` or `PART_SIZE_MISMATCH` for a
 * file that isn't as long as announced, `EMPTY_FILE` for one without bytes. With `verifySource`, a part that doesn't
 * match its hash is read again; after the third time it throws SOURCE_MISMATCH, and SOURCE_UNVERIFIED when there are no
 * hashes. When `signal` aborts, it throws the signal's reason. However it ends, nothing is left: no timer, listener,
 * request, or byte of the budget.
 */
export async function transferFile(options: TransferOptions): Promise<UploadedFile> {
  refuseBadOptions(options);
  options.signal.throwIfAborted();
  const { name, size, fileId } = options;
  const parts = partCount(size);
  const acknowledged = PartSet.of(parts, options.done ?? []);
  if (size >= BIG_FILE_SIZE) {
    await carryAll(options, { unread: acknowledged, acknowledged });
    return { fileId, parts, name, big: true };
  }
  const md5 = await carryAll(options, { unread: new PartSet(parts), acknowledged });
  return { fileId, parts, name, big: false, md5: md5.digest('hex') };
}

/**
 * Carries some parts over again under the same file id: for FILE_PART_X_MISSING, when a send comes after the server has
 * dropped them. `indices`: from 0, below the file's part count, each once. `done` is ignored, and `onProgress` isn't
 * called. Throws the same errors as transferFile.
 */
export async function repairParts(options: TransferOptions, indices: Iterable<number>): Promise<void> {
  const { onProgress: _, ...quiet } = options;
  refuseBadOptions(quiet);
  const total = partCount(options.size);
  const kept = PartSet.full(total);
  for (const index of indices) {
    if (!kept.has(index))
      throw badOption(`${options.name} has parts 0 to ${total - 1}, each named once`, index);
    kept.delete(index);
  }
  options.signal.throwIfAborted();
  await carryAll(quiet, { unread: kept, acknowledged: kept });
}

interface Plan {
  /** The parts not to read. */
  readonly unread: PartSet;
  /** The parts not to send; parts that the server acknowledges are added. */
  readonly acknowledged: PartSet;
}

/**
 * Returns the md5 of the bytes that were read. A part that was misread isn't in `acknowledged`, so it is sent again.
 */
async function carryAll(options: TransferOptions, plan: Plan): Promise<Hash> {
  const big = options.size >= BIG_FILE_SIZE;
  for (let misreads = 1; ; misreads += 1) {
    const md5 = createHash('md5');
    try {
      await carry({ ...options, sinkParts: options.slots ?? DEFAULT_SLOTS }, plan.unread, (run) =>
        slotsOf(options, plan, run, big ? undefined : md5),
      );
      return md5;
    } catch (error) {
      if (!(error instanceof SourceMismatch) || misreads === MOST_MISREADS) throw error;
      options.onMisread?.(error.index);
    }
  }
}

function slotsOf(
  { name, size, fileId, uploader, budget, slots = DEFAULT_SLOTS, onAcknowledged }: TransferOptions,
  { acknowledged }: Plan,
  { lease, signal, fail, progress }: CarryRun,
  md5: Hash | undefined,
): WritableStream<TaggedPart> {
  const total = partCount(size);
  const big = size >= BIG_FILE_SIZE;
  return uploadSink({
    slots,
    highWaterMark: budget.limitBytes,
    async send({ index, bytes, release }: TaggedPart) {
      if (acknowledged.has(index)) return release();
      await uploader.savePart({ fileId, index, total, bytes, big }, signal).catch((error) => {
        throw uploadFailed(name, index, error);
      });
      release();
      if (signal.aborted) return;
      acknowledged.add(index);
      onAcknowledged?.(index);
    },
    onTaken: ({ bytes }, slotsBusy) => {
      md5?.update(bytes);
      progress.taken(slotsBusy);
    },
    onSent: ({ bytes }, slotsBusy) => {
      lease.release(bytes.byteLength);
      progress.sent(bytes.byteLength, slotsBusy);
    },
    signal,
    fail,
  });
}

function refuseBadOptions({ name, size, slots = DEFAULT_SLOTS, done }: TransferOptions): void {
  if (size === 0) throw emptyFile(name);
  if (!Number.isSafeInteger(size) || size < 0)
    throw badOption("A file's size is a whole number of bytes", size);
  if (!Number.isSafeInteger(slots) || slots < 1) throw badOption('A transfer needs at least one slot', slots);
  if (done && done.total !== partCount(size)) {
    throw badOption(`${name} has ${partCount(size)} parts, and so has what was done of it`, done.total);
  }
}
