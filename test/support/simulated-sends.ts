import { setImmediate } from 'node:timers/promises';
import type { Random } from '../../lib/base/random.js';
import { seededRandom } from '../../lib/base/random.js';
import { createPatience } from '../../lib/pace/patience.js';
import { SendPacer } from '../../lib/pace/send-pacer.js';
import type { Wait } from '../../lib/pace/wait.js';
import { connectionLost, refusal } from '../../lib/refusals/telegram-error.js';
import type { Caller } from '../../lib/sandbox/rpc.js';
import type { WeatherOptions } from '../../lib/sandbox/weather/options.js';
import { SandboxWeather } from '../../lib/sandbox/weather/weather.js';
import { FakeClock } from './fake-clock.js';

export const HOUR_MS = 60 * 60_000;
export const DAY_MS = 24 * HOUR_MS;

export interface SimulatedJob {
  readonly seed: string;
  readonly weather: Partial<WeatherOptions>;
  readonly minIntervalMs: number;
  /** The sizes of the sends that follow one another, repeated: 1, or an album's items. */
  readonly sends: readonly number[];
  readonly durationMs: number;
  /** How long a request is on its way, in milliseconds: drawn from these bounds. */
  readonly wayMs?: readonly [number, number];
  /** Changes of the weather, at moments in milliseconds from the start. */
  readonly changes?: readonly { readonly at: number; readonly weather: Partial<WeatherOptions> }[];
}

export interface SimulatedRun {
  /** How many messages the server accepted. */
  readonly messages: number;
  readonly waits: readonly (Wait & { readonly at: number })[];
  readonly intervalMs: number;
}

const USER = 7;
const CHANNEL = 99n;

/** Sends through the pacer and patience, as a clone does, into the sandbox's own weather, for `durationMs` of its time. */
export async function simulateSends(job: SimulatedJob): Promise<SimulatedRun> {
  const clock = new FakeClock({ impatient: true });
  const random = seededRandom(`sends ${job.seed}`);
  const weather = new SandboxWeather({ seed: job.seed, clock, options: job.weather });
  const pacer = new SendPacer({ clock });
  pacer.setFloor(job.minIntervalMs);
  const waits: (Wait & { at: number })[] = [];
  const onWait = (wait: Wait): void => {
    pacer.met(wait);
    waits.push({ ...wait, at: clock.monotonic() });
  };
  const patience = createPatience({ clock, random, onWait });
  const { signal } = new AbortController();
  const changes = [...(job.changes ?? [])];
  let messages = 0;
  for (let nth = 0; clock.monotonic() < job.durationMs; nth += 1) {
    const items = job.sends[nth % job.sends.length] ?? 1;
    await pacer.turn(items, signal);
    const { name, request } = requestOf(items);
    await patience.run(
      `messages.${name[0]?.toLowerCase()}${name.slice(1)}`,
      async () => {
        await clock.sleep(wayOf(job, random));
        while (changes[0] && changes[0].at <= clock.monotonic())
          weather.change(changes.shift()?.weather ?? {});
        const fate = weather.fate(`messages.${name}`, request, caller);
        await clock.sleep(wayOf(job, random));
        if (fate.kind === 'refuse') {
          throw refusal(`messages.${name}`, fate.error.message, fate.error.code);
        }
        if (fate.kind !== 'pass') throw connectionLost(`messages.${name}`);
        if (clock.monotonic() <= job.durationMs) messages += items;
      },
      signal,
    );
    pacer.answered();
    if (nth % 500 === 0) await setImmediate();
  }
  return { messages, waits, intervalMs: pacer.intervalMs };
}

/**
 * How many messages a sender could get through that knows the budget and continues at the very moment when it allows
 * that.
 */
export function mostMessages({ weather: options, minIntervalMs, sends, durationMs }: SimulatedJob): number {
  let now = 0;
  const clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() };
  const weather = new SandboxWeather({ seed: 'most', clock, options });
  const { messageWindowSeconds, slowmodeSeconds } = weather.options;
  let [messages, openedAt, lastAt] = [0, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let nth = 0; ; nth += 1) {
    const items = sends[nth % sends.length] ?? 1;
    const { name, request } = requestOf(items);
    while (weather.fate(`messages.${name}`, request, caller).kind !== 'pass') {
      const ends = [openedAt + messageWindowSeconds * 1000, lastAt + slowmodeSeconds * 1000];
      now = Math.min(...ends.filter((end) => end > now));
    }
    if (now >= durationMs) return messages;
    if (now >= openedAt + messageWindowSeconds * 1000) openedAt = now;
    lastAt = now;
    messages += items;
    now += Math.max(1, items * minIntervalMs);
  }
}

export const caller: Caller = {
  dcId: 1,
  key: { id: 1n, key: Buffer.alloc(0), userId: USER },
  sessionId: 1n,
  connectionId: 1,
  layer: 0,
  withoutUpdates: false,
};

export function requestOf(items: number): { name: 'SendMedia' | 'SendMultiMedia'; request: object } {
  const peer = { channelId: CHANNEL };
  if (items === 1) return { name: 'SendMedia', request: { peer } };
  return { name: 'SendMultiMedia', request: { peer, multiMedia: Array(items).fill(null) } };
}

export function wayOf({ wayMs: [low, high] = [20, 60] }: SimulatedJob, random: Random): number {
  return low + random.float() * (high - low);
}
