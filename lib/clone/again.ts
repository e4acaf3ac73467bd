import type { MessageRow } from '../ledger/job.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { fetchMessages } from '../telegram/history.js';
import { Choice } from './choice.js';
import { continueOwed } from './continuations.js';
import { FAILED, finishUnit, type Open, planUnits, startUnit, UNFINISHED, unitIdle } from './copy-unit.js';
import { noteSkipped } from './outcome.js';
import { payDebts } from './owed.js';
import { callsOf, isInDoubt, type Recovery, recover } from './recover.js';
import type { Run } from './run.js';
import { completeStories } from './stories.js';
import { ALBUM_SPAN, type Unit, unitsOf } from './units.js';

/**
 * Settles the messages that an earlier process was sending when it ended: looks for their copies among this account's
 * later posts in the target and, where they aren't there, repeats the call with the same random_id. Oldest first,
 * before anything else is sent. A message that has since been left out by hand, or is gone from the source, is looked
 * for but not sent.
 */
export async function settleUnsettled(run: Run): Promise<void> {
  const rows = await run.job.unsettled();
  await continueOwed(run);
  if (rows.length > 0) run.log.info('sends_in_doubt', { sourceIds: rows.map(({ sourceId }) => sourceId) });
  await takeUp(run, rows, UNFINISHED);
  if ((await run.job.formerTargetFloor()) !== undefined) await run.job.formerTargetSettled();
}

/** How many messages are taken up together, at most, apart from the rest of an album: they are held in memory. */
const TOGETHER = 100;

/**
 * Sends the messages behind the checkpoint that were chosen after all (see missed.ts), in the source's order, as far as
 * the run's limit allows.
 */
export async function sendLeftBehind(run: Run): Promise<void> {
  const { job, allowance } = run;
  const { checkpoint, missed } = job;
  for (;;) {
    const rows = await missed.leftBehind(checkpoint, TOGETHER + ALBUM_SPAN);
    const first = rows.slice(0, Math.min(TOGETHER, Math.max(0, allowance.left)));
    const albums = new Set(first.flatMap(({ groupedId = [] }) => groupedId));
    // Other messages may lie between an album's items.
    const taken = rows.filter((row, at) => at < first.length || (row.groupedId && albums.has(row.groupedId)));
    if (first.length === 0) {
      allowance.isUsedUp ||= rows.length > 0;
      return;
    }
    allowance.left -= taken.length;
    await takeUp(run, taken, UNFINISHED);
  }
}

/**
 * Tries the messages that failed in earlier runs again, in order. Their copies land at the end of the target as it is
 * now. If the errors left open whether a message was sent, its copy is looked for first.
 */
export async function retryFailures(run: Run): Promise<void> {
  await continueOwed(run, { retry: true });
  const rows = await run.job.failures();
  run.log.info('failures_retried', { messages: rows.length });
  await takeUp(run, rows, FAILED);
}

/**
 * Sends messages again whose copies are gone from the target, in order: these copies land at its end, too. The ledger
 * has them as failed.
 */
export async function sendAgain(run: Run, rows: readonly MessageRow[]): Promise<void> {
  await takeUp(run, rows, FAILED);
}

async function takeUp(run: Run, rows: readonly MessageRow[], open: Open): Promise<void> {
  let calls: MessageRow[][] = [];
  let messages = 0;
  for (const call of callsOf(rows)) {
    if (messages + call.length > TOGETHER) {
      await takeUpCalls(run, calls, open);
      calls = [];
      messages = 0;
    }
    calls.push(call);
    messages += call.length;
  }
  await takeUpCalls(run, calls, open);
}

async function takeUpCalls(run: Run, calls: readonly (readonly MessageRow[])[], open: Open): Promise<void> {
  const { client, source, signal } = run;
  const ids = calls.flat().map(({ sourceId }) => sourceId);
  for (const id of ids) run.taken.add(id);
  const fetched = await fetchMessages(client, source, ids, signal);
  await completeStories(run, fetched, signal);
  const messages = new Map(fetched.map((message) => [message.id, message]));
  for (const call of calls) {
    signal.throwIfAborted();
    const recovered = await recover(run, call.filter(isInDoubt), messages);
    if ([...recovered.values()].includes('found')) {
      await payDebts(run);
      await continueOwed(run);
    }
    const unfinished = call.filter(({ sourceId }) => recovered.get(sourceId) !== 'found');
    const left = await leaveOut(run, unfinished, messages, recovered);
    // They were selected once: a selection that has changed since then doesn't leave them out.
    const chosen = {
      ...run,
      choice: new Choice({ source: run.source, means: run.means, rehearsal: run.rehearsal }),
    };
    for (const unit of unitsOf(left)) await copyAgain(chosen, unit, open);
  }
}

/** Skips messages that shouldn't or can't be sent, and returns the others in their current form. */
async function leaveOut(
  run: Run,
  rows: readonly MessageRow[],
  messages: ReadonlyMap<number, HistoryMessage>,
  recovered: ReadonlyMap<number, Recovery>,
): Promise<HistoryMessage[]> {
  const wanted: HistoryMessage[] = [];
  for (const row of rows) {
    const { sourceId, state, reason } = row;
    const message = messages.get(sourceId);
    if (!message) {
      const inDoubt = recovered.get(sourceId) === 'unclear';
      await noteSkipped(run, [{ sourceId, reason: inDoubt ? 'deleted_in_doubt' : 'deleted' }]);
    } else if (state === 'sending' && reason !== undefined) {
      await noteSkipped(run, [{ sourceId, reason: 'checkpoint' }]);
    } else wanted.push(message);
  }
  return wanted;
}

async function copyAgain(run: Run, unit: Unit, open: Open): Promise<void> {
  const started = startUnit(run, unit, await planUnits(run, [unit], open), open);
  try {
    await finishUnit(run, started);
  } finally {
    await unitIdle(started);
  }
}
