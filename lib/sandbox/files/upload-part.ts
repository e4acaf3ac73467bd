import { isSamePiece, type Recognised } from './contents.js';

/** A part of an upload as it came last. */
export interface Part {
  readonly size: number;
  /** SHA-256 of a part that isn't a piece of known content. */
  readonly hash: Buffer | undefined;
  piece: Recognised | undefined;
  bytes: Buffer | undefined;
  /** Whether the bytes count as this upload's among the bytes that are kept. */
  isCounted: boolean;
  arrivals: number;
  /** Clock.monotonic() of the last arrival. */
  arrivedAt: number;
  present: boolean;
}

/** Whether two parts are of the same bytes. */
export function isSame(a: Part, b: Part): boolean {
  if (a.size !== b.size) return false;
  if (a.hash && b.hash) return a.hash.equals(b.hash);
  return isSamePiece(a.piece, b.piece);
}
