import { type Kysely, type Selectable, sql } from 'kysely';
import type { SchemaChange } from '../store/schema-change.js';
import type { MessagesTable } from './schema.js';

/**
 * Notes the details by which a send in doubt is looked for, and makes sure that no copy in the target belongs to two
 * messages. If an older version noted one copy for several messages, the first of them keeps it; Telegram had refused
 * the others as already sent, and they are recorded as such from now on.
 */
export async function createVersion5(change: SchemaChange): Promise<void> {
  await change.addColumn('messages', 'content_kind', 'varchar(16)?');
  await change.addColumn('messages', 'content_size', 'bigint?');
  await change.addColumn('messages', 'text_hash', 'varchar(64)?');
  await change.addColumn('messages', 'after_id', 'bigint?');
  await change.addColumn('topics', 'title_hash', 'varchar(64)?');
  await change.addColumn('topics', 'after_id', 'bigint?');
  await partTwins(change.db.withTables<OldTables>());
  await change.createIndex('messages_by_target', {
    table: 'messages',
    columns: ['account_id', 'job_id', 'target_id'],
    unique: true,
  });
}

type OldTables = { readonly messages: MessagesTable };

async function partTwins(db: Kysely<OldTables>): Promise<void> {
  const twins = await db
    .selectFrom('messages')
    .select(['account_id', 'job_id', 'target_id', (each) => each.fn.min('source_id').as('first')])
    .where('target_id', 'is not', null)
    .groupBy(['account_id', 'job_id', 'target_id'])
    .having(sql<number>`count(*)`, '>', 1)
    .execute();
  for (const { account_id, job_id, target_id, first } of twins as Twin[]) {
    await db
      .updateTable('messages')
      .where('account_id', '=', account_id)
      .where('job_id', '=', job_id)
      .where('target_id', '=', target_id)
      .where('source_id', '>', first)
      .set({ state: 'skipped', reason: 'already_sent', target_id: null })
      .execute();
  }
}

type Twin = Pick<Selectable<MessagesTable>, 'account_id' | 'job_id' | 'target_id'> & {
  readonly first: Selectable<MessagesTable>['source_id'];
};
