import { firstIndexFrom } from './box.js';
import type { Message } from './message.js';

/** The paging arguments of messages.getHistory, messages.getReplies and the like. 0 means "not given". */
export interface Paging {
  readonly offsetId: number;
  /** Unix time in seconds. */
  readonly offsetDate: number;
  readonly addOffset: number;
  readonly limit: number;
  readonly maxId: number;
  readonly minId: number;
}

export interface Page {
  /** Newest first. */
  readonly messages: readonly Message[];
  /** How many messages the whole list has. */
  readonly count: number;
  /** How many of them are newer than the page's first. */
  readonly offsetIdOffset: number;
}

const DEFAULT_LIMIT = 20;
const LARGEST_LIMIT = 100;

/**
 * One page of a history, by the rule of core.telegram.org/api/offsets. The list is taken newest first. Its first
 * element is at offsetFromID(offset_id) + add_offset, where offsetFromID counts the messages from the newest down to
 * offset_id inclusive (ids >= offset_id). Without offset_id it counts those sent at offset_date or later; with it,
 * offset_date is ignored, because libraries send both for the message they stopped at, and others may share its second.
 * From there `limit` elements are taken (at most 100; 0 gives 20); the part of the page that a negative add_offset
 * places before the list's beginning is cut off, not shifted. Only then max_id (ids below it) and min_id (ids above it)
 * thin out the slice. `ascending`: all messages of the list, oldest first.
 */
export function pageOf(ascending: readonly Message[], paging: Paging): Page {
  const total = ascending.length;
  const limit = Math.min(paging.limit > 0 ? paging.limit : DEFAULT_LIMIT, LARGEST_LIMIT);
  const start = newestDownTo(ascending, paging) + paging.addOffset;
  const from = Math.min(Math.max(start, 0), total);
  const to = Math.min(Math.max(start + limit, 0), total);
  const slice = ascending.slice(total - to, total - from).reverse();
  const messages = slice.filter(
    ({ id }) => (paging.maxId <= 0 || id < paging.maxId) && (paging.minId <= 0 || id > paging.minId),
  );
  const first = messages[0];
  return {
    messages,
    count: total,
    offsetIdOffset: first ? total - firstIndexFrom(ascending, first.id + 1) : from,
  };
}

/** How many messages, counted from the newest, are skipped before add_offset applies. */
function newestDownTo(ascending: readonly Message[], { offsetId, offsetDate }: Paging): number {
  if (offsetId > 0) return ascending.length - firstIndexFrom(ascending, offsetId);
  return offsetDate > 0 ? ascending.length - firstIndexAt(ascending, offsetDate) : 0;
}

/** The index of the first message from which on all were sent at `date` or later. */
function firstIndexAt(ascending: readonly Message[], date: number): number {
  let index = ascending.length;
  while (index > 0 && (ascending[index - 1]?.date ?? 0) >= date) index -= 1;
  return index;
}

/**
 * The 64-bit hash by which a client asks for a page "only if changed" (core.telegram.org/api/offsets): folded over the
 * ids of the page in order.
 */
export function pageHash(ids: readonly number[]): bigint {
  let hash = 0n;
  for (const id of ids) {
    hash ^= hash >> 21n;
    hash ^= BigInt.asUintN(64, hash << 35n);
    hash ^= hash >> 4n;
    hash = BigInt.asUintN(64, hash + BigInt(id));
  }
  return BigInt.asIntN(64, hash);
}
