import type { WritableStream } from 'node:stream/web';
import { linkAbort } from '../base/abort.js';
import { PART_SIZE, partCount } from '../base/bytes.js';
import { PartSet } from '../base/part-set.js';
import type { ByteLease } from '../pace/byte-budget.js';
import { downloadFailed } from './errors.js';
import type { SourceOptions } from './options.js';
import { partStream } from './part-stream.js';
import { type ProgressMeter, progressMeter } from './progress.js';
import { readMissing } from './read-missing.js';
import { partLength, type TaggedPart, tagParts } from './tag-parts.js';
import { sourceVerifier } from './verify-source.js';

/** What the sink of a transfer needs. */
export interface CarryRun {
  /** Every part's bytes are held by it until the sink releases them. */
  readonly lease: ByteLease;
  readonly signal: AbortSignal;
  /** Ends the whole transfer; returns the error that ends it. */
  readonly fail: (error: unknown) => unknown;
  readonly progress: ProgressMeter;
}

/**
 * Carries the parts of one file that aren't in `unread` into a sink, in order: source → tagged parts → sink. The first
 * error of any stage ends all three and is thrown. However it ends, no timer, listener, request or byte of the budget is
 * left. The sink releases each part, and its bytes from the lease.
 * @throws SourceMismatch with `verifySource`, for a part that isn't what its hash says.
 */
export async function carry(
  options: SourceOptions,
  unread: PartSet,
  sinkOf: (run: CarryRun) => WritableStream<TaggedPart>,
): Promise<void> {
  const lease = options.budget.lease();
  const { signal, abort, release } = linkAbort(options.signal);
  // A signal keeps the first reason that it aborts with: so the first error wins, wherever it arose.
  const fail = (error: unknown): unknown => {
    abort(error);
    return signal.reason;
  };
  try {
    const { parts, tags, progress } = stagesOf(options, unread, { lease, signal, fail });
    await parts.pipeThrough(tags, { signal }).pipeTo(sinkOf({ lease, signal, fail, progress }), { signal });
  } catch (error) {
    throw fail(error);
  } finally {
    release();
    lease.close();
  }
}

function stagesOf(
  options: SourceOptions,
  done: PartSet,
  { lease, signal, fail }: Omit<CarryRun, 'progress'>,
): {
  readonly parts: ReturnType<typeof partStream>;
  readonly tags: ReturnType<typeof tagParts>;
  readonly progress: ProgressMeter;
} {
  const { name, size, source, sinkParts, requestSize } = options;
  const total = partCount(size);
  // A snapshot: a part that is acknowledged from here on has been read by then.
  const unread = PartSet.of(total, done);
  const indices = [...PartSet.full(total)].filter((index) => !unread.has(index));
  const bytesBefore = [...unread].reduce((sum, index) => sum + partLength(size, index), 0);
  const progress = progressMeter(options, { lease, bytesBefore });
  const parts = partStream({
    parts: readMissing({
      name,
      size,
      source,
      done: unread,
      lease,
      signal,
      sinkBytes: sinkParts * PART_SIZE,
      requestSize,
    }),
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
  return { parts, tags, progress };
}
