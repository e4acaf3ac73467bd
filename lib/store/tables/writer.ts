import type { Clock } from '../../base/clock.js';

/** Who writes: the machine, and its clock. */
export interface Writer {
  /** At most 255 characters. */
  readonly host: string;
  readonly clock: Pick<Clock, 'now'>;
  /** It happened a while ago, and others may have written since: what they saw later stays. */
  readonly isLate?: boolean;
}

/** A chat of an account; its marked id. */
export interface ChatKey {
  readonly accountId: number;
  readonly chatId: number;
}
