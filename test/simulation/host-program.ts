// A machine that clones, in a process of its own: runs each of its jobs to its end, as often as another machine has it.
import { inspect } from 'node:util';
import type { Clock } from '../../lib/base/clock.js';
import { systemClock } from '../../lib/base/clock.js';
import { TelepiError } from '../../lib/base/errors.js';
import type { Log } from '../../lib/base/log.js';
import { seededRandom } from '../../lib/base/random.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { connectTelegram } from '../../lib/telegram/connect.js';
import { memorySessionStore } from '../support/client-of.js';
import { cloneJob } from './clone-job.js';
import { requireNoFailures } from './excuses.js';
import type { HostOrders, HostReport } from './host-orders.js';
import { installDate } from './machine-date.js';

/** Ends of an attempt after which the machine tries again, as a service that is started again does. */
const PASSING: ReadonlySet<string> = new Set([
  'JOB_RUNNING',
  'JOB_TAKEN_OVER',
  'DATABASE_UNREACHABLE',
  'DATABASE_LOST',
  'CANNOT_CONNECT',
  'TELEGRAM_UNREACHABLE',
  'TELEGRAM_FAILING',
]);
/** How long a machine keeps a job that has fallen silent, in milliseconds: short, so that a seed takes seconds. */
const LEASE_TIMES = { leaseMs: 2_400, renewalMs: 700, requestMs: 600 } as const;
/** How long it waits in between, in milliseconds. */
const PAUSE_MS = 250;

const RealDate = Date;

async function work(orders: HostOrders): Promise<void> {
  const clock: Clock = { ...systemClock, now: () => RealDate.now() + orders.clockOffMs };
  installDate(() => clock);
  const { signal } = new AbortController();
  const random = seededRandom(orders.seed);
  const shared = { log: logTo(process.stdout, clock), clock, random, signal };
  const { server } = orders;
  const session = memorySessionStore(orders.session);
  const connect = (): Promise<TelepiClient> =>
    connectTelegram({ ...SANDBOX_APP, session, server, testDc: false, ...shared });
  const database = orders.database && serverDatabase(orders.database);
  for (const [job, { job: scene, choice }] of orders.jobs.entries()) {
    for (let isDone = false; !isDone; ) {
      try {
        const client = await connect();
        try {
          const summary = await cloneJob(client, {
            plan: orders.plan,
            target: orders.target,
            job: scene,
            choice,
            place: { dataDir: orders.dataDir, database, host: orders.host, leaseTimes: LEASE_TIMES },
            budget: new ByteBudget(orders.bufferParts * 524_288),
            onOpen: () => report({ kind: 'holds', job }),
            ...shared,
          });
          const problem = problemOf(() => requireNoFailures({ kind: 'done', summary }));
          report({ kind: 'done', job, ...(problem !== undefined && { problem }) });
          isDone = true;
        } finally {
          report({ kind: 'ended', job });
          await client.close();
        }
      } catch (error) {
        if (!(error instanceof TelepiError && PASSING.has(error.code))) throw error;
        shared.log.info('attempt_ended', { job, code: error.code });
        await clock.sleep(PAUSE_MS);
      }
    }
  }
  await database?.close();
}

function problemOf(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function logTo(stream: NodeJS.WriteStream, clock: Clock): Log {
  const write =
    (level: string) =>
    (event: string, fields: object = {}): void => {
      const facts = inspect(fields, { breakLength: Number.POSITIVE_INFINITY, depth: 4 });
      stream.write(`${new RealDate().toISOString()} ${level} ${event} ${facts} ${clock.monotonic() | 0}\n`);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function report(said: HostReport): void {
  // The parent may have ended.
  if (process.connected) process.send?.(said);
}

process.once('message', (orders: HostOrders) => {
  work(orders)
    .catch((error: unknown) => report({ kind: 'failed', error: inspect(error, { depth: 6 }) }))
    .finally(() => process.disconnect());
});
process.once('disconnect', () => process.exit());
