import { type Random, seededRandom } from '../../lib/base/random.js';
import type { WeatherOptions } from '../../lib/sandbox/weather/options.js';
import { type ChoicePlan, choicePlansOf } from './choice.js';
import { between, pick } from './pick.js';
import { type Ways, waysOf } from './ways.js';

/** The things that can go wrong in a simulated run, and the things that make it harder to get it right. */
export const FAULTS = [
  'latency',
  'drop-before',
  'drop-after',
  'reset',
  'server-error',
  'method-flood',
  'message-budget',
  'slow-mode',
  'byte-budget',
  'references',
  'parts-dropped',
  'foreign-dc',
  'files-move',
  'clock-step',
  'death',
  'other-machine',
  'interrupt',
  'disk-full',
  'outage',
  'repeats-refused',
  'late-answers',
  'random-ids-forgotten',
  'one-shot-uploads',
  'saved-messages',
  'two-jobs',
] as const;
export type Fault = (typeof FAULTS)[number];

/** The steps at which something can happen to a process: any of them, or only one kind. */
export type StepKind = 'any' | 'send' | 'part' | 'request' | 'disk' | 'sleep';

/** Something that happens to a process at its nth step of a kind. */
export interface Mishap {
  readonly what: 'death' | 'interrupt' | 'disk-full' | 'outage' | 'clock-step' | 'references' | 'files-move';
  readonly at: StepKind;
  readonly nth: number;
  /** Clock step or outage: milliseconds. */
  readonly ms: number;
  /** A death at a request: whether the server has acted on it. */
  readonly acted: boolean;
}

export interface LifePlan {
  /** Which of the scene's jobs it runs, from 0. */
  readonly job: number;
  readonly mishaps: readonly Mishap[];
  /** Whether the next process starts on another machine, if this one dies. */
  readonly next: 'same' | 'other';
  /** The time until the next process starts, in milliseconds. */
  readonly pauseMs: number;
  /** Which messages it is to clone. */
  readonly choice: ChoicePlan;
  /** It is asked to stop after this time. */
  readonly stopAfterMs?: number;
}

/** All that a seed decides about the faults of its run. */
export interface Plan {
  readonly seed: string;
  readonly faults: ReadonlySet<Fault>;
  readonly weather: Partial<WeatherOptions>;
  /** The server's properties at all times, also while a process is not disturbed. */
  readonly nature: Partial<WeatherOptions>;
  /** Shares of requests, 0 to 1. */
  readonly methodFloodRate: number;
  readonly partsDroppedRate: number;
  /** The processes that are disturbed; one more is not. */
  readonly lives: readonly LifePlan[];
  /** What the undisturbed processes are to clone. */
  readonly lastChoice: ChoicePlan;
  readonly bufferParts: number;
  readonly slots: number;
  readonly connections: number;
  readonly minIntervalMs: number;
  readonly verifySource: boolean;
  readonly ways: Ways;
}

/** Each kind occurs with this chance, so that most runs have a handful of them and every pair meets. */
const FAULT_CHANCE = 0.3;
/** What ends a process is what the others are for; each process's way to another DC costs a key exchange. */
const CHANCES: Partial<Record<Fault, number>> = {
  death: 0.5,
  'foreign-dc': 0.15,
  'files-move': 0.15,
  'saved-messages': 0.15,
};

export function planOf(seed: string): Plan {
  const random = seededRandom(`${seed}/plan`);
  const faults = new Set(FAULTS.filter((fault) => random.float() < (CHANCES[fault] ?? FAULT_CHANCE)));
  return {
    seed,
    faults,
    weather: weatherOf(faults, random),
    nature: natureOf(faults, random),
    methodFloodRate: faults.has('method-flood') ? between(random, 0.01, 0.08) : 0,
    partsDroppedRate: faults.has('parts-dropped') ? between(random, 0.2, 0.7) : 0,
    ...chosen(seed, livesOf(faults, random)),
    bufferParts: random.integer(2, 12),
    slots: random.integer(1, 10),
    connections: random.integer(1, 3),
    minIntervalMs: pick(random, [0, 0, 50, 1_300]),
    verifySource: random.float() < 0.2,
    ways: waysOf(seed),
  };
}

function chosen(
  seed: string,
  lives: readonly Omit<LifePlan, 'choice'>[],
): Pick<Plan, 'lives' | 'lastChoice'> {
  const { each, last } = choicePlansOf(seed, lives.length);
  return { lives: lives.map((life, index) => ({ ...life, choice: each[index] ?? last })), lastChoice: last };
}

function weatherOf(faults: ReadonlySet<Fault>, random: Random): Partial<WeatherOptions> {
  const when = (fault: Fault, value: number): number => (faults.has(fault) ? value : 0);
  const rate = (): number => between(random, 0.005, 0.07);
  return {
    latencyMs: when('latency', random.integer(1, 400)),
    dropBeforeRate: when('drop-before', rate()),
    dropAfterRate: when('drop-after', rate()),
    resetRate: when('reset', rate()),
    error500Rate: when('server-error', rate()),
    lateRate: when('late-answers', rate()),
    lateSeconds: pick(random, [1, 40, 900]),
    messageBudget: when('message-budget', random.integer(1, 12)),
    messageWindowSeconds: pick(random, [5, 60, 3_600]),
    slowmodeSeconds: when('slow-mode', pick(random, [1, 10, 300])),
    byteBudget: when('byte-budget', random.integer(1, 4) * 1_048_576),
    byteWindowSeconds: pick(random, [3, 30]),
    referencesExpireAfterReads: when('references', random.integer(1, 5)),
  };
}

function natureOf(faults: ReadonlySet<Fault>, random: Random): Partial<WeatherOptions> {
  const seconds = pick(random, [30, 300, 3_600]);
  const refusal = pick(random, ['INTERNAL', 'MEDIA_EMPTY', 'FILE_PARTS_INVALID'] as const);
  return {
    ...(faults.has('random-ids-forgotten') && { randomIdSeconds: seconds }),
    ...(faults.has('one-shot-uploads') && { oneShotUploads: refusal }),
  };
}

/** Half of the runs that know deaths have one; each further process is disturbed in its own way. */
function livesOf(faults: ReadonlySet<Fault>, random: Random): Omit<LifePlan, 'choice'>[] {
  const ends = (['death', 'interrupt', 'disk-full'] as const).filter((fault) => faults.has(fault));
  const lives: Omit<LifePlan, 'choice'>[] = [];
  const most = faults.has('two-jobs') ? 6 : 4;
  const count = ends.length === 0 ? 1 : random.integer(1, most);
  for (let life = 0; life < count; life += 1) {
    const mishaps: Mishap[] = [];
    if (ends.length > 0) mishaps.push(mishap(pick(random, ends), random));
    if (faults.has('outage') && random.float() < 0.6) mishaps.push(mishap('outage', random));
    if (faults.has('references') && random.float() < 0.6) mishaps.push(mishap('references', random));
    if (faults.has('files-move') && random.float() < 0.6) mishaps.push(mishap('files-move', random));
    const steps = faults.has('clock-step') ? random.integer(1, 3) : 0;
    for (let step = 0; step < steps; step += 1) mishaps.push(mishap('clock-step', random));
    const job = random.integer(0, faults.has('two-jobs') ? 1 : 0);
    lives.push({
      pauseMs: pick(random, [0, 0, 60_000, 7_200_000]),
      job,
      mishaps,
      next: faults.has('other-machine') && random.float() < 0.5 ? 'other' : 'same',
    });
  }
  return lives;
}

/** About as many steps of each kind as a run takes. */
const MOST_STEPS: Readonly<Record<StepKind, number>> = {
  any: 400,
  send: 12,
  part: 30,
  request: 60,
  disk: 300,
  sleep: 60,
};

function mishap(what: Mishap['what'], random: Random): Mishap {
  const at = pick<StepKind>(random, ['any', 'any', 'send', 'send', 'part', 'request', 'disk', 'sleep']);
  // Early steps are drawn as often as late ones: each doubling of their number is as likely as the one before.
  const most = MOST_STEPS[at];
  return {
    what,
    at,
    nth: Math.floor(most ** random.float()),
    ms: millisecondsOf(what, random),
    acted: random.float() < 0.5,
  };
}

function millisecondsOf(what: Mishap['what'], random: Random): number {
  if (what === 'outage') return pick(random, [1_000, 40_000, 20 * 60_000]);
  const sign = random.float() < 0.5 ? -1 : 1;
  return sign * pick(random, [3_000, 40_000, 400_000, 7_200_000, 90 * 86_400_000]);
}
