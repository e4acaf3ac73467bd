import { FailedError } from '../base/errors.js';
import { classify } from '../pace/classify.js';

/** How often the same part is carried again for one call. */
const REPAIRS_PER_PART = 3;

/**
 * Makes a call that names uploaded files, and makes it again after each part that the server has let go of
 * (FILE_PART_X_MISSING) was carried again. FailedError PARTS_LOST when one part goes missing again and again.
 */
export async function withRepairs<T>(
  call: () => Promise<T>,
  repair: (part: number) => Promise<void>,
  signal: AbortSignal,
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
      await repair(part);
    }
  }
}

function partsLost(part: number, times: number, cause: unknown): FailedError {
  return new FailedError(
    'PARTS_LOST',
    `Telegram lost part ${part} of a file ${times} times: try this message again later.`,
    { cause, fields: { part } },
  );
}
