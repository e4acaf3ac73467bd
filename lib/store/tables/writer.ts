import type { Clock } from '../../base/clock.js';

/** Who writes: the machine, and its clock; of rows that are written later, the time at which they happened. */
export interface Writer {
  /** At most 255 characters. */
  readonly host: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** A chat of an account; its marked id. */
export interface ChatKey {
  readonly accountId: number;
  readonly chatId: number;
}
