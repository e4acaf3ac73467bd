import type { Clock } from '../base/clock.js';
import { FailedError } from '../base/errors.js';
import { classify } from '../refusals/classify.js';

/** How often the same part is carried again for one call, and the pause before the second time: it doubles. */
const REPAIRS_PER_PART = 8;
const FIRST_PAUSE_MS = 500;

/**
 * Makes a call that names uploaded files, and makes it again after each part that the server has let go of
 * (FILE_PART_X_MISSING) was carried again. FailedError PARTS_LOST when one part goes missing again and again.
 */
export async function withRepairs<T>(
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
  call: () => Promise<T>,
  repair: (part: number) => Promise<void>,
): Promise<T> {
  const repairs = new Map<number, number>();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      const verdict = classify(error);
      if (verdict.kind !== 'missing-part') throw error;
      const { part } = verdict;
      const times = (repairs.get(part) ?? 0) + 1;
      if (times > REPAIRS_PER_PART) throw partsLost(part, times, error);
      repairs.set(part, times);
      if (times > 2) await clock.sleep(FIRST_PAUSE_MS * 2 ** (times - 3), signal);
      await repair(part);
    }
  }
}

function partsLost(part: number, times: number, cause: unknown): FailedError {
  return new FailedError(
    'PARTS_LOST',
    `Telegram lost part ${part} of a file ${times} times in a row: run again later to continue with this message.`,
    { cause, fields: { part } },
  );
}
