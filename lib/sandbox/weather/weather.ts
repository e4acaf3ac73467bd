import type { Clock } from '../../base/clock.js';
import { seededRandom } from '../../base/random.js';
import { type Caller, type Fate, RpcError, type Weather } from '../rpc.js';
import { costOf } from './cost.js';
import { USED_UPLOADS, type WeatherOptions, weatherOptions } from './options.js';
import { RandomIdMemory } from './random-id-memory.js';
import { Script, type ScriptedFault, type ScriptHandle } from './script.js';
import { WindowBudget } from './window-budget.js';

export interface WeatherReport {
  readonly seed: string;
  /** Requests by method, including the ones that the weather stopped. */
  readonly requests: Readonly<Record<string, number>>;
  /**
   * Faults by kind: drop-before, drop-after, reset, late, random-id-forgotten, used-upload, and refusals by their
   * words, with X for the number.
   */
  readonly faults: Readonly<Record<string, number>>;
}

/** The errors that a server returns when something inside it broke. */
const SERVER_ERRORS = [
  [500, 'INTERNAL'],
  [500, 'RPC_CALL_FAIL'],
  [500, 'RPC_MCGET_FAIL'],
  [500, 'WORKER_BUSY_TOO_LONG_RETRY'],
  [500, 'No workers running'],
  [-503, 'Timeout'],
] as const;

/**
 * The weather of one sandbox. A scripted fault comes first, then chance, then the budgets. What chance does to the nth
 * request of a method depends only on the seed, the method and n: a seed replays whatever else happens in between.
 */
export class SandboxWeather implements Weather {
  readonly seed: string;
  /** Asked about each request before anything else: a test's own way of choosing. */
  judge: ((method: string, request: unknown, caller: Caller) => Fate | undefined) | undefined;
  /** What the server remembers of its sends. */
  readonly randomIds: RandomIdMemory;
  #options: WeatherOptions;
  readonly #clock: Clock;
  readonly #script = new Script();
  readonly #messages = new WindowBudget();
  readonly #names = new WindowBudget();
  readonly #bytes = new WindowBudget();
  readonly #lastSend = new Map<string, number>();
  readonly #requests = new Map<string, number>();
  readonly #faults = new Map<string, number>();

  constructor(o: { seed: string; clock: Clock; options?: Partial<WeatherOptions> }) {
    this.seed = o.seed;
    this.#clock = o.clock;
    this.#options = weatherOptions(o.options ?? {});
    this.randomIds = new RandomIdMemory({
      clock: o.clock,
      lifeSeconds: () => this.#options.randomIdSeconds,
      onForgotten: () => count(this.#faults, 'random-id-forgotten'),
    });
  }

  get options(): WeatherOptions {
    return this.#options;
  }

  get latencyMs(): number {
    return this.#options.latencyMs;
  }

  get bytesPerSecond(): number | undefined {
    return this.#options.bytesPerSecond || undefined;
  }

  /** How to refuse an upload that was used before; undefined: it isn't refused. Counted as a fault. */
  usedUpload(): RpcError | undefined {
    const { oneShotUploads } = this.#options;
    if (oneShotUploads === 'none') return undefined;
    count(this.#faults, 'used-upload');
    return new RpcError(USED_UPLOADS[oneShotUploads], oneShotUploads);
  }

  /** Changes the weather from the next request on. Budgets keep their counts. */
  change(changes: Partial<WeatherOptions>): void {
    this.#options = weatherOptions({ ...this.#options, ...changes });
  }

  /** Adds a fault at an exact place. */
  script(fault: ScriptedFault): ScriptHandle {
    return this.#script.add(fault);
  }

  fate(method: string, request: unknown, caller: Caller): Fate {
    const nth = (this.#requests.get(method) ?? 0) + 1;
    this.#requests.set(method, nth);
    const scripted = this.judge?.(method, request, caller) ?? this.#script.fate(method, request, caller);
    const fate = scripted ?? this.#unscripted(method, nth, request, caller);
    if (fate.kind !== 'pass') count(this.#faults, nameOf(fate));
    if (fate.kind === 'late') this.randomIds.answeredIn(fate.ms, request, caller);
    return fate;
  }

  report(): WeatherReport {
    return {
      seed: this.seed,
      requests: Object.fromEntries(this.#requests),
      faults: Object.fromEntries(this.#faults),
    };
  }

  /** Only requests that are going to be carried out count against the budgets. */
  #unscripted(method: string, nth: number, request: unknown, caller: Caller): Fate {
    const chance = this.#chance(method, nth);
    const isDone = chance.kind === 'pass' || chance.kind === 'drop-after' || chance.kind === 'late';
    if (!isDone) return chance;
    return this.#limit(method, request, caller) ?? chance;
  }

  #chance(method: string, nth: number): Fate {
    const { dropBeforeRate, dropAfterRate, resetRate, error500Rate, faultMethods } = this.#options;
    const { lateRate, lateSeconds } = this.#options;
    if (dropBeforeRate + dropAfterRate + resetRate + error500Rate + lateRate === 0) return { kind: 'pass' };
    if (!faultMethods.some((pattern) => covers(pattern, method))) return { kind: 'pass' };
    const random = seededRandom(`${this.seed}/${method}/${nth}`);
    let drawn = random.float();
    const within = (rate: number): boolean => {
      drawn -= rate;
      return drawn < 0;
    };
    if (within(dropBeforeRate)) return { kind: 'drop-before' };
    if (within(dropAfterRate)) return { kind: 'drop-after' };
    if (within(resetRate)) return { kind: 'reset' };
    if (!within(error500Rate)) {
      return within(lateRate) ? { kind: 'late', ms: lateSeconds * 1000 } : { kind: 'pass' };
    }
    const [code, message] = SERVER_ERRORS[random.integer(0, SERVER_ERRORS.length - 1)] ?? SERVER_ERRORS[0];
    return { kind: 'refuse', error: new RpcError(code, message) };
  }

  #limit(method: string, request: unknown, { key: { userId } }: Caller): Fate | undefined {
    if (userId === undefined) return undefined;
    const o = this.#options;
    const now = this.#clock.monotonic();
    const { messages, names, bytes, slowmodePeer } = costOf(method, request);
    const slow = slowmodePeer && o.slowmodeSeconds > 0 ? `${userId}/${slowmodePeer}` : undefined;
    const last = slow === undefined ? undefined : this.#lastSend.get(slow);
    if (last !== undefined && now < last + o.slowmodeSeconds * 1000) {
      return wait('SLOWMODE_WAIT', Math.ceil((last - now) / 1000 + o.slowmodeSeconds));
    }
    if (messages > 0 && o.messageBudget > 0) {
      const seconds = this.#messages.take(userId, messages, o.messageBudget, o.messageWindowSeconds, now);
      if (seconds !== undefined) return wait('FLOOD_WAIT', seconds);
    }
    if (names > 0 && o.nameBudget > 0) {
      const seconds = this.#names.take(userId, names, o.nameBudget, o.nameWindowSeconds, now);
      if (seconds !== undefined) return wait('FLOOD_WAIT', seconds);
    }
    if (bytes > 0 && o.byteBudget > 0) {
      const seconds = this.#bytes.take(userId, bytes, o.byteBudget, o.byteWindowSeconds, now);
      if (seconds !== undefined) return wait('FLOOD_PREMIUM_WAIT', seconds);
    }
    if (slow !== undefined) this.#lastSend.set(slow, now);
    return undefined;
  }
}

function wait(words: string, seconds: number): Fate {
  return { kind: 'refuse', error: new RpcError(420, `${words}_${seconds}`) };
}

/** Whether a pattern covers a method: `*`, a prefix such as `upload.*`, or a whole name, in upper or lower case. */
export function covers(pattern: string, method: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), method.toLowerCase()];
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : wanted === name;
}

function nameOf(fate: Fate): string {
  return fate.kind === 'refuse' ? fate.error.message.replace(/_\d+/, '_X') : fate.kind;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
