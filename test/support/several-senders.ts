import type { Clock } from '../../lib/base/clock.js';
import { silentLog } from '../../lib/base/log.js';
import { seededRandom } from '../../lib/base/random.js';
import { createPatience } from '../../lib/pace/patience.js';
import { SendPacer } from '../../lib/pace/send-pacer.js';
import { SharedPace } from '../../lib/pace/shared-pace.js';
import type { Wait } from '../../lib/pace/wait.js';
import { refusal } from '../../lib/refusals/telegram-error.js';
import { SandboxWeather } from '../../lib/sandbox/weather/weather.js';
import { FakeClock } from './fake-clock.js';
import { PaceInMemory } from './pace-in-memory.js';
import { caller, requestOf, type SimulatedJob, wayOf } from './simulated-sends.js';

const ACCOUNT = 7;

export interface SharedRun {
  /** Accepted sends of all, in their order. */
  readonly sends: readonly Send[];
  readonly refusals: readonly Send[];
  readonly waits: readonly (Wait & { readonly by: number; readonly at: number })[];
}

interface Send {
  /** When it was sent; by the clock of the simulation. */
  readonly sentAt: number;
  readonly items: number;
  readonly by: number;
}

export interface SharedJob extends SimulatedJob {
  /** How many processes send at once; when each begins, in milliseconds. */
  readonly begins: readonly number[];
  /** How long a call takes to the table that they share, and back, in milliseconds. */
  readonly tableMs?: number;
}

/** Several processes of one account, whose clocks are hours apart, send through one table into the sandbox's own weather. */
export async function simulateSenders(job: SharedJob): Promise<SharedRun> {
  const clock = new FakeClock();
  const weather = new SandboxWeather({ seed: job.seed, clock, options: job.weather });
  const table = new PaceInMemory(clock, job.tableMs);
  const stop = new AbortController();
  const run = { sends: [] as Send[], refusals: [] as Send[], waits: [] as SharedRun['waits'][number][] };
  const senders = job.begins.map(async (beginMs, by) => {
    const random = seededRandom(`sender ${job.seed} ${by}`);
    const own = skewed(clock, by * 3_600_000);
    await clock.sleep(beginMs, stop.signal);
    const shared = new SharedPace({
      table,
      host: `host-${by}`,
      clock: own,
      random,
      log: silentLog,
      accountId: ACCOUNT,
    });
    const onWait = (wait: Wait): void => {
      pacer.met(wait);
      shared.met(wait);
      run.waits.push({ ...wait, by, at: clock.monotonic() });
    };
    const pacer = new SendPacer({ clock: own, shared, onWait });
    pacer.setFloor(job.minIntervalMs);
    const patience = createPatience({ clock: own, random, shared, onWait });
    for (let nth = 0; ; nth += 1) {
      const items = job.sends[nth % job.sends.length] ?? 1;
      await pacer.turn(items, stop.signal);
      const { name, request } = requestOf(items);
      const attempt = async (): Promise<void> => {
        const sentAt = clock.monotonic();
        await clock.sleep(wayOf(job, random));
        const fate = weather.fate(`messages.${name}`, request, caller);
        (fate.kind === 'pass' ? run.sends : run.refusals).push({ sentAt, items, by });
        await clock.sleep(wayOf(job, random));
        if (fate.kind === 'refuse') throw refusal(`messages.${name}`, fate.error.message, fate.error.code);
      };
      await patience.run(`messages.${name[0]?.toLowerCase()}${name.slice(1)}`, attempt, stop.signal);
      pacer.answered();
    }
  });
  const ended = Promise.allSettled(senders);
  await clock.advance(job.durationMs);
  stop.abort(new Error('the simulation has ended'));
  await ended;
  return run;
}

/** How many messages were accepted. */
export function messagesOf({ sends }: SharedRun): number {
  return sends.reduce((sum, { items }) => sum + items, 0);
}

/** A machine's clock: its time of day is wrong, and it was started at another time. */
function skewed(clock: Clock, ms: number): Clock {
  return {
    now: () => clock.now() + ms,
    monotonic: () => clock.monotonic() + ms / 7,
    sleep: (forMs, signal) => clock.sleep(forMs, signal),
  };
}
