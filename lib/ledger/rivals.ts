import type { Selectable } from 'kysely';
import type { SentContent } from '../base/fingerprint.js';
import { asNumber } from '../store/values.js';
import { type itemsInDoubt, itemsKey } from './album-items.js';
import { looksLike, storedContent } from './fingerprint-columns.js';
import type { MessagesTable } from './schema.js';

/** A message whose send is in doubt. */
export type RowInDoubt = Pick<
  Selectable<MessagesTable>,
  'job_id' | 'source_id' | 'state' | 'grouped_id' | 'content_kind' | 'content_size' | 'text_hash' | 'after_id'
>;

/** Groups rows by send: the items of an album that are in doubt in one state were sent by one call. */
export function sendsOf(rows: readonly RowInDoubt[]): RowInDoubt[][] {
  const sends = new Map<string, RowInDoubt[]>();
  for (const row of rows) {
    const { job_id: job, source_id: id, grouped_id: album, state } = row;
    const key = album === null ? `${job} ${id}` : `${job} album ${album} ${state}`;
    sends.set(key, [...(sends.get(key) ?? []), row]);
  }
  return [...sends.values()];
}

/**
 * Whether a send may have made copies that look like these: the copies of one send form one album with no other items.
 * For messages that ended without a copy, it isn't known which were sent together.
 */
export function mayHaveMade(
  send: readonly RowInDoubt[],
  items: Awaited<ReturnType<typeof itemsInDoubt>>,
  contents: readonly SentContent[],
): boolean {
  if (send.some(({ state }) => state !== 'sending')) {
    return send.some((row) => looksLike(storedContent(row), contents[0]));
  }
  const made = send.flatMap((row) => [
    storedContent(row),
    ...(items.get(itemsKey(row.job_id, asNumber(row.source_id))) ?? []).map(({ content }) => content),
  ]);
  return made.length === contents.length && made.every((one, index) => looksLike(one, contents[index]));
}
