import type { Clock } from '../../base/clock.js';

/** Who writes: the machine, and its clock. */
export interface Writer {
  /** At most 255 characters. */
  readonly host: string;
  readonly clock: Clock;
}

/** A chat of an account; its marked id. */
export interface ChatKey {
  readonly accountId: number;
  readonly chatId: number;
}
