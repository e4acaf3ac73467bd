import { FailedError } from '../base/errors.js';
import type { TelegramError } from '../refusals/telegram-error.js';
import type { EraseSummary } from './events.js';

/** When Telegram forbids this many batches as a whole, one after another, it will forbid the others, too. */
const MOST_FORBIDDEN = 3;

/** Stops a run that Telegram lets delete nothing any more. */
export class WholeBatches {
  #forbidden = 0;

  /**
   * A batch has ended: so many of its messages were deleted, and this is what Telegram has refused some with.
   * @throws FailedError ERASE_FORBIDDEN
   */
  add(deleted: number, refusal: TelegramError | undefined, { left, ...counts }: EraseSummary): void {
    if (deleted > 0) this.#forbidden = 0;
    else if (refusal) this.#forbidden += 1;
    if (!refusal || this.#forbidden < MOST_FORBIDDEN) return;
    const forbidden = left.filter(({ reason }) => reason === 'forbidden').length;
    throw new FailedError(
      'ERASE_FORBIDDEN',
      `Telegram forbids this account to delete any message of the last ${MOST_FORBIDDEN} batches: ${counts.deleted} of ${counts.planned} messages were deleted by this run and ${counts.earlier} by earlier ones, and ${forbidden} were refused. Ask an admin for the right to delete messages; the same plan continues with what it has not tried, and tries these last.`,
      { cause: refusal, fields: { ...counts, forbidden } },
    );
  }
}
