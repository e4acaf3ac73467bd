import type { SchemaChange } from '../store/schema-change.js';

/**
 * Notes how each message was sent. From this version on, `content_kind` may say that a copy is a forward, which older
 * versions of TelePi don't know.
 */
export async function createVersion9(change: SchemaChange): Promise<void> {
  await change.addColumn('messages', 'way', 'varchar(16)?');
}
