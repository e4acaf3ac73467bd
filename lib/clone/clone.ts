import { Api } from 'telegram';
import { FailedError, messageOf } from '../base/errors.js';
import { readPages, remainingCount } from '../telegram/history.js';
import { readLimits } from '../telegram/limits.js';
import { partUploader } from '../telegram/upload.js';
import { retryFailures, settleUnsettled } from './again.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { finishUnit, planUnits, startUnit, unitIdle } from './copy-unit.js';
import type { CloneOptions, Run } from './job.js';
import { preflight } from './preflight.js';
import { belongsTo } from './source-topic.js';
import { type CloneSummary, Tally } from './summary.js';
import { createTopicRouter } from './topic-router.js';
import { type HistoryMessage, lastIdOf, readUnits, type Unit } from './units.js';
import { failureReason, MAX_SAME_FAILURES, verdictOf } from './verdicts.js';

export type { CloneOptions } from './job.js';
export type { CloneSummary } from './summary.js';

/**
 * Clones the source's history into the target, oldest first, from the job's checkpoint on; messages that come while
 * it runs are taken along. Resolves when nothing is left; messages that failed are in the summary.
 *
 * Throws a UsageError before any work for what can't go well (see preflight), later what concerns every message:
 * no right to post, no network, not signed in, a full disk. When `signal` aborts: its reason, after a send that was
 * under way has been waited for. In each case the checkpoint is before the first message that isn't finished, and
 * `observer.onEnd` has been told what was done.
 */
export async function runClone(options: CloneOptions): Promise<CloneSummary> {
  const { job, clock, log, observer, signal } = options;
  const tally = new Tally();
  const began = clock.monotonic();
  const summary = (): CloneSummary => tally.summary(job.checkpoint, (clock.monotonic() - began) / 1000);
  try {
    signal.throwIfAborted();
    await preflight(options);
    const run = await prepareRun(options, tally);
    const total = await countAhead(options);
    await job.expect(total);
    observer.onPlan({ total, firstId: job.checkpoint + 1 });
    await withCheckpoint(options, async (checkpoint) => {
      await settleUnsettled(run);
      if (options.retryFailed) await retryFailures(run);
      await copyAll(run, checkpoint);
    });
    return summary();
  } catch (error) {
    // An abort shows as whatever it interrupted.
    signal.throwIfAborted();
    throw error;
  } finally {
    observer.onEnd(summary());
    log.info('clone_end', { ...summary(), failed: summary().failed.length });
  }
}

/** However it ends, the checkpoint is where the work got to; an error of the work is the one that is thrown. */
async function withCheckpoint(
  { job, clock, log }: CloneOptions,
  work: (checkpoint: CheckpointKeeper) => Promise<void>,
): Promise<void> {
  const checkpoint = new CheckpointKeeper(job, clock);
  try {
    await work(checkpoint);
  } catch (error) {
    await checkpoint
      .close()
      .catch((unsaved) => log.error('checkpoint_unsaved', { error: messageOf(unsaved) }));
    throw error;
  }
  await checkpoint.close();
}

async function prepareRun(options: CloneOptions, tally: Tally): Promise<Run> {
  const { client, source, target, job, minIntervalMs, connections, signal, log } = options;
  const identity = { jobId: job.id, sourceId: source.id, targetId: target.id };
  const interval = client.sendPacer;
  interval.setFloor(minIntervalMs);
  const limits = await readLimits(client, signal);
  const posted = { lastId: Math.max(await job.lastTargetId(), ...job.topicMap.values()) };
  log.info('clone_start', { source: source.id, target: target.id, checkpoint: job.checkpoint, ...limits });
  return {
    ...options,
    verifySource: options.verifySource === true,
    tally,
    identity,
    interval,
    limits,
    posted,
    uploader: partUploader(client, { connections }),
    router: createTopicRouter({ ...options, identity, interval, tally, posted }),
  };
}

async function copyAll(run: Run, checkpoint: CheckpointKeeper): Promise<void> {
  const { client, source, sourceTopic, signal } = run;
  const wanted = (message: HistoryMessage): boolean =>
    sourceTopic === undefined || belongsTo(message, sourceTopic, source.kind === 'forum');
  const readAfter = (afterId: number): AsyncIterable<HistoryMessage[]> =>
    readPages(client, source, { afterId }, signal);
  for await (const units of readUnits(readAfter, run.job.checkpoint, wanted)) {
    const rows = await planUnits(run, units);
    for (const unit of units) {
      signal.throwIfAborted();
      const started = startUnit(run, unit, rows);
      try {
        await finishUnit(run, started);
      } finally {
        await unitIdle(started);
      }
      await createEmptyTopic(run, unit);
      await checkpoint.reached(lastIdOf(unit));
      stopAtSameFailures(run);
    }
  }
}

/** A topic is created when its creation is met in the history: in the source's order, and even if it is empty. */
async function createEmptyTopic(run: Run, { messages: [first] }: Unit): Promise<void> {
  if (!run.autoCreateTopics || !(first instanceof Api.MessageService)) return;
  if (!(first.action instanceof Api.MessageActionTopicCreate)) return;
  try {
    await run.router.route(first);
  } catch (error) {
    if (run.signal.aborted || verdictOf(error) !== 'message') throw error;
    // Its messages, if there are any, try again and fail with it.
    run.log.warn('topic_failed', { sourceTopic: first.id, reason: failureReason(error) });
  }
}

/** Ten refusals in a row for one reason are the chat's or the account's, whatever they are called. */
function stopAtSameFailures({ tally }: Run): void {
  const reason = tally.sameFailures(MAX_SAME_FAILURES);
  if (reason === undefined) return;
  throw new FailedError(
    'SAME_FAILURE',
    `${MAX_SAME_FAILURES} messages in a row failed with ${reason}: see what it means before going on.`,
    { fields: { reason } },
  );
}

/** How many messages there are to go through, where the server tells. */
function countAhead({ client, source, sourceTopic, job, signal }: CloneOptions): Promise<number | undefined> {
  return remainingCount(client, source, { afterId: job.checkpoint, topicId: sourceTopic }, signal);
}
