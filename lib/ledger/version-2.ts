import type { Transaction } from 'kysely';

/** Notes what the target held before a job's first send. */
export async function createVersion2(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('target_before', 'bigint').execute();
}
