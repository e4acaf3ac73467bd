import { createHash } from 'node:crypto';
import { linkAbort } from '../base/abort.js';
import { BIG_FILE_SIZE, partCount } from '../base/bytes.js';
import type { ByteLease } from '../pace/byte-budget.js';
import { badOption, downloadFailed, emptyFile, uploadFailed } from './errors.js';
import type { TransferOptions, UploadedFile } from './options.js';
import { partStream } from './part-stream.js';
import { progressMeter } from './progress.js';
import { type TaggedPart, tagParts } from './tag-parts.js';
import { uploadSink } from './upload-sink.js';

export type {
  PartSource,
  PartUploader,
  TransferOptions,
  TransferProgress,
  UploadedFile,
  UploadPart,
} from './options.js';
export { repairPart } from './repair-part.js';

/** How many parts of a file are sent at once, unless told otherwise. */
const DEFAULT_SLOTS = 10;

/**
 * Carries one file over, part by part: source → tagged parts → upload slots, with the byte budget as the last
 * stage's high-water mark. Small files (below BIG_FILE_SIZE) go the same road, with their md5 taken on the way.
 *
 * Resolves when the server has acknowledged every part. The first error of any stage ends all three and is thrown:
 * TelePi's own as they are, any other as the cause of a TransferError; a file that isn't as long as announced with
 * `SIZE_MISMATCH` or `PART_SIZE_MISMATCH`, one without bytes with `EMPTY_FILE`. When `signal` aborts, its reason.
 * However it ends, nothing is left: no timer, listener, request, or byte of the budget.
 */
export async function transferFile(options: TransferOptions): Promise<UploadedFile> {
  refuseBadOptions(options);
  options.signal.throwIfAborted();
  const lease = options.budget.lease();
  const { signal, abort, release } = linkAbort(options.signal);
  // The first reason that a signal aborts with stays: so the first error wins, wherever it arose.
  const fail = (error: unknown): unknown => {
    abort(error);
    return signal.reason;
  };
  try {
    return await pipe(options, { lease, signal, fail });
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

async function pipe(options: TransferOptions, { lease, signal, fail }: Run): Promise<UploadedFile> {
  const { name, size, fileId, source, uploader, budget, slots = DEFAULT_SLOTS } = options;
  const big = size >= BIG_FILE_SIZE;
  const total = partCount(size);
  const md5 = big ? undefined : createHash('md5');
  const progress = progressMeter(options, lease);

  const parts = partStream({
    parts: source.open({ offset: 0, limit: size }, lease, signal),
    signal,
    fail: (error) => fail(downloadFailed(name, error)),
  });
  const tags = tagParts({ name, size, onPart: ({ bytes }) => progress.arrived(bytes.byteLength), fail });
  const sink = uploadSink({
    slots,
    highWaterMark: budget.limitBytes,
    send: ({ index, bytes }: TaggedPart, slot) =>
      uploader.savePart({ fileId, index, total, bytes, big, slot }, signal).catch((error) => {
        throw uploadFailed(name, index, error);
      }),
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
  await parts.pipeThrough(tags, { signal }).pipeTo(sink, { signal });
  return { fileId, parts: total, name, big, size, ...(md5 && { md5: md5.digest('hex') }) };
}

function refuseBadOptions({ name, size, slots = DEFAULT_SLOTS }: TransferOptions): void {
  if (size === 0) throw emptyFile(name);
  if (!Number.isSafeInteger(size) || size < 0)
    throw badOption("A file's size is a whole number of bytes", size);
  if (!Number.isSafeInteger(slots) || slots < 1) throw badOption('A transfer needs at least one slot', slots);
}
