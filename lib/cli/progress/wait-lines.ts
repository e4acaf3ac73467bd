import type { ReportedWait } from './reporter.js';
import { waitWords } from './words.js';

/** Waits of one kind that come closer together than this are one wait for people, unless one is long. Milliseconds. */
const TOGETHER_MS = 10_000;

interface Reported {
  readonly at: number;
  readonly until: number;
}

/**
 * Chooses the waits that are worth a line of their own. Ten parts of a file that meet the same fault wait together, and
 * a persistent fault comes back in short steps: a wait that was reported a moment ago, or that ends no later than one
 * reported, is only counted.
 */
export class WaitLines {
  readonly #reported = new Map<string, Reported>();
  readonly #untold = new Map<string, number>();

  /** The line for `wait`, which begins at `now` (milliseconds since the epoch), if it should have one. */
  next(wait: ReportedWait, now: number): string | undefined {
    const key = `${wait.method} ${wait.reason}`;
    const reported = this.#reported.get(key);
    if (
      reported &&
      (coversNearly(reported, wait) || (now - reported.at < TOGETHER_MS && wait.ms < TOGETHER_MS))
    ) {
      this.#untold.set(key, (this.#untold.get(key) ?? 0) + 1);
      return undefined;
    }
    this.#reported.set(key, { at: now, until: wait.until });
    const more = this.#untold.get(key) ?? 0;
    this.#untold.delete(key);
    return `${waitWords(wait, now)}${more > 0 ? `; ${more} more like it came before` : ''}`;
  }
}

/** Apart from jitter: a second, or a tenth of the wait. */
function coversNearly(reported: Reported, { until, ms }: ReportedWait): boolean {
  return reported.until >= until - Math.max(1000, ms / 10);
}
