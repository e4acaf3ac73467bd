import { idInChat, olderId, shownId } from '../../base/source-ids.js';
import { badValue, type Given, wordsOf } from './given.js';

/**
 * Reads `--from-id` or `--to-id`: a message's id as people see it, in the numbering of source ids. A minus leads into the
 * history from before a group's upgrade (see base/source-ids.ts).
 * @throws UsageError BAD_SELECTION
 */
export function readMessageId(given: Given): number {
  const text = given.text.trim();
  const id = /^-?\d{1,10}$/.test(text) ? Number(text) : 0;
  if (id !== 0 && Math.abs(id) <= LARGEST_ID) return id < 0 ? olderId(-id) : id;
  throw badValue(given, `the id of a message, from 1 to ${LARGEST_ID}`);
}

/**
 * Reads `--topic`: ids of topics; 1 is General.
 * @throws UsageError BAD_SELECTION
 */
export function readTopics(given: Given): ReadonlySet<number> {
  const ids = wordsOf(given).map((word) => (/^\d{1,10}$/.test(word) ? Number(word) : 0));
  if (ids.length > 0 && ids.every((id) => id >= 1 && id <= LARGEST_ID)) return new Set(ids);
  throw badValue(
    given,
    'the ids of topics, with commas between them (1 is General; telepi chats lists them)',
  );
}

/**
 * Reads `--limit`.
 * @throws UsageError BAD_SELECTION
 */
export function readLimit(given: Given): number {
  const text = given.text.trim();
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count >= 1) return count;
  throw badValue(given, 'a whole number of messages from 1 to 999999999');
}

/** An id as its user wrote it. */
export function writtenId(id: number): number {
  return idInChat(id) === id ? id : shownId(id);
}

/** TL: ids of messages are positive ints. */
const LARGEST_ID = 2 ** 31 - 1;
