import type { Action, ActionState } from '../store/tables/schema.js';
import type { DownloadSummary } from './events.js';
import type { DownloadOptions } from './options.js';

type Options = Pick<DownloadOptions, 'store' | 'accountId' | 'action' | 'random' | 'signal'>;
type Counts = Readonly<Record<string, number>>;

/** The rows of a run in the log of actions: that it has begun, and how it ended. */
export class RunActions {
  readonly #options: Options;
  readonly #open = new Set<Action>();

  constructor(options: Options) {
    this.#options = options;
  }

  async begin(...actions: readonly Action[]): Promise<void> {
    for (const action of actions) {
      await this.#log(action, 'started');
      this.#open.add(action);
    }
  }

  async complete(action: Action, counts: Counts): Promise<void> {
    this.#open.delete(action);
    await this.#log(action, 'completed', counts);
  }

  /** What isn't complete has failed, or was cancelled by its user. */
  async end(counts: Counts): Promise<void> {
    const state = this.#options.signal.aborted ? 'cancelled' : 'failed';
    for (const action of this.#open) await this.#log(action, state, counts);
    this.#open.clear();
  }

  async #log(action: Action, state: ActionState, counts?: Counts): Promise<void> {
    const { accountId, random, store } = this.#options;
    await store.writer.logAction({
      entryId: random.bytes(16).toString('hex'),
      accountId,
      action,
      state,
      userName: this.#options.action.userName,
      arguments: this.#options.action.arguments,
      ...(counts && { counts }),
    });
  }
}

/** A summary as the log of actions has it. */
export function countsOf({ failed, elsewhere, missing, leftOut, ...counts }: DownloadSummary): Counts {
  const others = elsewhere.reduce((sum, { files }) => sum + files, 0);
  const gone = missing.length > 0 && { missing: missing.length };
  const unread = leftOut.length > 0 && { leftOut: leftOut.length };
  return { ...counts, failed: failed.length, elsewhere: others, ...gone, ...unread };
}
