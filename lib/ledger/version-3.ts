import type { Transaction } from 'kysely';

/** Notes what became of uploads: see FilesTable. */
export async function createVersion3(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('files').addColumn('used_at', 'bigint').execute();
  await db.schema.alterTable('files').addColumn('made_kind', 'varchar(16)').execute();
  await db.schema.alterTable('files').addColumn('made_id', 'bigint').execute();
  await db.schema.alterTable('files').addColumn('made_hash', 'bigint').execute();
  await db.schema.alterTable('files').addColumn('made_reference', 'text').execute();
}
