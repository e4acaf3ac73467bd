import type { Kysely, Transaction } from 'kysely';
import { databaseTime } from '../database-clock.js';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import type { StoreTables } from './schema.js';

export type LeaseTables = Pick<StoreTables, 'leases'>;

/** The sole right to some work until it expires by the database's clock. */
export interface Lease {
  /** At most 255 characters. */
  readonly name: string;
  /** Of who holds it: as good as unique. */
  readonly holder: string;
  readonly host: string;
}

/**
 * Takes a lease, or renews it for who holds it, for `ms` milliseconds. Returns whether it is held now. One statement
 * decides: it changes the row if the lease has expired or is the holder's own.
 */
export async function takeLease(db: Kysely<LeaseTables>, lease: Lease, ms: number): Promise<boolean> {
  return transact(db, (tx) => takeWithin(tx, lease, ms));
}

/**
 * Takes a lease until the transaction ends: nobody can take it before, and anybody can afterwards. Who held it until it
 * expired has lost it.
 */
export function borrowLease(tx: Transaction<LeaseTables>, lease: Lease): Promise<boolean> {
  return takeWithin(tx, lease, 0);
}

/** takeLease within a transaction, which locks the row until its end. */
export async function takeWithin(tx: Transaction<LeaseTables>, lease: Lease, ms: number): Promise<boolean> {
  const { name, holder, host } = lease;
  const free = { name, holder: '', host, expires_datetime: timeText(0) };
  await upsert(tx, 'leases', [free], { keys: ['name'], updated: [] });
  const { numUpdatedRows } = await tx
    .updateTable('leases')
    .where('name', '=', name)
    .where((row) => row.or([row('holder', '=', holder), row('expires_datetime', '<=', databaseTime(tx))]))
    .set({ holder, host, expires_datetime: databaseTime(tx, ms) })
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/**
 * Renews a lease; false when somebody else has taken it since. One that has expired is still its holder's as long as
 * nobody has. In a transaction that writes by the right of the lease, nobody can take it before that transaction ends.
 */
export async function renewLease(
  db: Kysely<LeaseTables>,
  { name, holder }: Pick<Lease, 'name' | 'holder'>,
  ms: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('leases')
    .where('name', '=', name)
    .where('holder', '=', holder)
    .set({ expires_datetime: databaseTime(db, ms) })
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Gives a lease back, if it is still held. */
export async function releaseLease(
  db: Kysely<LeaseTables>,
  { name, holder }: Pick<Lease, 'name' | 'holder'>,
): Promise<void> {
  await transact(db, (tx) => releaseWithin(tx, { name, holder }));
}

/** The same within a transaction. */
export async function releaseWithin(
  tx: Transaction<LeaseTables>,
  { name, holder }: Pick<Lease, 'name' | 'holder'>,
): Promise<void> {
  await tx
    .updateTable('leases')
    .where('name', '=', name)
    .where('holder', '=', holder)
    .set({ holder: '', expires_datetime: timeText(0) })
    .execute();
}

/** Gives back a lease whose name nobody else will use. */
export async function dropLease(
  db: Kysely<LeaseTables>,
  { name, holder }: Pick<Lease, 'name' | 'holder'>,
): Promise<void> {
  await transact(db, (tx) =>
    tx.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute(),
  );
}

/**
 * Removes the leases that have expired, of which the names begin so: whoever held one, and continues after all, finds that
 * it is gone.
 */
export async function sweepLeases(db: Kysely<LeaseTables>, beginning = ''): Promise<void> {
  await transact(db, (tx) => sweepWithin(tx, beginning));
}

/** The same within a transaction. */
export async function sweepWithin(tx: Transaction<LeaseTables>, beginning = ''): Promise<void> {
  await tx
    .deleteFrom('leases')
    .where('name', 'like', `${beginning}%`)
    .where('expires_datetime', '<=', databaseTime(tx))
    .execute();
}

/** The host that holds a lease now, unless it is held by `own`; undefined when nobody does. */
export async function leaseHost(
  db: Kysely<LeaseTables>,
  name: string,
  own = '',
): Promise<string | undefined> {
  const row = await db
    .selectFrom('leases')
    .select('host')
    .where('name', '=', name)
    .where('holder', '<>', own)
    .where('expires_datetime', '>', databaseTime(db))
    .executeTakeFirst();
  return row?.host;
}

/** Whether anybody holds a lease whose name begins so, by the database's clock. */
export async function otherLeases(tx: Transaction<LeaseTables>, beginning: string): Promise<boolean> {
  const row = await tx
    .selectFrom('leases')
    .select('name')
    .where('name', 'like', `${beginning}%`)
    .where('expires_datetime', '>', databaseTime(tx))
    .executeTakeFirst();
  return row !== undefined;
}

/** A lease that somebody but `own` holds now, by the database's clock; undefined when nobody holds any. */
export async function anyLease(
  db: Kysely<LeaseTables>,
  own = '',
): Promise<Pick<Lease, 'name' | 'host'> | undefined> {
  return db
    .selectFrom('leases')
    .select(['name', 'host'])
    .where('holder', '<>', own)
    .where('expires_datetime', '>', databaseTime(db))
    .orderBy('name')
    .executeTakeFirst();
}
