import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import type { MessageRow } from '../ledger/job.js';
import type { CheckpointKeeper } from './checkpoint-keeper.js';
import { type ChosenUnit, joinLeftOut } from './choice.js';
import { finishUnit, planUnits, type StartedUnit, startUnit, UNFINISHED, unitIdle } from './copy-unit.js';
import { finishTogether, forwardBatches, type PlannedUnit } from './forward-history.js';
import { type InTurn, lookAhead } from './look-ahead.js';
import type { Run } from './run.js';
import type { Tally } from './summary.js';
import { readUnits, type Unit } from './units.js';
import { failureReason, MAX_SAME_FAILURES, verdictOf } from './verdicts.js';

/** How many messages are begun before those in front of them are sent, at most. */
const MOST_AHEAD = 100;
/**
 * No file is carried over that would then wait longer than this to be sent, in milliseconds.
 * core.telegram.org/api/files: uploaded parts live "between several minutes and several hours".
 */
export const LONGEST_AHEAD_MS = 5 * 60_000;
/** How many joined units that are left out are read ahead, at most: they wait for nothing but hold memory. */
const MOST_LEFT_OUT = 50;
/** How long a message is held back at most before its turn is checked again, in milliseconds. */
const LONGEST_HOLD_MS = 60_000;

/**
 * Copies the source's history from the checkpoint on, oldest first, until nothing is left, including messages that
 * arrive meanwhile. While some messages are being sent or wait for their turn, the next ones are prepared.
 */
export async function copyHistory(run: Run, checkpoint: CheckpointKeeper): Promise<void> {
  const { reader } = run;
  const course = { isOver: false };
  for (let before = Number.NEGATIVE_INFINITY; reader.upTo > before && !course.isOver; ) {
    before = reader.upTo;
    await (run.via === 'forward' ? forwardPass : copyPass)(run, course, checkpoint);
    // Moves beyond the last wanted message: the next run needn't read the unwanted ones again.
    if (!course.isOver) checkpoint.reached(reader.upTo);
  }
}

async function copyPass(run: Run, course: Course, checkpoint: CheckpointKeeper): Promise<void> {
  for await (const { started, ahead } of startedUnits(run, course)) {
    run.signal.throwIfAborted();
    await finishUnit(run, withoutTaken(run.taken, started), ahead);
    await passed(run, checkpoint, [started]);
  }
}

async function forwardPass(run: Run, course: Course, checkpoint: CheckpointKeeper): Promise<void> {
  for await (const batch of forwardBatches(run, plannedUnits(run, course))) {
    run.signal.throwIfAborted();
    const started = batch.map(({ unit, rows }) => withoutTaken(run.taken, startUnit(run, unit, rows)));
    try {
      await finishTogether(run, started);
    } finally {
      for (const each of started) await unitIdle(each);
    }
    await passed(run, checkpoint, batch);
  }
}

/** Everything up to these units is finished. */
async function passed(
  run: Run,
  checkpoint: CheckpointKeeper,
  units: readonly { readonly unit: ChosenUnit }[],
): Promise<void> {
  for (const { unit } of units) {
    if (!unit.leftOut) await createEmptyTopic(run, unit);
    checkpoint.reached(unit.upTo);
  }
  stopAtSameFailures(run.tally);
}

/** How far a run's reading has come. */
interface Course {
  /** The selection's end or limit is reached, though the history may continue. */
  isOver: boolean;
}

interface StartedHistory extends StartedUnit {
  readonly unit: ChosenUnit;
}

function startedUnits(run: Run, course: Course): AsyncGenerator<InTurn<StartedHistory>> {
  return lookAhead<PlannedUnit, StartedHistory>({
    items: (signal) => plannedUnits({ ...run, signal }, course),
    holdMs: ({ unit }, ahead) => {
      if (!unit.leftOut)
        return holdMs(
          run.interval,
          unit,
          ahead.filter((each) => !each.unit.leftOut),
        );
      return ahead.filter((each) => each.unit.leftOut).length >= MOST_LEFT_OUT ? LONGEST_HOLD_MS : 0;
    },
    start: ({ unit, rows }, signal) => ({ ...startUnit({ ...run, signal }, unit, rows), unit }),
    idle: unitIdle,
    clock: run.clock,
    signal: run.signal,
  });
}

async function* plannedUnits(run: Run, course: Course): AsyncGenerator<PlannedUnit> {
  const { reader, choice, upTo, straddling, signal } = run;
  const readAfter = (afterId: number) => reader.pages(afterId, signal);
  for await (const units of readUnits(readAfter, reader.upTo, reader.isWanted)) {
    const within = units.filter(({ messages: [{ id }] }) => id <= upTo);
    for (const { messages } of within) straddling.messages += messages.filter(({ id }) => id > upTo).length;
    const chosen = joinLeftOut(within, choice);
    const rows = await planUnits(run, chosen);
    for (const unit of chosen) {
      course.isOver = !mayBegin(run, unit, rows);
      if (course.isOver) return;
      yield { unit, rows };
    }
    course.isOver = within.length < units.length;
    if (course.isOver) return;
  }
}

/** Counts the unit's messages that would be sent; false when the limit was used up before. An album stays whole. */
function mayBegin({ choice, allowance }: Run, unit: Unit, rows: ReadonlyMap<number, MessageRow>): boolean {
  const { length } = unit.messages.filter(
    (message) =>
      UNFINISHED.has(rows.get(message.id)?.state ?? 'planned') &&
      choice.contentOf(unit, message).kind !== 'skip',
  );
  if (length > 0 && allowance.left <= 0) {
    allowance.isUsedUp = true;
    return false;
  }
  allowance.left -= length;
  return true;
}

/** How long a unit is held back before it is checked again whether it may begin, given the units in `ahead`. */
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

/** Leaves out messages that this run has already reported. */
function withoutTaken<Started extends StartedUnit>(taken: ReadonlySet<number>, started: Started): Started {
  if (taken.size === 0) return started;
  return { ...started, finished: started.finished.filter(({ sourceId }) => !taken.has(sourceId)) };
}

/**
 * Creates a topic when the history reaches its creation: so topics keep the source's order, and empty ones are created
 * too.
 */
async function createEmptyTopic(run: Run, { messages: [first] }: Unit): Promise<void> {
  if (!run.autoCreateTopics || !(first instanceof Api.MessageService)) return;
  if (!(first.action instanceof Api.MessageActionTopicCreate)) return;
  try {
    await run.router.route(first);
  } catch (error) {
    if (run.signal.aborted || verdictOf(error) !== 'message') throw error;
    // If it has messages, they try again, and fail for the same reason.
    run.log.warn('topic_failed', { sourceTopic: first.id, reason: failureReason(error) });
  }
}

/**
 * When ten messages in a row are refused for the same reason, the cause is the chat or the account, whatever the error
 * is called.
 */
function stopAtSameFailures(tally: Tally): void {
  const reason = tally.sameFailures(MAX_SAME_FAILURES);
  if (reason === undefined || OF_MANY.has(reason)) return;
  throw new FailedError(
    'SAME_FAILURE',
    `${MAX_SAME_FAILURES} messages in a row failed with ${reason}: find out what it means before you run again.`,
    { fields: { reason } },
  );
}

/** What many messages in a row may have, whatever the others are: a closed or lost topic, and files that were never kept. */
const OF_MANY: ReadonlySet<string> = new Set(['topic_closed', 'topic_gone', 'kept_file_none']);
