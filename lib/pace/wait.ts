/**
 * How long a wait that other processes know of is slept at a time, in milliseconds: then it is looked at again, because they
 * may have changed it, and the clock of their table may have been set.
 */
export const LONGEST_SLEEP_MS = 5_000;

/** One wait, reported when it begins. */
export interface Wait {
  readonly method: string;
  /** The wire string (`FLOOD_WAIT_12`, `INTERNAL`); without an answer, `CONNECTION_LOST` or `TIMEOUT`. */
  readonly reason: string;
  readonly kind: 'flood' | 'premium' | 'slowmode' | 'transient';
  /** The seconds that Telegram asks for; 0 for a transient fault. */
  readonly askedSeconds: number;
  /** The milliseconds of the actual wait: with jitter, and longer when floods repeat. */
  readonly ms: number;
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
  /** How many attempts of this call have failed so far, from 1; 0 for a wait that another process has met. */
  readonly attempt: number;
  /** The machine on which another process of the account has met it. */
  readonly metOn?: string;
}
