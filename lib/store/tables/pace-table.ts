import type { StoredTime } from '../times.js';
import type { StoredInteger } from '../values.js';

/** How fast an account may act: one row for each gate of its calls, which all its processes share. */
export interface AccountPaceTable {
  account_id: StoredInteger;
  /** See gateOf. */
  gate: string;
  /** Grows with each change. */
  revision: StoredInteger;
  /** By the database's clock: until when Telegram wants no call. */
  open_datetime: StoredTime | null;
  /** Telegram's words for that. */
  reason: string | null;
  /** Where that was met. */
  host: string;
  /** JSON, by the database's clock: see MessagePace. */
  learnt: string | null;
}
