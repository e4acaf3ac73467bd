import type { Kysely, Transaction } from 'kysely';
import { databaseTime } from '../database-clock.js';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { chunked } from '../values.js';
import { type LeaseTables, sweepLeases } from './leases.js';

/** Who claims files: as good as unique. */
export interface Claimant {
  /** At most 64 characters. */
  readonly holder: string;
  readonly host: string;
}

/** How the names of these leases begin. */
const NAME = 'file ';

/** The name of the claim of an account's photo or file: whoever holds that lease is the one that fetches it. */
export function claimName(accountId: number, mediaId: bigint): string {
  return `${NAME}${accountId} ${mediaId}`;
}

/**
 * Takes claims, or renews the claimant's own, for `ms` milliseconds; of one that is held it takes nothing. Returns the names of
 * the claims that are held now.
 */
export function takeClaims(
  db: Kysely<LeaseTables>,
  claimant: Claimant,
  names: readonly string[],
  ms: number,
): Promise<ReadonlySet<string>> {
  return transact(db, (tx) => takeClaimsIn(tx, claimant, names, ms));
}

/** As takeClaims, within a transaction. Until it ends nobody else can take them. */
export async function takeClaimsIn(
  tx: Transaction<LeaseTables>,
  { holder, host }: Claimant,
  names: readonly string[],
  ms: number,
): Promise<ReadonlySet<string>> {
  const held = new Set<string>();
  // In one order, so that two claimants don't wait for each other.
  for (const chunk of chunked([...new Set(names)].sort())) {
    const free = chunk.map((name) => ({ name, holder: '', host, expires_datetime: timeText(0) }));
    await upsert(tx, 'leases', free, { keys: ['name'], updated: [] });
    const { numUpdatedRows } = await tx
      .updateTable('leases')
      .where('name', 'in', chunk)
      .where((row) => row.or([row('holder', '=', holder), row('expires_datetime', '<=', databaseTime(tx))]))
      .set({ holder, host, expires_datetime: databaseTime(tx, ms) })
      .executeTakeFirstOrThrow();
    for (const name of await heldOf(tx, holder, chunk, numUpdatedRows)) held.add(name);
  }
  return held;
}

/**
 * Renews the claims of a holder for `ms` milliseconds. Returns the names of the claims that are still its own: one that has expired
 * is, until somebody else takes it.
 */
export function renewClaims(
  db: Kysely<LeaseTables>,
  holder: string,
  names: readonly string[],
  ms: number,
): Promise<ReadonlySet<string>> {
  return transact(db, async (tx) => {
    const held = new Set<string>();
    for (const chunk of chunked([...names].sort())) {
      const { numUpdatedRows } = await tx
        .updateTable('leases')
        .where('name', 'in', chunk)
        .where('holder', '=', holder)
        .set({ expires_datetime: databaseTime(tx, ms) })
        .executeTakeFirstOrThrow();
      for (const name of await heldOf(tx, holder, chunk, numUpdatedRows)) held.add(name);
    }
    return held;
  });
}

async function heldOf(
  tx: Transaction<LeaseTables>,
  holder: string,
  names: readonly string[],
  held: bigint,
): Promise<readonly string[]> {
  if (held === BigInt(names.length)) return names;
  if (held === 0n) return [];
  const rows = await tx
    .selectFrom('leases')
    .select('name')
    .where('name', 'in', names)
    .where('holder', '=', holder)
    .execute();
  return rows.map(({ name }) => name);
}

/** Gives claims back, the ones that are still the holder's. */
export async function dropClaims(
  db: Kysely<LeaseTables>,
  holder: string,
  names: readonly string[],
): Promise<void> {
  await transact(db, (tx) => dropClaimsIn(tx, holder, names));
}

/** As dropClaims, within a transaction. Returns how many they were. */
export async function dropClaimsIn(
  tx: Transaction<LeaseTables>,
  holder: string,
  names: readonly string[],
): Promise<number> {
  let dropped = 0n;
  for (const chunk of chunked([...names].sort())) {
    const { numDeletedRows } = await tx
      .deleteFrom('leases')
      .where('name', 'in', chunk)
      .where('holder', '=', holder)
      .executeTakeFirstOrThrow();
    dropped += numDeletedRows;
  }
  return Number(dropped);
}

/** Gives back all that holders have claimed which are known to be dead. */
export async function dropClaimsOf(db: Kysely<LeaseTables>, holders: readonly string[]): Promise<void> {
  await transact(db, async (tx) => {
    for (const chunk of chunked(holders)) {
      await tx.deleteFrom('leases').where('name', 'like', `${NAME}%`).where('holder', 'in', chunk).execute();
    }
  });
}

/** Removes the claims that have expired: their holders are gone. */
export function sweepClaims(db: Kysely<LeaseTables>): Promise<void> {
  return sweepLeases(db, NAME);
}

/** The hosts that hold claims now, by the names of the claims that are held. */
export async function claimHosts(
  db: Kysely<LeaseTables>,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const hosts = new Map<string, string>();
  for (const chunk of chunked([...new Set(names)])) {
    const rows = await db
      .selectFrom('leases')
      .select(['name', 'host'])
      .where('name', 'in', chunk)
      .where('expires_datetime', '>', databaseTime(db))
      .execute();
    for (const { name, host } of rows) hosts.set(name, host);
  }
  return hosts;
}
