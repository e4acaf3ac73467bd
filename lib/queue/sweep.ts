import type { Kysely, Transaction } from 'kysely';
import { databaseTime } from '../store/database-clock.js';
import { transact } from '../store/repeatable.js';
import { putBack } from './endings.js';
import type { Judgement } from './judgement.js';
import { ANY_ACCOUNT, accountOf } from './order.js';
import type { Queue } from './queue.js';
import { bossTables, type QueueTables } from './tables.js';
import { DEAD_AFTER_MS, type Worker } from './workers.js';

/** A job whose worker has died, and which waits again. */
export interface GivenBack {
  readonly id: string;
  readonly queue: string;
  readonly host: string | undefined;
}

/** How long the row of a dead worker is shown, in milliseconds. */
const SHOWN_MS = 24 * 3_600_000;

/**
 * Gives back the jobs of workers that have died, judged by the database's clock: a death isn't a failure of the job. Asks
 * before each one whether it may be judged now.
 */
export async function sweepDead(
  { db }: Queue,
  judgement: Pick<Judgement, 'mayJudge'>,
): Promise<readonly GivenBack[]> {
  if (!judgement.mayJudge()) return [];
  const active = await bossTables(db)
    .selectFrom('job')
    .select(['id', 'name'])
    .where('state', '=', 'active')
    .orderBy('id')
    .execute();
  const ours = active.filter(({ name }) => name === ANY_ACCOUNT || accountOf(name) !== undefined);
  const living = await db
    .selectFrom('worker_jobs')
    .innerJoin('workers', 'workers.worker_id', 'worker_jobs.worker_id')
    .select('job_id')
    .where('seen_datetime', '>', databaseTime(db, -DEAD_AFTER_MS))
    .execute();
  const held = new Set(living.map(({ job_id }) => job_id));
  const given: GivenBack[] = [];
  for (const { id, name } of ours) {
    if (held.has(id)) continue;
    const one = await transact(db, (tx) => giveBackOne(tx, { id, queue: name }, judgement));
    if (one) given.push(one);
  }
  await forgetDead(db);
  return given;
}

/**
 * Gives back what an earlier worker of the same data directory on this machine has left: it has ended, since this one has
 * its lock.
 */
export async function sweepBefore({ db }: Queue, worker: Worker): Promise<readonly GivenBack[]> {
  return transact(db, async (tx) => {
    const before = await tx
      .selectFrom('workers')
      .select(['worker_id', 'host'])
      .where('holder', '=', worker.holder)
      .where('worker_id', '<>', worker.id)
      .forUpdate()
      .execute();
    const given: GivenBack[] = [];
    for (const { worker_id, host } of before) {
      const jobs = await tx
        .selectFrom('worker_jobs')
        .select(['job_id', 'queue'])
        .where('worker_id', '=', worker_id)
        .forUpdate()
        .execute();
      await tx.deleteFrom('worker_jobs').where('worker_id', '=', worker_id).execute();
      for (const { job_id: id, queue } of jobs) {
        await putBack(tx, { id, queue });
        given.push({ id, queue, host });
      }
      await tx.deleteFrom('workers').where('worker_id', '=', worker_id).execute();
    }
    return given;
  });
}

async function giveBackOne(
  tx: Transaction<QueueTables>,
  { id, queue }: Pick<GivenBack, 'id' | 'queue'>,
  judgement: Pick<Judgement, 'mayJudge'>,
): Promise<GivenBack | undefined> {
  const row = await bossTables(tx)
    .selectFrom('job')
    .select('state')
    .where('name', '=', queue)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state !== 'active') return undefined;
  const claim = await tx
    .selectFrom('worker_jobs')
    .select('worker_id')
    .where('job_id', '=', id)
    .executeTakeFirst();
  const worker =
    claim &&
    (await tx
      .selectFrom('workers')
      .select(['host', 'seen_datetime'])
      .where('worker_id', '=', claim.worker_id)
      .forUpdate()
      .executeTakeFirst());
  if (worker && (await isAlive(tx, claim.worker_id))) return undefined;
  if (!judgement.mayJudge()) return undefined;
  await tx.deleteFrom('worker_jobs').where('job_id', '=', id).execute();
  await putBack(tx, { id, queue });
  return { id, queue, host: worker?.host };
}

async function isAlive(tx: Transaction<QueueTables>, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('workers')
    .select('worker_id')
    .where('worker_id', '=', id)
    .where('seen_datetime', '>', databaseTime(tx, -DEAD_AFTER_MS))
    .executeTakeFirst();
  return row !== undefined;
}

async function forgetDead(db: Kysely<QueueTables>): Promise<void> {
  await transact(db, (tx) =>
    tx.deleteFrom('workers').where('seen_datetime', '<', databaseTime(tx, -SHOWN_MS)).execute(),
  );
}
