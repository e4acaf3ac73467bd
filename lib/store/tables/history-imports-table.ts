import type { StoredTime } from '../times.js';
import type { StoredInteger } from '../values.js';

export const IMPORT_STATES = ['begun', 'starting', 'started', 'arrived', 'shifted'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** Imports of histories into chats at Telegram (messages.initHistoryImport), each step noted before what comes next. */
export interface HistoryImportsTable {
  account_id: StoredInteger;
  /** SHA-256, in hex, of the plan that has the messages. */
  plan_hash: string;
  /** Marked id of the chat into which they go. */
  target_id: StoredInteger;
  /** 1, 2, 3, … of the plan: a long history needs several imports. */
  part: StoredInteger;
  /** SHA-256, in hex: of which messages it has, and of the text that Telegram has of them. */
  content_hash: string;
  text_hash: string;
  /**
   * `begun`: Telegram has its text. `starting`: the call that starts it may have been made, or not. `started`: it was made.
   * `arrived`: its messages were seen in the chat; `shifted`: with other dates than they should have.
   */
  state: ImportState;
  messages: StoredInteger;
  /** How many of its files Telegram has, in their order. */
  uploaded: StoredInteger;
  /** Telegram's id of the import. */
  import_id: StoredInteger;
  /** The newest message of the chat before it was started. */
  after_id: StoredInteger | null;
  host: string;
  begun_datetime: StoredTime;
  changed_datetime: StoredTime;
}
