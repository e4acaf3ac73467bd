import type { Transaction } from 'kysely';

/**
 * Notes what is still owed to a copy that was sent. From this version on, `content_kind` has names that older versions
 * of TelePi don't know: a place, a contact, and so on.
 */
export async function createVersion7(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('messages').addColumn('owed', 'text').execute();
}
