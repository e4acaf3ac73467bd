import { olderId } from '../base/source-ids.js';
import type { MessageRow } from '../ledger/job.js';
import type { Chat } from '../telegram/chats.js';
import { findSent, type SentContent, sentContentOf } from '../telegram/find-sent.js';
import { fetchMessages } from '../telegram/history.js';
import { classifyMessage } from './classify.js';
import { FAILED, finishUnit, type Open, planUnits, startUnit, UNFINISHED, unitIdle } from './copy-unit.js';
import type { Run } from './job.js';
import { noteSent, noteSkipped } from './outcome.js';
import { type Unit, unitsOf } from './units.js';

/**
 * Settles what an earlier process was sending when it ended: looks for the copies among what this account has posted in
 * the target since, and repeats the call, with the same random_id, when they aren't there. Oldest first, before anything
 * else is sent. What was left out by hand since is looked for, and not sent.
 */
export async function settleUnsettled(run: Run): Promise<void> {
  const rows = await run.job.unsettled();
  if (rows.length > 0) run.log.info('unsettled', { sourceIds: rows.map(({ sourceId }) => sourceId) });
  const left = new Set(rows.flatMap(({ sourceId, reason }) => (reason === undefined ? [] : [sourceId])));
  for (const unit of await fetchUnits(run, rows)) {
    run.signal.throwIfAborted();
    if (await isThere(run, unit)) continue;
    const leftOut = unit.messages.filter(({ id }) => left.has(id));
    await noteSkipped(
      run,
      leftOut.map(({ id }) => ({ sourceId: id, reason: 'checkpoint' })),
    );
    if (leftOut.length < unit.messages.length) await copyAgain(run, unit, UNFINISHED);
  }
  if ((await run.job.formerTargetFloor()) !== undefined) await run.job.formerTargetSettled();
}

/** Tries what failed in earlier runs again, in order. The copies land at the end of the target as it is now. */
export async function retryFailures(run: Run): Promise<void> {
  const rows = await run.job.failures();
  run.log.info('retry_failed', { messages: rows.length });
  for (const unit of await fetchUnits(run, rows)) {
    run.signal.throwIfAborted();
    await copyAgain(run, unit, FAILED);
  }
}

async function copyAgain(run: Run, unit: Unit, open: Open): Promise<void> {
  const started = startUnit(run, unit, await planUnits(run, [unit], open), open);
  try {
    await finishUnit(run, started);
  } finally {
    await unitIdle(started);
  }
}

/** The messages as they are now; those that are gone are skipped. */
async function fetchUnits(run: Run, rows: readonly MessageRow[]): Promise<Unit[]> {
  const { client, source, signal } = run;
  const ids = rows.map(({ sourceId }) => sourceId).sort((one, other) => one - other);
  for (const id of ids) run.taken.add(id);
  const messages = await fetchMessages(client, source, ids, signal);
  const found = new Set(messages.map(({ id }) => id));
  const gone = ids.filter((id) => !found.has(id));
  await noteSkipped(
    run,
    gone.map((sourceId) => ({ sourceId, reason: 'deleted' })),
  );
  return unitsOf(messages);
}

/** Whether the unit's copies are in the target; then they are recorded as sent. */
async function isThere(run: Run, unit: Unit): Promise<boolean> {
  const { client, target, posted, router, signal } = run;
  const contents = unit.messages.flatMap((message) => {
    const content = classifyMessage(message);
    return content.kind === 'skip' ? [] : [content.message];
  });
  const [first] = contents;
  if (!first || contents.length < unit.messages.length) return false;
  const topicId = await router.route(first);
  const wanted = contents.map(sentContentOf);
  const targetIds =
    (await inFormerTarget(run, wanted)) ??
    (await findSent(client, target, wanted, { afterId: posted.lastId, topicId, signal }));
  if (!targetIds) return false;
  const sourceIds = contents.map(({ id }) => id);
  run.log.info('found_in_target', { sourceIds, targetIds });
  noteSent(run, { sourceIds, targetIds, bytes: 0 });
  await run.record.flush();
  return true;
}

/** The ids of copies that were sent while the target was a basic group, in its older history. */
async function inFormerTarget(
  { client, target, job, signal }: Run,
  wanted: readonly SentContent[],
): Promise<number[] | undefined> {
  const { former, ...now } = target;
  const afterId = await job.formerTargetFloor();
  if (afterId === undefined || !former?.readable) return undefined;
  const group: Chat = { ...now, id: former.id, kind: 'group', peer: former.peer };
  const ids = await findSent(client, group, wanted, { afterId, signal });
  return ids?.map(olderId);
}
