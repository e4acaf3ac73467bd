import type { Clock } from '../../lib/base/clock.js';

/** Sockets and real timers that merely exist; everything else that Node lists is work under way. */
const AT_REST =
  /^(?:TCPSocketWrap|TCPServerWrap|PipeWrap|TTYWrap|Timeout|WriteWrap|MessagePort|SignalWrap|ProcessWrap)$/;
/** After this many turns of the event loop without an event, nothing moves any more: everything sent has arrived. */
const QUIET_TURNS = 3;
/** Work takes time: two answers never come in the same millisecond, from which message ids are made. */
const TURN_MS = 1;

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/**
 * Time that stands still while anything moves, and then jumps to the next sleeper's end: an hour's wait costs
 * microseconds. It watches the event loop (uv's count of events, requests under way), so a whole program may live
 * on it, with its sockets and files. Several clocks can share its course: see `LifeClock`.
 */
export class JumpingClock implements Clock {
  readonly #epochMs: number;
  #elapsedMs = 0;
  #sleepers: Sleeper[] = [];
  #running = false;
  #quietTurns = 0;
  #events = 0;
  #whenQuiet: (() => void)[] = [];

  constructor(epochMs = 1_700_000_000_000) {
    this.#epochMs = epochMs;
  }

  now(): number {
    return this.#epochMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  /** Sleeps under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms <= 0) return;
    await new Promise<void>((resolve, reject) => {
      const sleeper: Sleeper = {
        at: this.#elapsedMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#insert(sleeper);
    });
  }

  /** Lets time pass until `stop`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    setImmediate(this.#turn);
  }

  stop(): void {
    this.#running = false;
  }

  /** Resolves when nothing moves, before time does. */
  quiet(): Promise<void> {
    this.#quietTurns = 0;
    return new Promise((resolve) => {
      this.#whenQuiet.push(resolve);
    });
  }

  /** Sleepers stand in the order of their times, and of their calls where these are equal. */
  #insert(sleeper: Sleeper): void {
    let index = this.#sleepers.length;
    while (index > 0 && (this.#sleepers[index - 1]?.at ?? 0) > sleeper.at) index -= 1;
    this.#sleepers.splice(index, 0, sleeper);
  }

  readonly #turn = (): void => {
    if (!this.#running) return;
    const { events } = performance.nodeTiming.uvMetricsInfo;
    if (events !== this.#events) this.#creep();
    else if (process.getActiveResourcesInfo().every(isAtRest)) this.#quietTurns += 1;
    else this.#quietTurns = 0;
    this.#events = events;
    if (this.#quietTurns >= QUIET_TURNS) this.#moveOn();
    setImmediate(this.#turn);
  };

  #creep(): void {
    this.#quietTurns = 0;
    this.#elapsedMs += TURN_MS;
    while ((this.#sleepers[0]?.at ?? Number.POSITIVE_INFINITY) <= this.#elapsedMs)
      this.#sleepers.shift()?.wake();
  }

  #moveOn(): void {
    this.#quietTurns = 0;
    const waiting = this.#whenQuiet.splice(0);
    for (const resolve of waiting) resolve();
    if (waiting.length > 0) return;
    const next = this.#sleepers.shift();
    if (!next) return;
    this.#elapsedMs = Math.max(this.#elapsedMs, next.at);
    next.wake();
  }
}

/**
 * One machine's clock on the course of a JumpingClock. Its wall clock can be set, as an administrator or NTP does. When
 * the process dies, its sleeps no longer end; the rest of it then sees time fly, so that it finishes.
 */
export class LifeClock implements Clock {
  readonly #course: JumpingClock;
  #offMs = 0;
  #flownMs = 0;
  #state: 'alive' | 'frozen' | 'flying' = 'alive';
  readonly #sleeps = new Set<() => void>();
  /** Called before each sleep. */
  onSleep: () => void = () => {};

  constructor(course: JumpingClock, offMs = 0) {
    this.#course = course;
    this.#offMs = offMs;
  }

  /** Sleeps under way. */
  get sleeping(): number {
    return this.#sleeps.size;
  }

  now(): number {
    return Math.floor(this.#course.now() + this.#offMs + this.#flownMs);
  }

  monotonic(): number {
    return this.#course.monotonic() + this.#flownMs;
  }

  /** How far the wall clock is ahead of the true time, in milliseconds. */
  get offMs(): number {
    return this.#offMs;
  }

  set offMs(ms: number) {
    this.#offMs = ms;
  }

  freeze(): void {
    this.#state = 'frozen';
  }

  /** Ends all sleeps, and each new one at once. */
  fly(): void {
    this.#state = 'flying';
    for (const end of this.#sleeps) end();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#state === 'alive') this.onSleep();
    signal?.throwIfAborted(); // what was told may have stopped the process
    if (this.#state === 'flying') {
      this.#flownMs += Math.max(0, ms);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const over = new AbortController();
      const settle = (settled: () => void): void => {
        if (!this.#sleeps.delete(end)) return;
        signal?.removeEventListener('abort', onAbort);
        over.abort();
        settled();
      };
      const end = (): void => settle(resolve);
      const onAbort = (): void => settle(() => reject(signal?.reason));
      this.#sleeps.add(end);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#course.sleep(ms, over.signal).then(
        () => this.#state !== 'frozen' && end(),
        () => {},
      );
    });
  }
}

function isAtRest(resource: string): boolean {
  return AT_REST.test(resource);
}
