import type { StoredTime } from '../times.js';
import type { StoredInteger } from '../values.js';

export const ERASE_STATES = ['begun', 'ended'] as const;
export type EraseState = (typeof ERASE_STATES)[number];

/** Calls that delete messages at Telegram, each noted before it is made. Rows are never removed. */
export interface EraseBatchesTable {
  account_id: StoredInteger;
  /** SHA-256, in hex, of the plan that has the messages. */
  plan_hash: string;
  /** 1, 2, 3, … of the plan. */
  batch: StoredInteger;
  /** Marked id. */
  chat_id: StoredInteger;
  /** JSON: runs of ids, each from its first to its last. */
  ids: string;
  /** `begun`: the call may have been made, or not. `ended`: it is known which of the messages are gone. */
  state: EraseState;
  /** How many messages Telegram's answer has counted; null when no answer was seen. */
  affected: StoredInteger | null;
  /** As `ids`: the messages that were there afterwards. */
  left_ids: string | null;
  host: string;
  begun_datetime: StoredTime;
  ended_datetime: StoredTime | null;
}
