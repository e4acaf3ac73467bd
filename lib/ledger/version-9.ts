import type { Transaction } from 'kysely';

/**
 * Notes how each message was sent. From this version on, `content_kind` may say that a copy is a forward, which older
 * versions of TelePi don't know.
 */
export async function createVersion9(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('messages').addColumn('way', 'varchar(16)').execute();
}
