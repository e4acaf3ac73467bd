import type { StoredInteger } from '../values.js';

/** Which messages an import into a chat has, from the moment before it is started: no other one, and no post, brings them again. */
export interface ImportRangesTable {
  account_id: StoredInteger;
  /** Marked id of the chat into which they go. */
  target_id: StoredInteger;
  /** The import: see HistoryImportsTable. */
  plan_hash: string;
  part: StoredInteger;
  /** Marked id of the chat that they are from. */
  chat_id: StoredInteger;
  /** Every message from the one id to the other. */
  first_id: StoredInteger;
  last_id: StoredInteger;
  /** 1 where each of them shows its file, 0 where none does. */
  with_files: StoredInteger;
}
