import type { SchemaChange } from '../store/schema-change.js';

/**
 * Notes what is still owed to a copy that was sent. From this version on, `content_kind` has names that older versions
 * of TelePi don't know: a place, a contact, and so on.
 */
export async function createVersion7(change: SchemaChange): Promise<void> {
  await change.addColumn('messages', 'owed', 'text?');
}
