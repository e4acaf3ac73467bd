import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import { OLDER_START } from '../base/source-ids.js';
import type { Comparison } from '../ledger/job-store.js';
import { without } from '../ledger/stretches.js';
import { KINDS } from '../messages/kinds/table.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { sendLeftBehind } from './again.js';
import { type Candidates, candidatesOf } from './missed-candidates.js';
import { noteSkipped, type Skip } from './outcome.js';
import { messageRandomId } from './random-id.js';
import type { Run } from './run.js';
import type { Unit } from './units.js';

/**
 * With --append-missed: sends the messages behind the checkpoint that were left out and that this run would send,
 * because the selection has changed, or because TelePi can send more than it could. They land at the end of the target,
 * in the source's order, before anything newer. Once they have been chosen, a run that is cut off leaves them to the
 * next one. Otherwise they are only counted: see `countMissed`.
 */
export async function missedMessages(run: Run): Promise<void> {
  const { job, appendMissed } = run;
  const key = comparisonKey(run);
  if (appendMissed) await append(run, key);
  else if (job.missed.comparison?.key !== key) await job.missed.saveComparison(await begun(run, key));
  await sendLeftBehind(run);
}

/**
 * Counts the messages that --append-missed would send: after everything else, since each of them is read again. How far
 * it has come is noted with the job, so that the next run continues where this one is killed. A selection that stays as
 * it was is counted once.
 */
export async function countMissed(run: Run): Promise<void> {
  const { job, appendMissed, log, tally } = run;
  if (appendMissed || !job.missed.comparison) return;
  let { key, missed, course } = job.missed.comparison;
  if (course) {
    for await (const { candidates, course: next } of candidatesOf(run, course)) {
      // Each is a candidate once.
      for (const { unit, open } of candidates) missed += wantedOf(run, unit, open).length;
      course = next;
      await job.missed.saveComparison({ key, missed, course });
    }
    log.info('missed_messages', { messages: missed });
    await job.missed.saveComparison({ key, missed });
  }
  tally.missed(missed);
}

async function append(run: Run, key: string): Promise<void> {
  const { missed } = run.job;
  const ownKey = createHash('sha256').update(`append ${key}`).digest('hex');
  const before = missed.comparison?.key === ownKey ? missed.comparison.course : undefined;
  const from = before ?? (await begun(run, ownKey)).course;
  for await (const { candidates, course, passed } of candidatesOf(run, from)) {
    for (const each of candidates) await takeUp(run, each);
    await missed.saveComparison({ key: ownKey, missed: 0, course });
    if (passed) await missed.savePassedOver(without(missed.passedOver, passed));
  }
  await missed.saveComparison({ key, missed: 0 });
}

/** A comparison that has compared nothing yet. What is left out from now on is left out by what it compares with. */
async function begun({ job }: Run, key: string): Promise<Required<Comparison>> {
  const nothing = OLDER_START - 1;
  const upTo = (await job.missed.lastSkipped()) ?? nothing;
  return { key, missed: 0, course: { upTo, skippedAfter: nothing, passedAfter: OLDER_START } };
}

/** What decides whether a message is sent: the selection, the settings, and what this TelePi can send. */
function comparisonKey({ selection, means }: Run): string {
  const { now: _, ...rules } = means;
  const text = stringify({ selection: selection?.canonical ?? '{}', rules, kinds: KINDS });
  return createHash('sha256').update(text).digest('hex');
}

/** The messages among the candidates that this run would send. */
function wantedOf({ choice }: Run, unit: Unit, open: ReadonlySet<number>): readonly HistoryMessage[] {
  return unit.messages.filter(
    (message) => open.has(message.id) && choice.lookAt(unit, message).kind !== 'skip',
  );
}

/** Plans the candidates that this run would send. The others get their reason, unless they have one. */
async function takeUp(run: Run, { unit, open, isNew }: Candidates): Promise<void> {
  const wanted = wantedOf(run, unit, open);
  if (!isNew) {
    if (wanted.length > 0) await run.job.missed.reopen(wanted.map(({ id }) => id));
    return;
  }
  const messages = unit.messages.filter(({ id }) => open.has(id));
  await run.job.plan(
    messages.map(({ id, groupedId }) => ({
      sourceId: id,
      randomId: messageRandomId(run.identity, id),
      ...(groupedId && { groupedId: BigInt(String(groupedId)) }),
    })),
  );
  const skips = messages.flatMap((message): Skip[] => {
    const content = run.choice.contentOf(unit, message);
    return content.kind === 'skip' ? [{ sourceId: message.id, reason: content.reason }] : [];
  });
  await noteSkipped(run, skips);
}
