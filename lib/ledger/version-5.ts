import { type Selectable, sql, type Transaction } from 'kysely';
import type { LedgerTables } from './schema.js';

/**
 * Notes the details by which a send in doubt is looked for, and makes sure that no copy in the target belongs to two
 * messages. If an older version noted one copy for several messages, the first of them keeps it; Telegram had refused
 * the others as already sent, and they are recorded as such from now on.
 */
export async function createVersion5(db: Transaction<unknown>): Promise<void> {
  await db.schema.alterTable('messages').addColumn('content_kind', 'varchar(16)').execute();
  await db.schema.alterTable('messages').addColumn('content_size', 'bigint').execute();
  await db.schema.alterTable('messages').addColumn('text_hash', 'varchar(64)').execute();
  await db.schema.alterTable('messages').addColumn('after_id', 'bigint').execute();
  await db.schema.alterTable('topics').addColumn('title_hash', 'varchar(64)').execute();
  await db.schema.alterTable('topics').addColumn('after_id', 'bigint').execute();
  await partTwins(db.withTables<Pick<LedgerTables, 'messages'>>());
  await db.schema
    .createIndex('messages_by_target')
    .unique()
    .on('messages')
    .columns(['account_id', 'job_id', 'target_id'])
    .execute();
}

async function partTwins(db: Transaction<Pick<LedgerTables, 'messages'>>): Promise<void> {
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

type Twin = Pick<Selectable<LedgerTables['messages']>, 'account_id' | 'job_id' | 'target_id'> & {
  readonly first: Selectable<LedgerTables['messages']>['source_id'];
};
