import { orAborted } from '../base/abort.js';
import { BIG_FILE_SIZE, PART_SIZE, partCount } from '../base/bytes.js';
import { badOption, downloadFailed, partSizeMismatch, uploadFailed } from './errors.js';
import type { TransferOptions } from './options.js';

/**
 * Carries one part over again, under the same file id: what FILE_PART_X_MISSING asks for when a send comes after the
 * server has let go of the part. `index`: from 0, below the file's part count. Errors as transferFile's.
 */
export async function repairPart(options: TransferOptions, index: number): Promise<void> {
  const { name, size, fileId, source, uploader, budget, signal } = options;
  const total = partCount(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= total) {
    throw badOption(`${name} has parts 0 to ${total - 1}`, index);
  }
  signal.throwIfAborted();

  const offset = index * PART_SIZE;
  const limit = Math.min(PART_SIZE, size - offset);
  const lease = budget.lease();
  try {
    const reading = firstPart(source.open({ offset, limit }, lease, signal));
    const bytes = await orAborted(reading, signal).catch((error) => {
      signal.throwIfAborted();
      throw downloadFailed(name, error);
    });
    if (bytes.byteLength !== limit) throw partSizeMismatch(name, index, limit, bytes.byteLength);
    const part = { fileId, index, total, bytes, big: size >= BIG_FILE_SIZE, slot: 0 };
    await orAborted(uploader.savePart(part, signal), signal).catch((error) => {
      signal.throwIfAborted();
      throw uploadFailed(name, index, error);
    });
  } finally {
    lease.close();
  }
}

/** Leaving the loop closes the source. */
async function firstPart(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const bytes of parts) return bytes;
  return Buffer.alloc(0);
}
