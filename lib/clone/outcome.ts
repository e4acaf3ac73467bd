import { messageOf } from '../base/errors.js';
import type { Way } from '../base/ways.js';
import type { MessageRow } from '../ledger/job.js';
import type { Reduction, SkipReason } from '../messages/losses.js';
import { classify } from '../refusals/classify.js';
import type { Reporting, Run } from './run.js';
import { failureReason } from './verdicts.js';

/** How messages end. Each end is durable before it is counted and reported. */

/**
 * Notes that the messages' copies are in the target: `targetIds` in the order of `sourceIds`. Durable after
 * `record.flush`.
 */
export function noteSent(
  run: Reporting & Pick<Run, 'posted' | 'record'>,
  {
    sourceIds,
    targetIds,
    losses,
    ways,
    bytes,
  }: {
    readonly sourceIds: readonly number[];
    readonly targetIds: readonly number[];
    /** In the order of `sourceIds`; absent when nobody knows. */
    readonly losses?: readonly (readonly Reduction[])[];
    /** In the order of `sourceIds`; absent when they are as noted before the send. */
    readonly ways?: readonly (Way | undefined)[];
    readonly bytes: number;
  },
  more: () => void = () => {},
): void {
  run.posted.lastId = Math.max(run.posted.lastId, ...targetIds);
  run.record.add({
    sourceIds,
    targetIds,
    losses,
    ways,
    report() {
      run.tally.sent(sourceIds.length, bytes, ways);
      run.onEvent({ kind: 'sent', sourceIds, targetIds, bytes });
      run.log.info('message_sent', { sourceIds, targetIds, bytes });
      more();
    },
  });
}

export interface Skip {
  readonly sourceId: number;
  readonly reason: SkipReason;
}

export async function noteSkipped(run: Reporting & Pick<Run, 'job'>, skips: readonly Skip[]): Promise<void> {
  if (skips.length === 0) return;
  await run.job.skipped(skips);
  for (const skip of skips) reportSkipped(run, skip);
}

export async function noteFailed(
  run: Reporting & Pick<Run, 'job'>,
  sourceIds: readonly number[],
  error: unknown,
): Promise<void> {
  const reason = failureReason(error);
  const message = messageOf(error);
  const inDoubt = mayBeDone(error);
  await run.job.failed(sourceIds.map((sourceId) => ({ sourceId, reason, message, inDoubt })));
  tellFailed(run, sourceIds, { reason, message });
}

/** Whether the call may have succeeded in spite of its error: nothing refused it. */
function mayBeDone(error: unknown): boolean {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if (classify(each).kind === 'transient') return true;
  }
  return false;
}

/** Counts and reports what an earlier run did with a message. */
export function tellEarlier(run: Reporting, { sourceId, state, reason = 'unknown' }: MessageRow): void {
  if (state === 'sent') reportSkipped(run, { sourceId, reason: 'sent_before' });
  // `noteSkipped` wrote the row's reason.
  if (state === 'skipped') reportSkipped(run, { sourceId, reason: reason as SkipReason });
  if (state === 'failed') {
    const message = 'It failed in an earlier run; --retry-failed tries it again.';
    tellFailed(run, [sourceId], { reason, message });
  }
}

/** A message that stops the run stays as it was: the next run begins with it. */
export function tellStopped(run: Reporting, sourceIds: readonly number[], error: unknown): void {
  tellFailed(run, sourceIds, { reason: failureReason(error), message: messageOf(error) });
}

/** A copy that could not be repaired stays as it was; its message counts as failed in this run. */
export function tellUnrepaired(run: Reporting, sourceId: number, error: unknown): void {
  tellFailed(run, [sourceId], { reason: failureReason(error), message: messageOf(error) });
}

function reportSkipped({ tally, onEvent, log }: Reporting, { sourceId, reason }: Skip): void {
  tally.skipped(reason);
  onEvent({ kind: 'skipped', sourceId, reason });
  log.info('message_skipped', { sourceId, reason });
}

function tellFailed(
  { tally, onEvent, log }: Reporting,
  sourceIds: readonly number[],
  { reason, message }: { readonly reason: string; readonly message: string },
): void {
  tally.failed(sourceIds, reason);
  for (const sourceId of sourceIds) {
    onEvent({ kind: 'failed', sourceId, reason, message });
    log.error('message_failed', { sourceId, reason, message });
  }
}
