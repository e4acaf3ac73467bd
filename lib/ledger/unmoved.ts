import type { Kysely } from 'kysely';
import { UsageError } from '../base/errors.js';
import type { DatabaseOwner } from '../store/owner.js';
import { readSqlite } from '../store/read-sqlite.js';
import { asNumber } from '../store/values.js';
import type { LedgerTables } from './schema.js';

/**
 * Refuses (STORE_NOT_MOVED) a database on a server that lacks jobs which the data directory's own file has: on the
 * server they would begin again, and send everything twice. `server` without `db`: it has no tables yet.
 */
export async function refuseUnmoved(
  { path, owner }: { readonly path: string; readonly owner: DatabaseOwner },
  server: { readonly path: string; readonly db?: Kysely<LedgerTables> },
): Promise<void> {
  const local = await readSqlite<LedgerTables, string[]>(
    { path, owner, purpose: 'look-before-writing' },
    jobsIn,
  );
  if (local === undefined || local.length === 0) return;
  const moved = new Set(server.db && (await jobsIn(server.db)));
  const left = local.filter((job) => !moved.has(job));
  if (left.length === 0) return;
  const [jobs, them] = left.length === 1 ? ['a job', 'it'] : [`${left.length} jobs`, 'them'];
  throw new UsageError(
    'STORE_NOT_MOVED',
    `${path} holds ${jobs} that ${server.path} lacks: copy ${them} with telepi move-store, or leave DATABASE_URL out.`,
    { fields: { path, database: server.path, jobs: left.length } },
  );
}

async function jobsIn(db: Kysely<LedgerTables>): Promise<string[]> {
  const rows = await db.selectFrom('ledger_jobs').select(['account_id', 'job_id']).execute();
  return rows.map(({ account_id, job_id }) => `${asNumber(account_id)} ${job_id}`);
}
