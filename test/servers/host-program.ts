import { writeSync } from 'node:fs';
import { systemClock } from '../../lib/base/clock.js';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import type { ServerAddress } from '../../lib/base/server-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { Job } from '../../lib/ledger/job.js';
import type { LeaseTimes } from '../../lib/store/lease-term.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import type { TelepiClient } from '../../lib/telegram/client.js';
import { connectedClient, memorySessionStore } from '../support/client-of.js';
import { cloneOnce, type NamedChat } from '../support/clone-scene.js';

/** What a host of its own clones, and where it stops itself (SIGSTOP). */
export interface HostPlan {
  readonly server: ServerAddress;
  readonly session: string;
  readonly address: DatabaseAddress;
  readonly dataDir: string;
  readonly source: NamedChat;
  readonly target: NamedChat;
  readonly leaseTimes: LeaseTimes;
  readonly stopAt: StopAt;
}

/**
 * `after`: when this write of the job is durable. `before`: when this request is about to go, which is then judged for the
 * last time by whoever writes it to the socket.
 */
export type StopAt = { readonly after: keyof Job } | { readonly before: string };

/** Says so, and stops: the process that has started this one lets it continue. */
function stopHere(): void {
  writeSync(1, 'stopped\n');
  process.kill(process.pid, 'SIGSTOP');
}

function stoppingOnce(): () => void {
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    stopHere();
  };
}

function stoppingJob(job: Job, stopAt: StopAt): Job {
  if (!('after' in stopAt)) return job;
  const stop = stoppingOnce();
  return new Proxy(job, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== stopAt.after) return value.bind(target);
      return async (...words: readonly unknown[]): Promise<unknown> => {
        const done: unknown = await value.apply(target, words);
        stop();
        return done;
      };
    },
  });
}

function stoppingClient(client: TelepiClient, stopAt: StopAt): TelepiClient {
  if (!('before' in stopAt)) return client;
  const stop = stoppingOnce();
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name !== 'callOnce') return value.bind(target);
      return (request: { readonly className: string }, ...rest: readonly unknown[]): unknown => {
        if (request.className === stopAt.before) stop();
        return value.apply(target, [request, ...rest]);
      };
    },
  });
}

const plan = JSON.parse(process.argv[2] ?? '') as HostPlan;
const { address, dataDir, source, target, leaseTimes, stopAt } = plan;
const client = await connectedClient(plan, { session: memorySessionStore(plan.session) });
const run = await cloneOnce(
  { client: stoppingClient(client, stopAt), dataDir, clock: systemClock },
  source,
  target,
  {
    place: { dataDir, owner: DATABASE_OWNER, database: serverDatabase(address) },
    autoCreateTopics: true,
    opening: { host: 'stopped-host', leaseTimes },
    wrapJob: (job) => stoppingJob(job, stopAt),
  },
);
await client.close();
const { code, message } = (run.error ?? {}) as { readonly code?: string; readonly message?: string };
writeSync(1, `ended ${JSON.stringify({ code, message })}\n`);
