import type { Transaction } from 'kysely';
import { transact } from '../store/repeatable.js';
import type { Judgement } from './judgement.js';
import { ANY_ACCOUNT, accountOf, readOrder } from './order.js';
import type { Queue } from './queue.js';
import { bossTables, type QueueTables, WAITING } from './tables.js';
import { livingAccounts } from './workers.js';

/**
 * Puts jobs that any account may do, and that wait in the queue of an account whose workers have all died, back where the
 * workers of all accounts look; unless each that lives may not do it, or the account has begun it. Returns their ids.
 */
export async function freeAnyones(
  { db, boss }: Queue,
  judgement: Pick<Judgement, 'mayJudge'>,
): Promise<readonly string[]> {
  if (!judgement.mayJudge()) return [];
  const living = await livingAccounts(db);
  const abandoned = (await boss.getQueues())
    .map(({ name }) => name)
    .filter((name) => {
      const account = accountOf(name);
      return account !== undefined && !living.includes(account);
    });
  if (abandoned.length === 0 || living.length === 0) return [];
  const rows = await bossTables(db)
    .selectFrom('job')
    .select(['id', 'name'])
    .where('name', 'in', abandoned)
    .where('state', 'in', WAITING)
    .where((row) => row(row.ref('data', '->>').key('any' as never), '=', 'true' as never))
    .orderBy('id')
    .execute();
  const freed: string[] = [];
  for (const row of rows) {
    if (!judgement.mayJudge()) break;
    if (await transact(db, (tx) => freeOne(tx, row, living))) freed.push(row.id);
  }
  return freed;
}

async function freeOne(
  tx: Transaction<QueueTables>,
  { id, name }: { readonly id: string; readonly name: string },
  living: readonly number[],
): Promise<boolean> {
  const job = bossTables(tx);
  const row = await job
    .selectFrom('job')
    .select('data')
    .where('name', '=', name)
    .where('id', '=', id)
    .where('state', 'in', WAITING)
    .forUpdate()
    .executeTakeFirst();
  const order = row && readOrder(JSON.parse(row.data));
  if (!order || order.begunBy !== undefined) return false;
  const { refusals = [] } = order;
  if (!living.some((account) => !refusals.some((each) => each.account === account))) return false;
  const data = { ...order, waitedFor: accountOf(name) };
  await job
    .updateTable('job')
    .set({ name: ANY_ACCOUNT, data: JSON.stringify(data) })
    .where('name', '=', name)
    .where('id', '=', id)
    .execute();
  return true;
}
