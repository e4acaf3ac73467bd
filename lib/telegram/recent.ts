import { orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

/** How long an answer counts as new, in milliseconds. */
const GOOD_MS = 60_000;

/** A question whose answer serves all callers that ask it at the same time, or within a minute. */
export class Recent<T> {
  readonly #clock: Clock;
  readonly #ask: () => Promise<T | undefined>;
  #asking: Promise<T | undefined> | undefined;
  #latest: { readonly answer: T; readonly at: number } | undefined;

  /** `ask` returns undefined when the server doesn't say; it ends with the owner of the question. */
  constructor(clock: Clock, ask: () => Promise<T | undefined>) {
    this.#clock = clock;
    this.#ask = ask;
  }

  /** The last answer, however old. */
  get latest(): T | undefined {
    return this.#latest?.answer;
  }

  /** The answer, at most a minute old. Throws the errors of `ask`, and the signal's reason at once. */
  async get(signal: AbortSignal): Promise<T | undefined> {
    const { answer, at } = this.#latest ?? {};
    if (at !== undefined && this.#clock.monotonic() - at < GOOD_MS) return answer;
    return this.renew(signal);
  }

  /** A new answer, which may already be on its way. Throws as `get` does. */
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

  /** Takes an answer that came with another one. */
  learn(answer: T): void {
    this.#latest = { answer, at: this.#clock.monotonic() };
  }

  /** Forgets the answer, because it may be another from now on, and ignores one that is on its way. */
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
