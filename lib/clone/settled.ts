import { FailedError, messageOf } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import { ofClosedTopic } from './closed-topic.js';
import { noteFailed, noteSkipped, tellStopped } from './outcome.js';
import type { Reporting, Run } from './run.js';
import { failureReason, verdictOf } from './verdicts.js';

/** Returns the result, or undefined after an error of these messages alone, which is recorded and reported. */
export async function settled<T>(
  run: Run,
  sourceIds: readonly number[],
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    run.signal.throwIfAborted();
    const error = ofClosedTopic(run, thrown);
    const verdict = verdictOf(error);
    if (verdict === 'run') throw error;
    await run.record.flush();
    if (verdict === 'message') {
      if (run.stopOnError) throw stoppedOnError(run, sourceIds, error);
      await noteFailed(run, sourceIds, error);
    } else {
      await noteSkipped(
        run,
        sourceIds.map((sourceId) => ({ sourceId, reason: verdict })),
      );
    }
    return undefined;
  }
}

export function stoppedOnError(run: Reporting, sourceIds: readonly number[], error: unknown): FailedError {
  tellStopped(run, sourceIds, error);
  const reason = failureReason(error);
  return new FailedError(
    'STOPPED_ON_ERROR',
    `Stopped at message ${sourceIds.map(shownId).join(', ')}, as --stop-on-error says: ${messageOf(error)} ` +
      'The next run begins with it; without --stop-on-error the next run continues after it.',
    { cause: error, fields: { sourceIds: sourceIds.map(shownId), reason } },
  );
}
