import { orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

/** How long an answer is as good as a new one. Milliseconds. */
const GOOD_MS = 60_000;

/** A question whose answer serves everybody who asks it at the same time, or within a minute. */
export class Recent<T> {
  readonly #clock: Clock;
  readonly #ask: () => Promise<T | undefined>;
  #asking: Promise<T | undefined> | undefined;
  #latest: { readonly answer: T; readonly at: number } | undefined;

  /** `ask` answers undefined when the server doesn't say; it ends with whatever owns the question. */
  constructor(clock: Clock, ask: () => Promise<T | undefined>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** The last answer, however old. */
  get latest(): T | undefined {
    return this.#latest?.answer;
  }

  /** The answer, a minute old at most. Throws what `ask` throws, and the signal's reason at once. */
  async get(signal: AbortSignal): Promise<T | undefined> {
    const { answer, at } = this.#latest ?? {};
    if (at !== undefined && this.#clock.monotonic() - at < GOOD_MS) return answer;
    return this.renew(signal);
  }

  /** A new answer, which may be on its way already. Throws as `get` does. */
  renew(signal: AbortSignal): Promise<T | undefined> {
    if (this.#asking) return orAborted(this.#asking, signal);
    const asking = this.#ask();
    this.#asking = asking;
    asking.then(
      (answer) => this.#end(asking, answer),
      () => this.#end(asking, undefined),
    );
    return orAborted(asking, signal);
  }

  /** The answer came with something else. */
  learn(answer: T): void {
    this.#latest = { answer, at: this.#clock.monotonic() };
  }

  /** The answer may be another from now on, whatever is on its way. */
  forget(): void {
    this.#latest = undefined;
    this.#asking = undefined;
  }

  #end(asking: Promise<T | undefined>, answer: T | undefined): void {
    if (this.#asking !== asking) return;
    this.forget();
    if (answer !== undefined) this.learn(answer);
  }
}
