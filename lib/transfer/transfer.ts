import { createHash, type Hash } from 'node:crypto';
import { linkAbort } from '../base/abort.js';
import { BIG_FILE_SIZE, PART_SIZE, partCount } from '../base/bytes.js';
import type { UploadedFile } from '../base/file-parts.js';
import { PartSet } from '../base/part-set.js';
import type { ByteLease } from '../pace/byte-budget.js';
import { badOption, downloadFailed, emptyFile, SourceMismatch, uploadFailed } from './errors.js';
import type { TransferOptions } from './options.js';
import { partStream } from './part-stream.js';
import { progressMeter } from './progress.js';
import { readMissing } from './read-missing.js';
import { partLength, type TaggedPart, tagParts } from './tag-parts.js';
import { uploadSink } from './upload-sink.js';
import { sourceVerifier } from './verify-source.js';

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
  for (let misreads = 1; ; misreads += 1) {
    try {
      return await carry(options, plan);
    } catch (error) {
      if (!(error instanceof SourceMismatch) || misreads === MOST_MISREADS) throw error;
      options.onMisread?.(error.index);
    }
  }
}

async function carry(options: TransferOptions, plan: Plan): Promise<Hash> {
  const lease = options.budget.lease();
  const { signal, abort, release } = linkAbort(options.signal);
  // A signal keeps the first reason that it aborts with: so the first error wins, wherever it arose.
  const fail = (error: unknown): unknown => {
    abort(error);
    return signal.reason;
  };
  try {
    return await pipe(options, plan, { lease, signal, fail });
  } catch (error) {
    throw fail(error);
  } finally {
    release();
    lease.close();
  }
}

interface Run {
  readonly lease: ByteLease;
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => unknown;
}

async function pipe(options: TransferOptions, plan: Plan, { lease, signal, fail }: Run): Promise<Hash> {
  const { name, size, fileId, source, uploader, budget, slots = DEFAULT_SLOTS } = options;
  const big = size >= BIG_FILE_SIZE;
  const total = partCount(size);
  const md5 = createHash('md5');
  // A snapshot: a part that is acknowledged from here on has been read by then.
  const unread = PartSet.of(total, plan.unread);
  const indices = [...PartSet.full(total)].filter((index) => !unread.has(index));
  const bytesBefore = [...unread].reduce((sum, index) => sum + partLength(size, index), 0);
  const progress = progressMeter(options, { lease, bytesBefore });

  const parts = partStream({
    parts: readMissing({ name, size, source, done: unread, lease, signal, sinkBytes: slots * PART_SIZE }),
    signal,
    fail: (error) => fail(downloadFailed(name, error)),
  });
  const tags = tagParts({
    name,
    size,
    indices,
    onPart: ({ bytes }) => progress.arrived(bytes.byteLength),
    ...(options.verifySource && { verify: sourceVerifier({ name, size, source, indices, signal }) }),
    fail,
  });
  const sink = uploadSink({
    slots,
    highWaterMark: budget.limitBytes,
    async send({ index, bytes, release }: TaggedPart) {
      if (plan.acknowledged.has(index)) return release();
      await uploader.savePart({ fileId, index, total, bytes, big }, signal).catch((error) => {
        throw uploadFailed(name, index, error);
      });
      release();
      if (signal.aborted) return;
      plan.acknowledged.add(index);
      options.onAcknowledged?.(index);
    },
    onTaken: ({ bytes }, slotsBusy) => {
      if (!big) md5.update(bytes);
      progress.taken(slotsBusy);
    },
    onSent: ({ bytes }, slotsBusy) => {
      lease.release(bytes.byteLength);
      progress.sent(bytes.byteLength, slotsBusy);
    },
    signal,
    fail,
  });
  await parts.pipeThrough(tags, { signal }).pipeTo(sink, { signal });
  return md5;
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
