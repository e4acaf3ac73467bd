import type { Clock } from '../base/clock.js';
import { DEAD_AFTER_MS, SEEN_EVERY_MS } from './workers.js';

/**
 * Whether a worker may take others for dead by how long they haven't been seen. After an outage of the database nobody has been
 * seen: whoever is back first would give back the jobs of all the others.
 */
export class Judgement {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #beatAt: number | undefined;
  #notBefore = 0;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** To be called whenever this worker has been seen. */
  noteBeat(): void {
    const now = this.#clock.monotonic();
    if (this.#beatAt === undefined) this.#notBefore = now + SEEN_EVERY_MS;
    else if (this.#isLate(now)) this.#notBefore = now + DEAD_AFTER_MS;
    this.#beatAt = now;
  }

  /** To be asked as late as possible: an outage may begin between any two statements. */
  mayJudge(): boolean {
    const now = this.#clock.monotonic();
    return this.#beatAt !== undefined && now >= this.#notBefore && !this.#isLate(now);
  }

  #isLate(now: number): boolean {
    return this.#beatAt !== undefined && now - this.#beatAt > DEAD_AFTER_MS / 2;
  }
}
