import { MIB } from '../base/bytes.js';
import { UsageError } from '../base/errors.js';

export interface PlanOptions {
  /** First byte to yield. A multiple of 1,024. */
  readonly offset: number;
  /** How many bytes to yield; undefined: to the end. */
  readonly limit: number | undefined;
  /** Bytes per request: a multiple of 1,024 that divides 1 MiB. */
  readonly requestSize: number;
  /** Size of the file in bytes; undefined: not known. */
  readonly size: number | undefined;
}

export interface PlannedPart {
  readonly offset: number;
  /** The limit passed to upload.getFile. */
  readonly limit: number;
  /** How many bytes it must return; undefined when the file's size isn't known. */
  readonly expected: number | undefined;
  /** How many of the returned bytes are wanted, at most. */
  readonly wanted: number;
}

/** The requests that read a range: each within one block of 1 MiB, as upload.getFile demands. */
export interface PartPlan {
  /** Undefined when the size isn't known. */
  readonly count: number | undefined;
  part(index: number): PlannedPart;
}

/** Throws UsageError for an offset or request size that upload.getFile would refuse (OFFSET_INVALID, LIMIT_INVALID). */
export function planParts({ offset, limit, requestSize, size }: PlanOptions): PartPlan {
  if (requestSize < 1024 || requestSize % 1024 !== 0 || MIB % requestSize !== 0) {
    throw new UsageError(
      'REQUEST_SIZE',
      `A request size must divide 1 MiB and be a multiple of 1,024; ${requestSize} is not allowed.`,
    );
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % 1024 !== 0) {
    throw new UsageError('OFFSET', `An offset must be a multiple of 1,024; ${offset} is not.`);
  }
  const end = Math.min(size ?? Number.POSITIVE_INFINITY, offset + (limit ?? Number.POSITIVE_INFINITY));
  // Parts lie on the file's own grid; the first one is the rest of the cell that holds the offset.
  const firstCell = Math.floor(offset / requestSize);
  const count = Number.isFinite(end) ? Math.max(0, Math.ceil(end / requestSize) - firstCell) : undefined;
  return {
    count: offset >= end ? 0 : count,
    part(index) {
      const cell = (firstCell + index) * requestSize;
      const from = Math.max(offset, cell);
      const asked = cell + requestSize - from;
      return {
        offset: from,
        limit: asked,
        expected: size === undefined ? undefined : Math.min(asked, size - from),
        wanted: Math.min(asked, end - from),
      };
    },
  };
}
