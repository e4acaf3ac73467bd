import { FailedError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import { reasonOf } from '../refusals/classify.js';
import { ruleFor } from '../refusals/table.js';
import type { TelegramError } from '../refusals/telegram-error.js';

/** Telegram answers calls for some messages with errors of its own (500), and other calls well. */
export class LoneFault extends FailedError {
  constructor({ method, sourceIds }: { method: string; sourceIds: readonly number[] }, cause: TelegramError) {
    const reason = reasonOf(cause);
    const which = `${sourceIds.length === 1 ? 'message' : 'messages'} ${sourceIds.map(shownId).join(', ')}`;
    super(
      cause.code,
      `Telegram keeps answering ${method} for ${which} with ${reason}, while other calls succeed: run with ` +
        '--retry-failed to try again.',
      { cause, fields: { method, sourceIds, reason } },
    );
  }
}

/**
 * How many messages in a row may fail with a 500 when no other call proves as much as a send does: if more fail, the
 * messages are not the cause.
 */
const MOST_IN_ROW = 3;

export type LoneKind = 'file' | 'text';

/** Counts, across runs, the messages that have failed this way since one of their kind was last sent. */
export class LoneFaults {
  readonly #inRow: Record<LoneKind, number>;

  /** `before`: why the latest messages of each kind failed in earlier runs, since one was last sent. */
  constructor(before: Readonly<Record<LoneKind, readonly string[]>>) {
    this.#inRow = { file: countFaults(before.file), text: countFaults(before.text) };
  }

  /** Whether one more message may fail; if so, it is counted. */
  take(kind: LoneKind): boolean {
    if (this.#inRow[kind] >= MOST_IN_ROW) return false;
    this.#inRow[kind] += 1;
    return true;
  }

  sent(kind: LoneKind): void {
    this.#inRow[kind] = 0;
  }
}

/** The reason in a failed message's row is Telegram's name for it, in lower case. */
function countFaults(reasons: readonly string[]): number {
  return reasons.filter((reason) => ruleFor(reason.toUpperCase()).action === 'repeat').length;
}
