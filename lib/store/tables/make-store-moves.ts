import type { SchemaChange } from '../schema-change.js';

/** Where the rows of a database went and where they came from (see StoreMovesTable), and since when chats are called so. */
export async function makeStoreMoves(change: SchemaChange): Promise<void> {
  await change.createTable('store_moves', {
    columns: {
      move_id: 'varchar(32)',
      state: 'varchar(16)',
      other: 'text',
      host: 'varchar(255)',
      moved_datetime: 'datetime',
    },
    primaryKey: { name: 'store_moves_pk', columns: ['move_id'] },
  });
  await change.addColumn('chats', 'named_datetime', 'datetime?');
}
