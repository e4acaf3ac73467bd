import { createHash } from 'node:crypto';
import stringify from 'fast-json-stable-stringify';
import { idInChat, OLDER_START } from '../base/source-ids.js';
import type { MessageRow } from '../ledger/job.js';
import { common, without } from '../ledger/stretches.js';
import { KINDS } from '../messages/kinds/table.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { fetchMessages } from '../telegram/history.js';
import { sendLeftBehind } from './again.js';
import { noteSkipped, type Skip } from './outcome.js';
import { messageRandomId } from './random-id.js';
import { beginningOf } from './range.js';
import type { Run } from './run.js';
import { SourceReader } from './source-reader.js';
import { completeStories } from './stories.js';
import { readUnits, type Unit, unitsOf } from './units.js';

/**
 * Looks for messages behind the checkpoint that were left out and that this run would send: because the selection has
 * changed, or because TelePi can send more than it could. They would land at the end of the target, so they are only
 * counted, unless the user asks for them: then they are sent in the source's order, before anything newer. Once they
 * have been chosen, a run that is cut off leaves them to the next one.
 */
export async function missedMessages(run: Run): Promise<void> {
  const { missed } = run.job;
  const key = comparisonKey(run);
  if (run.appendMissed) {
    for await (const candidates of candidatesOf(run)) await takeUp(run, candidates);
    await missed.saveComparison({ key, missed: 0 });
  } else if (missed.comparison?.key === key) {
    run.tally.missed(missed.comparison.missed);
  } else {
    // Each is a candidate once.
    let messages = 0;
    for await (const { unit, open } of candidatesOf(run)) {
      messages += wantedOf(run, unit, open).length;
    }
    run.log.info('missed_messages', { messages });
    await missed.saveComparison({ key, missed: messages });
    run.tally.missed(messages);
  }
  await sendLeftBehind(run);
}

/** What decides whether a message is sent: the selection, the settings, and what this TelePi can send. */
function comparisonKey({ selection, means }: Run): string {
  const { now: _, ...rules } = means;
  const text = stringify({ selection: selection?.canonical ?? '{}', rules, kinds: KINDS });
  return createHash('sha256').update(text).digest('hex');
}

interface Candidates {
  readonly unit: Unit;
  /** The unit's messages that were left out. */
  readonly open: ReadonlySet<number>;
  /** They have no rows yet. */
  readonly isNew: boolean;
}

async function* candidatesOf(run: Run): AsyncGenerator<Candidates> {
  yield* skippedBefore(run);
  yield* passedOver(run);
}

/** Reasons that have nothing to do with what a message is, or that a person has given. */
const FINAL: ReadonlySet<string> = new Set([
  'checkpoint',
  'deleted',
  'deleted_in_doubt',
  'sent_before',
  'already_sent',
]);
/** Skipped messages that are read together, at most. */
const BATCH = 100;
/** The ids of an album's items follow each other closely: see units.ts. */
const NEIGHBOURS = 9;

/** Also beyond the checkpoint, which an earlier run may not have saved: what that run left out there stays left out. */
async function* skippedBefore({ job, client, source, signal }: Run): AsyncGenerator<Candidates> {
  for (let after = OLDER_START - 1; ; ) {
    const rows = await job.missed.skippedAfter(after, BATCH);
    const last = rows.at(-1);
    if (!last) return;
    after = last.sourceId;
    const again = rows.filter(({ reason = '', afterId }) => afterId === undefined && !FINAL.has(reason));
    const open = new Set(again.map(({ sourceId }) => sourceId));
    const albums = new Set(
      again.flatMap(({ groupedId }) => (groupedId === undefined ? [] : [String(groupedId)])),
    );
    const found = await fetchMessages(client, source, withNeighbours(again), signal);
    await completeStories({ client, source }, found, signal);
    const units = unitsOf(
      found.filter(({ id, groupedId }) => open.has(id) || (groupedId && albums.has(String(groupedId)))),
    );
    for (const unit of units) yield { unit, open, isNew: false };
  }
}

/** The messages' ids, and for an item of an album the ids at which the others may be. */
function withNeighbours(rows: readonly MessageRow[]): readonly number[] {
  const ids = rows.flatMap(({ sourceId, groupedId }) => {
    if (groupedId === undefined) return [sourceId];
    return Array.from({ length: 2 * NEIGHBOURS + 1 }, (_, index) => sourceId - NEIGHBOURS + index);
  });
  return [...new Set(ids)].filter((id) => idInChat(id) > 0).sort((one, other) => one - other);
}

async function* passedOver(run: Run): AsyncGenerator<Candidates> {
  const { job, selection, signal } = run;
  const { missed, checkpoint } = job;
  if (missed.passedOver.length === 0) return;
  const { after: beginning } = await beginningOf(run, selection?.bounds, OLDER_START);
  for (const stretch of missed.passedOver) {
    const part = common(stretch, { after: beginning, upTo: Math.min(checkpoint, run.upTo) });
    if (!part) continue;
    const reader = new SourceReader(run, part.after);
    const readAfter = (afterId: number) => reader.pages(afterId, signal);
    reading: for await (const units of readUnits(readAfter, part.after, reader.isWanted)) {
      for (const unit of units) {
        if (unit.messages[0].id > part.upTo) break reading;
        const known = await job.find(unit.messages.map(({ id }) => id));
        const open = new Set(unit.messages.flatMap(({ id }) => (known.has(id) ? [] : [id])));
        yield { unit, open, isNew: true };
      }
    }
    if (run.appendMissed) await missed.savePassedOver(without(missed.passedOver, part));
  }
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
