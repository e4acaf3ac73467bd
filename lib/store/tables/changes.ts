import type { Kysely, Transaction } from 'kysely';
import { insertRows } from '../insert-rows.js';
import { asTime, timeText } from '../times.js';
import { asBigInt, asNumber } from '../values.js';
import { CHANGE_KINDS, type ChangeKind, type StoreTables } from './schema.js';
import { advanceSequence, lockSequence } from './sequence.js';
import { knownWord } from './words.js';

/** Something that has happened to a message. */
export interface Change {
  readonly accountId: number;
  readonly chatId: number;
  readonly messageId: number;
  readonly kind: ChangeKind;
}

/** A change as it was noted. */
export interface NotedChange extends Change {
  readonly seq: bigint;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly host: string;
}

const SEQUENCE = 'changes';

/** The sole right to note changes until the transaction ends; returns the last one's number. */
export function lockChanges(db: Transaction<StoreTables>): Promise<bigint> {
  return lockSequence(db, SEQUENCE);
}

/** The number of the last change that is visible. */
export async function lastChange(db: Kysely<StoreTables>): Promise<bigint> {
  const row = await db
    .selectFrom('sequences')
    .select('value')
    .where('name', '=', SEQUENCE)
    .executeTakeFirst();
  return row ? asBigInt(row.value) : 0n;
}

/** Notes changes behind `last`, which `lockChanges` has returned in the same transaction. */
export async function noteChanges(
  db: Transaction<StoreTables>,
  last: bigint,
  changes: readonly Change[],
  { host, now }: { readonly host: string; readonly now: number },
): Promise<void> {
  if (changes.length === 0) return;
  const changed = timeText(now);
  const rows = changes.map(({ accountId, chatId, messageId, kind }, index) => ({
    seq: last + BigInt(index + 1),
    account_id: accountId,
    chat_id: chatId,
    message_id: messageId,
    kind,
    changed_datetime: changed,
    host,
  }));
  await insertRows(db, 'changes', rows);
  await advanceSequence(db, SEQUENCE, last + BigInt(rows.length));
}

/** The changes after a number, in order, at most `most`: a reader that continues from the last one misses nothing. */
export async function changesAfter(
  db: Kysely<StoreTables>,
  seq: bigint,
  most: number,
): Promise<NotedChange[]> {
  const rows = await db
    .selectFrom('changes')
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(most)
    .execute();
  return rows.map((row) => ({
    seq: asBigInt(row.seq),
    accountId: asNumber(row.account_id),
    chatId: asNumber(row.chat_id),
    messageId: asNumber(row.message_id),
    kind: knownWord(CHANGE_KINDS, row.kind),
    at: asTime(row.changed_datetime),
    host: row.host,
  }));
}
