import { isSamePiece, type Recognised } from './contents.js';

/** A part of an upload as it last came. */
export interface Part {
  readonly size: number;
  /** SHA-256 of a part that isn't a piece of known content. */
  readonly hash: Buffer | undefined;
  piece: Recognised | undefined;
  bytes: Buffer | undefined;
  /** Whether its bytes are counted among the bytes kept for this upload. */
  isCounted: boolean;
  arrivals: number;
  /** Time of the last arrival, by Clock.monotonic(). */
  arrivedAt: number;
  present: boolean;
}

/** Whether two parts have the same bytes. */
export function isSame(a: Part, b: Part): boolean {
  if (a.size !== b.size) return false;
  if (a.hash && b.hash) return a.hash.equals(b.hash);
  return isSamePiece(a.piece, b.piece);
}
