import type { Api } from 'telegram/tl/index.js';
import type { Clock } from '../base/clock.js';

/** How long an answer may wait for its caller, in milliseconds: a page of history soon shows what was true before. */
const GOOD_MS = 10_000;

/** Reads that were made before their caller asks for them: each serves the first call that is the same, once. */
export class AheadCalls {
  readonly #clock: Clock;
  readonly #made = new Map<string, { readonly answer: Promise<unknown>; readonly at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `answer` never rejects; undefined stands for none. */
  add(request: Api.AnyRequest, answer: Promise<unknown>): void {
    this.#made.set(wordsOf(request), { answer, at: this.#clock.monotonic() });
  }

  /** The answer to `request`; undefined when it was not made ahead, or too long ago. */
  take(request: Api.AnyRequest): Promise<unknown> | undefined {
    if (this.#made.size === 0) return undefined;
    const words = wordsOf(request);
    const made = this.#made.get(words);
    this.#made.delete(words);
    return made && this.#clock.monotonic() - made.at < GOOD_MS ? made.answer : undefined;
  }
}

function wordsOf(request: Api.AnyRequest): string {
  return request.getBytes().toString('base64');
}
