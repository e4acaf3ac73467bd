import type { Transaction } from 'kysely';

/** Keeps what a job's selection has passed over, and what was compared with it: see JobsTable. */
export async function createVersion10(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('passed_over', 'text').execute();
  await db.schema.alterTable('jobs').addColumn('compared_by', 'varchar(64)').execute();
  await db.schema.alterTable('jobs').addColumn('missed', 'bigint').execute();
}
