import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WritableStream } from 'node:stream/web';
import { PART_SIZE, partCount } from '../base/bytes.js';
import { TelepiError } from '../base/errors.js';
import { PART_ENDING, PartFile } from '../base/part-file.js';
import { PartSet } from '../base/part-set.js';
import { type CarryRun, carry } from '../transfer/carry.js';
import { emptyFile, SourceMismatch } from '../transfer/errors.js';
import type { SourceOptions } from '../transfer/options.js';
import type { TaggedPart } from '../transfer/tag-parts.js';
import { claimName } from './claim-name.js';
import { diskError } from './disk-error.js';

export interface ReceiveOptions extends Omit<SourceOptions, 'sinkParts'> {
  /** The file's absolute path. If it is taken, a number is added to the name. */
  readonly path: string;
  /** Names the content in the name of the file under way: short, and without separators. */
  readonly key: string;
  /** The file's modification time, in unix seconds. */
  readonly modified: number;
  /** With `verifySource`: part `index` doesn't match its hash and is going to be read again. */
  readonly onMisread?: (index: number) => void;
}

export interface ReceivedFile {
  /** Where it lies now. */
  readonly path: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** How many of its bytes an earlier process had left on the disk. */
  readonly bytesBefore: number;
}

/** How often a part may differ from its hash before the download fails. */
const MOST_MISREADS = 3;

/**
 * Writes one file to disk, part by part and in order: source → tagged parts → disk, with the byte budget as the last stage's
 * high-water mark. It has the ending `.part` until it is complete and durable; what an earlier process left of it is
 * continued. The bytes must be exactly those announced, and with `verifySource` what Telegram's hashes say.
 * Resolves when the file has its name, for good. However it ends, no handle, timer, listener, request or byte of the
 * budget is left.
 * @throws FailedError FILE_NOT_WRITTEN for what the disk refuses; otherwise as transferFile.
 */
export async function receiveFile(options: ReceiveOptions): Promise<ReceivedFile> {
  const { name, size, path, modified, signal } = options;
  if (size === 0) throw emptyFile(name);
  signal.throwIfAborted();
  const file = await onDisk(options, () => openPart(options));
  const bytesBefore = file.parts * PART_SIZE;
  let sha256: string;
  try {
    await readAll(options, file);
    sha256 = await onDisk(options, () => file.finish(modified));
  } finally {
    await file.close();
  }
  return { path: await onDisk(options, () => claimName(file.path, path)), sha256, bytesBefore };
}

async function openPart({ path, key, size, signal }: ReceiveOptions): Promise<PartFile> {
  await mkdir(dirname(path), { recursive: true });
  return PartFile.open(`${path}.${key}${PART_ENDING}`, { size }, signal);
}

async function readAll(options: ReceiveOptions, file: PartFile): Promise<void> {
  for (let misreads = 1; ; misreads += 1) {
    const done = PartSet.of(
      partCount(options.size),
      Array.from({ length: file.parts }, (_, index) => index),
    );
    try {
      return await carry({ ...options, sinkParts: 1 }, done, (run) => diskSink(options, file, run));
    } catch (error) {
      if (!(error instanceof SourceMismatch) || misreads === MOST_MISREADS) throw error;
      options.onMisread?.(error.index);
    }
  }
}

/** The third stage: writes parts one after another, so that the stream's backpressure is the only queue. */
function diskSink(
  options: ReceiveOptions,
  file: PartFile,
  { lease, signal, fail, progress }: CarryRun,
): WritableStream<TaggedPart> {
  return new WritableStream<TaggedPart>(
    {
      async write({ bytes, release }) {
        signal.throwIfAborted();
        const { byteLength } = bytes;
        progress.taken(1);
        await onDisk(options, () => file.append(bytes)).catch((error) => {
          throw fail(error);
        });
        release();
        lease.release(byteLength);
        progress.sent(byteLength, 0);
      },
      abort(reason) {
        fail(reason);
      },
    },
    { highWaterMark: options.budget.limitBytes, size: (part) => part.bytes.byteLength },
  );
}

async function onDisk<T>({ path, signal }: ReceiveOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TelepiError ? error : diskError(path, error);
  }
}
