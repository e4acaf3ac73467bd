import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { UsageError } from '../base/errors.js';
import { anyLease, type LeaseTables } from '../store/tables/leases.js';
import { lockHolder } from './lock.js';
import type { LedgerTables } from './schema.js';

/**
 * Refuses (JOB_RUNNING) to touch a whole database while a process works with it: it holds the lock of a job's folder in
 * `dataDir`, or a lease in the database. `name`: what people call the database.
 */
export async function refuseBusy(
  // biome-ignore lint/suspicious/noExplicitAny: a database with these and other tables
  db: Kysely<any>,
  { name, dataDir }: { readonly name: string; readonly dataDir: string },
): Promise<void> {
  const lease = await anyLease(db as Kysely<LeaseTables>);
  if (lease) throw busy(name, `${lease.host} works with it (${lease.name})`, { ...lease });
  const jobs = await (db as Kysely<LedgerTables>)
    .selectFrom('ledger_jobs')
    .select('folder')
    .distinct()
    .orderBy('folder')
    .execute();
  for (const { folder } of jobs) {
    const holder = await lockHolder(join(dataDir, folder, 'lock'));
    if (holder)
      throw busy(name, `process ${holder.pid} on ${holder.host} runs the job ${folder}`, { ...holder });
  }
}

function busy(name: string, who: string, fields: Readonly<Record<string, unknown>>): UsageError {
  return new UsageError('JOB_RUNNING', `${name} is in use, ${who}: wait until that ends, or stop it.`, {
    fields,
  });
}
