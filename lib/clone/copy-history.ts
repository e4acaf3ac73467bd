import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { MessageRow } from '../ledger/job.js';
import type { CheckpointKeeper } from './checkpoint-keeper.js';
import { finishUnit, planUnits, type StartedUnit, startUnit, unitIdle } from './copy-unit.js';
import { type InTurn, lookAhead } from './look-ahead.js';
import type { Run } from './run.js';
import { type HistoryUnit, readUnits, type Unit } from './units.js';
import { failureReason, MAX_SAME_FAILURES, verdictOf } from './verdicts.js';

/** How many messages are begun before those in front of them are sent, at most. */
const MOST_AHEAD = 100;
/**
 * Nothing is carried over that would wait longer than this to be sent, in milliseconds. core.telegram.org/api/files:
 * uploaded parts live "between several minutes and several hours".
 */
export const LONGEST_AHEAD_MS = 5 * 60_000;
/** How long a message is held at most before it is looked again whether it may begin, in milliseconds. */
const LONGEST_HOLD_MS = 60_000;

/**
 * Copies the source's history from the checkpoint on, oldest first, until nothing is left. Messages that come meanwhile
 * are taken along. While some are sent or wait for their turn, those after them are made ready.
 */
export async function copyHistory(run: Run, checkpoint: CheckpointKeeper): Promise<void> {
  const { reader } = run;
  for (let before = Number.NEGATIVE_INFINITY; reader.upTo > before; ) {
    before = reader.upTo;
    for await (const { started, ahead } of startedUnits(run)) {
      run.signal.throwIfAborted();
      await finishUnit(run, withoutTaken(run, started), ahead);
      await createEmptyTopic(run, started.unit);
      checkpoint.reached(started.unit.upTo);
      stopAtSameFailures(run);
    }
    // Beyond what was picked out of the history: the next run needn't go through that again.
    checkpoint.reached(reader.upTo);
  }
}

interface PlannedUnit {
  readonly unit: HistoryUnit;
  readonly rows: ReadonlyMap<number, MessageRow>;
}

interface StartedHistory extends StartedUnit {
  readonly unit: HistoryUnit;
}

function startedUnits(run: Run): AsyncGenerator<InTurn<StartedHistory>> {
  return lookAhead<PlannedUnit, StartedHistory>({
    items: (signal) => plannedUnits({ ...run, signal }),
    holdMs: ({ unit }, ahead) => holdMs(run.interval, unit, ahead),
    start: ({ unit, rows }, signal) => ({ ...startUnit({ ...run, signal }, unit, rows), unit }),
    idle: unitIdle,
    clock: run.clock,
    signal: run.signal,
  });
}

async function* plannedUnits(run: Run): AsyncGenerator<PlannedUnit> {
  const { reader, signal } = run;
  const readAfter = (afterId: number) => reader.pages(afterId, signal);
  for await (const units of readUnits(readAfter, reader.upTo, reader.isWanted)) {
    const rows = await planUnits(run, units);
    for (const unit of units) yield { unit, rows };
  }
}

/** How long a unit is held back before it is asked again whether it may begin, behind those in `ahead`. */
export function holdMs(
  { waitMs, intervalMs }: Pick<Run['interval'], 'waitMs' | 'intervalMs'>,
  unit: Unit,
  ahead: readonly Pick<StartedUnit, 'unit'>[],
): number {
  const messages = ahead.reduce((sum, { unit: { messages } }) => sum + messages.length, 0);
  if (messages + unit.messages.length > MOST_AHEAD) return LONGEST_HOLD_MS;
  const turnMs = waitMs + messages * intervalMs;
  return Math.min(Math.max(0, turnMs - LONGEST_AHEAD_MS), LONGEST_HOLD_MS);
}

/** A message that this run has already reported isn't reported again. */
function withoutTaken<Started extends StartedUnit>({ taken }: Run, started: Started): Started {
  if (taken.size === 0) return started;
  return { ...started, finished: started.finished.filter(({ sourceId }) => !taken.has(sourceId)) };
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
    `${MAX_SAME_FAILURES} messages in a row failed with ${reason}: find out what it means before you run again.`,
    { fields: { reason } },
  );
}
