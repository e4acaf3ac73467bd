import { type Random, seededRandom } from '../../lib/base/random.js';
import { type ChoicePlan, choicePlansOf } from './choice.js';
import { between, pick } from './pick.js';
import { type Fault, type LifePlan, type Plan, planOf } from './plan.js';

/**
 * When a process is killed: this many milliseconds after its nth request of a kind, which the server has yet to carry
 * out.
 */
export interface Kill {
  readonly at: 'request' | 'send' | 'part';
  readonly nth: number;
  readonly afterMs: number;
  /** Whether all running processes are killed; otherwise only the one that started first. */
  readonly all: boolean;
  readonly next: LifePlan['next'];
  readonly choice: ChoicePlan;
}

/** As `planOf`, for real processes: their waits take real time, so the weather has few of them. */
export interface KillPlan extends Plan {
  readonly kills: readonly Kill[];
}

/** The faults that a real process can meet in a test's time. */
const FAULTS: readonly Fault[] = [
  'latency',
  'drop-before',
  'drop-after',
  'reset',
  'server-error',
  'references',
  'parts-dropped',
  'foreign-dc',
  'other-machine',
  'repeats-refused',
  'random-ids-forgotten',
  'one-shot-uploads',
  'saved-messages',
  'two-jobs',
];

export function killPlanOf(seed: string): KillPlan {
  const plan = planOf(`${seed}/kill`);
  const random = seededRandom(`${seed}/kill-plan`);
  const faults = new Set(FAULTS.filter((fault) => plan.faults.has(fault)));
  const rate = (fault: Fault): number => (faults.has(fault) ? between(random, 0.005, 0.02) : 0);
  const weather = {
    latencyMs: faults.has('latency') ? random.integer(1, 4) : 0,
    dropBeforeRate: rate('drop-before'),
    dropAfterRate: rate('drop-after'),
    resetRate: rate('reset'),
    error500Rate: rate('server-error'),
    referencesExpireAfterReads: faults.has('references') ? random.integer(1, 5) : 0,
  };
  // Seconds pass here, not hours.
  const nature = {
    ...(faults.has('one-shot-uploads') && plan.nature),
    ...(faults.has('random-ids-forgotten') && { randomIdSeconds: 1 }),
  };
  const ends = Array.from({ length: random.integer(1, 4) }, () => killOf(faults, random));
  const { each, last } = choicePlansOf(`${seed}/kill`, ends.length);
  const kills = ends.map((kill, index) => ({ ...kill, choice: each[index] ?? last }));
  return {
    ...plan,
    seed: `${seed}/kill`,
    faults,
    weather,
    nature,
    methodFloodRate: 0,
    minIntervalMs: 0,
    kills,
    lastChoice: last,
  };
}

function killOf(faults: ReadonlySet<Fault>, random: Random): Omit<Kill, 'choice'> {
  const at = pick(random, ['request', 'send', 'send', 'part'] as const);
  const most = at === 'request' ? 60 : 12;
  return {
    at,
    nth: Math.floor(most ** random.float()),
    // At once, before or after the answer; or while the process does something else.
    all: random.float() < 0.4,
    afterMs: pick(random, [0, 0, 0, 1, 2, random.integer(3, 60)]),
    next: faults.has('other-machine') ? pick(random, ['same', 'other'] as const) : 'same',
  };
}
