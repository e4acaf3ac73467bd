import { PART_SIZE } from '../base/bytes.js';
import type { FilePart } from '../base/file-parts.js';
import type { PartSet } from '../base/part-set.js';
import type { ByteLease } from '../pace/byte-budget.js';
import { sizeMismatch } from './errors.js';
import type { PartSource } from './options.js';

export interface ReadMissingOptions {
  readonly name: string;
  /** Announced size of the whole file in bytes. */
  readonly size: number;
  readonly source: PartSource;
  /** The parts not to read. */
  readonly done: PartSet;
  readonly lease: ByteLease;
  /** As PartRange. */
  readonly sinkBytes: number;
  /** As PartRange. */
  readonly requestSize: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * The parts of a file that aren't in `done`, in order: the source is opened for one missing stretch after another. Each
 * stretch must be complete, with nothing beyond it (SIZE_MISMATCH); otherwise the next one's parts would be taken for
 * its own.
 */
export async function* readMissing(options: ReadMissingOptions): AsyncGenerator<FilePart, void, unknown> {
  const { name, size, source, done, lease, sinkBytes, requestSize, signal } = options;
  for (const { first, count } of done.missing()) {
    const offset = first * PART_SIZE;
    const limit = Math.min(count * PART_SIZE, size - offset);
    let received = 0;
    for await (const part of source.open(
      { offset, limit, sinkBytes, ...(requestSize && { requestSize }) },
      lease,
      signal,
    )) {
      received += part.bytes.byteLength;
      if (received > limit) throw sizeMismatch(name, size, size - limit + received);
      yield part;
    }
    if (received !== limit) throw sizeMismatch(name, size, size - limit + received);
  }
}
