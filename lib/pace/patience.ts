import { orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { FailedError } from '../base/errors.js';
import type { FaultOptions } from '../base/fault-options.js';
import type { Random } from '../base/random.js';
import { classify, isServerFault, reasonOf, type Verdict } from '../refusals/classify.js';
import { TelegramError } from '../refusals/telegram-error.js';
import { FloodGate, withFloodJitter } from './flood-gate.js';
import { gateOf } from './gates.js';
import type { SharedPace } from './shared-pace.js';
import { type Silence, whileSilent } from './silence.js';
import type { Wait } from './wait.js';

/** Carries out every wait that Telegram asks for or makes necessary. */
export interface Patience {
  /**
   * Calls `attempt` until it succeeds.
   *
   * - With a SharedPace, waits that other processes of the account have met hold the calls of their gates, too.
   * - FLOOD_WAIT_X and any other `*_WAIT_X` hold every call of `method`, and of methods that are counted with it (see
   *   gateOf), for X seconds, plus jitter; when it repeats with no success in between, for twice as long each time, up
   *   to ten minutes or X, whichever is more. FLOOD_PREMIUM_WAIT_X holds them for X seconds, plus jitter, however often
   *   it comes. SLOWMODE_WAIT_X concerns one chat and holds only this call. The number of attempts is unlimited.
   * - Network faults, timeouts and 500s are repeated after 0.5 s, doubling to 30 s, with jitter. After ten minutes of
   *   nothing else, of which each attempt counts for two and a half at most, it throws the FailedError of `givenUp`,
   *   with the last error as its cause. FaultOptions can shorten that.
   * - Any other error is thrown as it is, at once.
   *
   * Rejects with the signal's reason as soon as `signal` aborts, even if `attempt` doesn't heed its signal.
   */
  run<T>(
    method: string,
    attempt: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    options?: FaultOptions,
  ): Promise<T>;
}

export interface PatienceOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Called for every wait, but not for calls held by a flood that another call has met and reported. */
  readonly onWait?: (wait: Wait) => void;
  /** What the account's other processes have met. */
  readonly shared?: Pick<SharedPace, 'isReady' | 'ready' | 'waitOf' | 'heldUntil' | 'report'> | undefined;
  /**
   * Called for each attempt that has waited five seconds for its answer, except for parts of files, which may take that
   * long.
   */
  readonly onSilence?: (silence: Silence) => void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** How long a call may meet nothing but transient faults. */
export const GIVE_UP_AFTER_MS = 10 * 60_000;
/** A longer attempt counts as this long: one slow answer isn't ten minutes of faults. */
const LONGEST_COUNTED_MS = 150_000;

export function createPatience(options: PatienceOptions): Patience {
  const gates = new Map<string, FloodGate>();
  return {
    async run(method, attempt, signal, faults = {}) {
      const name = gateOf(method);
      const gate = gates.get(name) ?? new FloodGate(name, options);
      gates.set(name, gate);
      const retries = new Retries(options);
      for (let failures = 1; ; failures += 1) {
        const came = options.clock.monotonic();
        await gate.pass(method, signal);
        await faults.ready?.(signal);
        retries.held(options.clock.monotonic() - came);
        const ticket = gate.ticket();
        const began = options.clock.monotonic();
        try {
          const result = await answer(options, method, orAborted(attempt(signal), signal));
          gate.success(ticket);
          return result;
        } catch (error) {
          signal.throwIfAborted();
          const verdict = classify(error);
          if (!(error instanceof TelegramError) || !isWait(verdict)) throw error;
          if (verdict.kind !== 'transient') retries.reset();
          retries.held(options.clock.monotonic() - began - LONGEST_COUNTED_MS);
          const { random } = options;
          const ms = waitFor(verdict, { gate, ticket, retries, random, method, error, faults });
          if (ms === undefined) continue;
          const until = options.clock.now() + ms;
          options.onWait?.({
            method,
            reason: reasonOf(error),
            kind: verdict.kind,
            askedSeconds: verdict.kind === 'transient' ? 0 : verdict.seconds,
            ms,
            until,
            attempt: failures,
          });
          // A flood's wait belongs to the gate: the next round spends it there.
          if (verdict.kind === 'slowmode' || verdict.kind === 'transient')
            await options.clock.sleep(ms, signal);
        }
      }
    },
  };
}

function answer<T>({ clock, onSilence }: PatienceOptions, method: string, work: Promise<T>): Promise<T> {
  if (!onSilence || method.startsWith('upload.')) return work;
  return whileSilent(work, { method, clock, onSilence });
}

type WaitVerdict = Extract<Verdict, { kind: Wait['kind'] }>;

function isWait(verdict: Verdict): verdict is WaitVerdict {
  return ['flood', 'premium', 'slowmode', 'transient'].includes(verdict.kind);
}

interface Failure {
  readonly gate: FloodGate;
  readonly ticket: number;
  readonly retries: Retries;
  readonly random: Random;
  readonly method: string;
  readonly error: TelegramError;
  readonly faults: FaultOptions;
}

/** Milliseconds to wait; undefined when an announced wait of the gate covers them. */
function waitFor(verdict: WaitVerdict, failure: Failure): number | undefined {
  if (verdict.kind === 'transient') return failure.retries.next(failure);
  if (verdict.kind === 'slowmode') return withFloodJitter(verdict.seconds * 1000, failure.random);
  return failure.gate.flood(verdict, failure.ticket);
}

/** The back-off of one call that meets nothing but transient faults. */
class Retries {
  readonly #clock: Clock;
  readonly #random: Random;
  #count = 0;
  #since: number | undefined;
  /** Since when every attempt has been answered. */
  #answeredSince: number | undefined;
  #answers = 0;

  constructor(options: PatienceOptions) {
    this.#clock = options.clock;
    this.#random = options.random;
  }

  reset(): void {
    this.#count = 0;
    this.#answers = 0;
    this.#since = undefined;
    this.#answeredSince = undefined;
  }

  /** Notes that a flood of the method held the call for `ms` milliseconds, in which it met no fault. */
  held(ms: number): void {
    if (ms <= 0) return;
    if (this.#since !== undefined) this.#since += ms;
    if (this.#answeredSince !== undefined) this.#answeredSince += ms;
  }

  /** Milliseconds to wait before the next attempt. Throws when there have been enough attempts. */
  next({ method, error, faults: { answersMs, onFault } }: Failure): number {
    const now = this.#clock.monotonic();
    this.#since ??= now;
    onFault?.(error, now - this.#since);
    const answered = isServerFault(error);
    const allAnswered = this.#answers === this.#count;
    if (answered) this.#answeredSince ??= now;
    else this.#answeredSince = undefined;
    const ceilingMs = Math.min(FIRST_RETRY_MS * 2 ** this.#count, LONGEST_RETRY_MS);
    // Half fixed, half random: calls that failed together don't come back together.
    const ms = ceilingMs * (0.5 + 0.5 * this.#random.float());
    this.#count += 1;
    if (answered) this.#answers += 1;
    if (now + ms - this.#since > GIVE_UP_AFTER_MS) throw givenUp(method, error, this.#answers, this.#count);
    if (answersMs === undefined || this.#answeredSince === undefined) return ms;
    const leftMs = this.#answeredSince + answersMs - now;
    if (leftMs <= 0 || !allAnswered) throw error;
    return Math.min(ms, leftMs);
  }
}

/**
 * The error of a call that has met nothing but faults for ten minutes; `answers` of its `attempts` were errors from the
 * server itself: TELEGRAM_FAILING when there were any and the last is one, else TELEGRAM_UNREACHABLE.
 */
export function givenUp(
  method: string,
  error: TelegramError,
  answers: number,
  attempts: number,
): FailedError {
  const reason = reasonOf(error);
  const minutes = GIVE_UP_AFTER_MS / 60_000;
  const details = { cause: error, fields: { method, reason } };
  if (answers > 0 && isServerFault(error)) {
    const how = answers === attempts ? 'with errors' : 'with errors, or not at all,';
    return new FailedError(
      'TELEGRAM_FAILING',
      `Telegram has answered ${method} ${how} for ${minutes} minutes (${reason}): the trouble is with its servers, not ` +
        'your network; run the same command again later.',
      details,
    );
  }
  const how = answers > 0 ? 'hardly answered' : 'not answered';
  return new FailedError(
    'TELEGRAM_UNREACHABLE',
    `Telegram has ${how} ${method} for ${minutes} minutes (${reason}): check the network and run the same command again.`,
    details,
  );
}
