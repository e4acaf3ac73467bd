import { bury, handOn } from '../../queue/endings.js';
import { accountQueue, type Ending } from '../../queue/order.js';
import type { Queue } from '../../queue/queue.js';
import type { Taken } from '../../queue/take.js';
import { livingAccounts, type Worker } from '../../queue/workers.js';
import type { JobEnd } from './outcome.js';
import type { WorkerEvent } from './worker-events.js';

/**
 * Gives a job of any account to another one: a run to the account that has begun it, what this one may not do to the next that
 * hasn't refused it and has a worker, or else back to the account that it waited for before. Without one it goes to the dead
 * letters, with each account's reason. `end`: why this account doesn't do it; undefined: it has refused it before. Returns what
 * the worker says of it.
 */
export async function handOver(
  holder: { readonly queue: Queue; readonly worker: Worker },
  job: Taken,
  end: JobEnd | undefined,
): Promise<WorkerEvent> {
  const { queue, worker } = holder;
  const { account: own, host } = worker;
  const ending: Ending | undefined = end && { code: end.code, message: end.message, host };
  const before = job.order.refusals ?? [];
  const isRefusedBy = (account: number): boolean => before.some((each) => each.account === account);
  const give = async (account: number, order: Taken['order']): Promise<WorkerEvent> => {
    const isOurs = await handOn(holder, job, accountQueue(account), order);
    return { kind: isOurs ? 'handed-on' : 'lost', job, account, ...(ending && { ending }) };
  };
  const { waitedFor, ...rest } = job.order;
  const owner = end?.code === 'OTHER_ACCOUNT' ? (end.owner ?? waitedFor) : undefined;
  if (owner !== undefined && owner !== own && !isRefusedBy(owner))
    return give(owner, { ...rest, begunBy: owner });
  const refusals = ending ? [...before, { ...ending, account: own }] : before;
  const order = { ...job.order, refusals };
  const next = (await livingAccounts(queue.db)).find(
    (account) => !(account === own && ending) && !isRefusedBy(account),
  );
  if (next !== undefined) return give(next, order);
  // Its workers have died, and it may have begun this: the job waits until one comes back.
  if (waitedFor !== undefined && waitedFor !== own && !isRefusedBy(waitedFor)) return give(waitedFor, order);
  const reasons = refusals.map(({ account, message }) => `account ${account}: ${message}`).join(' ');
  const last: Ending = {
    code: 'NO_ACCOUNT_MAY',
    message: `No account with a worker may do it; ${reasons}`,
    host,
  };
  const isOurs = await bury(holder, job, last, order);
  return isOurs ? { kind: 'refused', job, ending: last } : { kind: 'lost', job };
}
