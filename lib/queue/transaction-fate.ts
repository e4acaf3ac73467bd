import type { Transaction } from 'kysely';
import type { QueueTables } from './tables.js';

/** Postgres's number of this transaction. */
export async function numberOf(tx: Transaction<QueueTables>): Promise<string> {
  const row = await tx
    .selectNoFrom((select) => select.fn<string>('txid_current', []).as('number'))
    .executeTakeFirstOrThrow();
  return row.number;
}

/** Whether one of the transactions with these numbers, which have ended, was committed: its answer may have been lost. */
export async function hasCommitted(
  tx: Transaction<QueueTables>,
  numbers: readonly string[],
): Promise<boolean> {
  for (const number of numbers) {
    const row = await tx
      .selectNoFrom((select) => select.fn<string | null>('txid_status', [select.val(number)]).as('status'))
      .executeTakeFirstOrThrow();
    if (row.status === 'committed') return true;
  }
  return false;
}
