import type { Log } from '../../base/log.js';
import type { Random } from '../../base/random.js';
import type { StoreWriter } from '../../store/store-writer.js';
import type { Action, ActionState } from '../../store/tables/schema.js';

/** For the log of actions. */
export interface LoggedWork {
  readonly writer: Pick<StoreWriter, 'logAction' | 'keep'>;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** `archive` unless given. */
  readonly kind?: Action;
  readonly action: {
    /** Of the operating system. */
    readonly userName: string;
    /** The command's, without secrets. */
    readonly arguments: Readonly<Record<string, unknown>>;
  };
}

/**
 * Does some work as an action in the log: when it begins, and how it ends, with what had been done by
 * then.
 */
export async function logged<T>(
  { writer, random, signal, action, kind = 'archive', log: faults }: LoggedWork,
  counts: () => Readonly<Record<string, number>>,
  work: () => Promise<T>,
): Promise<T> {
  const log = (state: ActionState): Promise<void> =>
    writer.logAction({
      entryId: random.bytes(16).toString('hex'),
      action: kind,
      state,
      ...action,
      ...(state !== 'started' && { counts: counts() }),
    });
  await log('started');
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await log(signal.aborted ? 'cancelled' : 'failed').catch((failure: unknown) => {
      // Often the same as what has ended the work, which is what its user is to know.
      faults.error('actions_not_noted', { error: failure });
    });
    throw error;
  }
  await log('completed');
  return result;
}
