import type { Clock } from '../base/clock.js';
import { FailedError } from '../base/errors.js';
import { classify } from '../refusals/classify.js';

/** How often one part is carried again for a call, and the pause before the second time, which then doubles. */
const REPAIRS_PER_PART = 8;
const FIRST_PAUSE_MS = 500;

/**
 * Makes a call that refers to uploaded files. When the server has dropped a part (FILE_PART_X_MISSING), carries the
 * part over again and repeats the call. Throws FailedError PARTS_LOST when one part goes missing again and again.
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
