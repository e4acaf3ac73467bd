import type { SchemaChange } from '../schema-change.js';

/** Until when Telegram wants an account to wait, and what it accepts from it: see AccountPaceTable. */
export async function makeAccountPace(change: SchemaChange): Promise<void> {
  await change.createTable('account_pace', {
    columns: {
      account_id: 'bigint',
      gate: 'varchar(128)',
      revision: 'bigint',
      open_datetime: 'datetime?',
      reason: 'varchar(64)?',
      host: 'varchar(255)',
      learnt: 'text?',
    },
    primaryKey: { name: 'account_pace_pk', columns: ['account_id', 'gate'] },
  });
}
