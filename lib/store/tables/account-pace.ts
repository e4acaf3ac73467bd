import type { Kysely, Selectable } from 'kysely';
import { databaseTime } from '../database-clock.js';
import { asTime, timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asNumber, clipped } from '../values.js';
import type { StoreTables } from './schema.js';

export type PaceTables = Pick<StoreTables, 'account_pace'>;

/** What the processes of an account share about one gate (see gateOf). Times in milliseconds since the epoch, by the database's clock. */
export interface StoredPace {
  readonly gate: string;
  /** How often it was changed; 0: never, it isn't there yet. */
  readonly revision: number;
  /** Until when Telegram wants no call; absent: it has never asked for a wait. */
  readonly openAt?: number;
  /** Telegram's words for that: `FLOOD_WAIT_12`. */
  readonly reason?: string;
  /** Where that was met. */
  readonly host: string;
  /** What is known of the turns, as JSON. */
  readonly learnt?: string;
}

/** Everything that an account's processes share, and the database's time. */
export async function readPace(
  db: Kysely<PaceTables>,
  accountId: number,
): Promise<{ readonly now: number; readonly rows: readonly StoredPace[] }> {
  const rows = await db
    .selectFrom('account_pace')
    .selectAll()
    .select(databaseTime(db).as('now'))
    .where('account_id', '=', accountId)
    .execute();
  const [first] = rows;
  const now = first ?? (await db.selectNoFrom(databaseTime(db).as('now')).executeTakeFirstOrThrow());
  return { now: asTime(now.now), rows: rows.map(storedPace) };
}

/**
 * Writes a row, unless somebody has changed it since it had `row.revision`; returns whether it did. One statement decides,
 * so that no lock is held. After a lost connection it may be written already: then it is read again, and counts as changed.
 */
export async function writePace(
  db: Kysely<PaceTables>,
  accountId: number,
  { gate, revision, openAt, reason, host, learnt }: StoredPace,
): Promise<boolean> {
  const key = { account_id: accountId, gate: clipped(gate, 128) };
  const values = {
    open_datetime: openAt === undefined ? null : timeText(Math.ceil(openAt)),
    reason: reason === undefined ? null : clipped(reason, 64),
    host: clipped(host, 255),
    learnt: learnt ?? null,
  };
  if (revision === 0) {
    await upsert(db, 'account_pace', [{ ...key, revision: 0, ...values, open_datetime: null }], {
      keys: ['account_id', 'gate'],
      updated: [],
    });
  }
  const { numUpdatedRows } = await db
    .updateTable('account_pace')
    .where('account_id', '=', key.account_id)
    .where('gate', '=', key.gate)
    .where('revision', '=', revision)
    .set({ ...values, revision: revision + 1 })
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

function storedPace(row: Selectable<StoreTables['account_pace']>): StoredPace {
  return {
    gate: row.gate,
    revision: asNumber(row.revision),
    ...(row.open_datetime !== null && { openAt: asTime(row.open_datetime) }),
    ...(row.reason !== null && { reason: row.reason }),
    host: row.host,
    ...(row.learnt !== null && { learnt: row.learnt }),
  };
}
