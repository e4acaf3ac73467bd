import type { ReportedWait } from './reporter.js';
import { waitWords } from './words.js';

/** Waits of one kind that come closer together than this are one for people, unless one is long. Milliseconds. */
const TOGETHER_MS = 10_000;

interface Reported {
  readonly at: number;
  readonly until: number;
}

/**
 * The waits that are worth a line where each is one. Ten parts of a file that meet the same fault wait together, and a
 * fault that stays comes back in short steps: what was said a moment ago, or ends no later than what was said, is only
 * counted.
 */
export class WaitLines {
  readonly #reported = new Map<string, Reported>();
  readonly #untold = new Map<string, number>();

  /** The line for `wait`, which begins `now` (milliseconds since the epoch), if it is to have one. */
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

/** Jitter apart: a second, or a tenth of the wait. */
function coversNearly(reported: Reported, { until, ms }: ReportedWait): boolean {
  return reported.until >= until - Math.max(1000, ms / 10);
}
