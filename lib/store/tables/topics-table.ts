import type { StoredTime } from '../times.js';
import type { StoredInteger } from '../values.js';

/** Topics of forums, as they were called when they were listed last. */
export interface TopicsTable {
  account_id: StoredInteger;
  chat_id: StoredInteger;
  /** The id of its root message; General is 1. */
  topic_id: StoredInteger;
  title: string;
  listed_datetime: StoredTime;
  host: string;
}
