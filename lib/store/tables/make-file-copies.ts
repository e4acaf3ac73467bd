import type { SchemaChange } from '../schema-change.js';

/** Where files rest: see FileCopiesTable. */
export async function makeFileCopies(change: SchemaChange): Promise<void> {
  await change.createTable('file_copies', {
    columns: {
      host: 'varchar(255)',
      path_hash: 'varchar(64)',
      account_id: 'bigint',
      media_id: 'bigint?',
      chat_id: 'bigint',
      message_id: 'bigint',
      path: 'text',
      size: 'bigint',
      modified: 'bigint?',
      sha256: 'varchar(64)?',
      state: 'varchar(16)',
      saved_datetime: 'datetime',
    },
    primaryKey: { name: 'file_copies_pk', columns: ['host', 'path_hash'] },
  });
  const indexes = {
    file_copies_on_sha256: ['sha256'],
    file_copies_on_media: ['account_id', 'media_id'],
    file_copies_on_message: ['account_id', 'chat_id', 'message_id'],
  };
  for (const [name, columns] of Object.entries(indexes)) {
    await change.createIndex(name, { table: 'file_copies', columns });
  }
}
