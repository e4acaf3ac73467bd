import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { UsageError } from '../base/errors.js';
import { codeOf } from '../base/system-errors.js';
import { anyLease, type LeaseTables } from '../store/tables/leases.js';
import { lockHolder } from './lock.js';
import type { LedgerTables } from './schema.js';

/** A whole database that is about to be copied, or replaced. */
export interface BusyPlace {
  /** What people call the database. */
  readonly name: string;
  readonly dataDir: string;
  /** Whether it is the data directory's file: then each folder in there may be that of a job which runs. */
  readonly isFile: boolean;
  /** The holder of leases that don't count. */
  readonly own?: string;
}

/**
 * Refuses (JOB_RUNNING) to touch a whole database while a process works with it: it holds the lock of a job's folder in
 * `dataDir`, or a lease in the database.
 */
export async function refuseBusy(
  // biome-ignore lint/suspicious/noExplicitAny: a database with these and other tables
  db: Kysely<any>,
  { name, dataDir, isFile, own }: BusyPlace,
): Promise<void> {
  const lease = await anyLease(db as Kysely<LeaseTables>, own);
  if (lease) throw busy(name, `a process on ${lease.host} works with it`, { ...lease });
  const jobs = await (db as Kysely<LedgerTables>)
    .selectFrom('ledger_jobs')
    .select('folder')
    .distinct()
    .orderBy('folder')
    .execute();
  // A job that has just begun has a lock before it has rows.
  const folders = new Set([...jobs.map(({ folder }) => folder), ...(isFile ? await foldersIn(dataDir) : [])]);
  for (const folder of folders) {
    const holder = await lockHolder(join(dataDir, folder, 'lock'));
    if (holder)
      throw busy(name, `process ${holder.pid} on ${holder.host} runs the job ${folder}`, { ...holder });
  }
}

async function foldersIn(dataDir: string): Promise<string[]> {
  try {
    const entries = await readdir(dataDir, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function busy(name: string, who: string, fields: Readonly<Record<string, unknown>>): UsageError {
  return new UsageError(
    'JOB_RUNNING',
    `${name.charAt(0).toUpperCase()}${name.slice(1)} is in use, ${who}: wait until that ends, or stop it; a process that was killed counts for a minute.`,
    { fields },
  );
}
