import { isFileKind, type SentContent } from '../base/fingerprint.js';
import { idInChat, isOlder, olderId } from '../base/source-ids.js';
import type { MessageRow } from '../ledger/job.js';
import type { Reduction } from '../messages/losses.js';
import { contentOf } from '../messages/tl/content.js';
import { fingerprintOf, looksAs } from '../messages/tl/fingerprint.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import type { Chat } from '../telegram/chat.js';
import { type Choose, findSent } from '../telegram/find-sent.js';
import { noteLosses } from './note-reduction.js';
import { noteSent } from './outcome.js';
import type { Reporting, Run } from './run.js';

/** `unclear`: something in the target may be their copies, or may come from another send that is in doubt. */
export type Recovery = 'found' | 'absent' | 'unclear';

type RecoveryRun = Reporting &
  Pick<
    Run,
    'client' | 'target' | 'targetTopic' | 'job' | 'router' | 'posted' | 'record' | 'means' | 'signal'
  >;

/** How often to look for messages that can't be sent again because they are gone from the source. */
const LOOKS_FOR_GONE = 3;

/** Whether a send was begun whose end isn't recorded. */
export function isInDoubt({ state, afterId }: MessageRow): boolean {
  return state === 'sending' || afterId !== undefined;
}

/** Groups the rows as they went, or would go, by one call each: those of an album together. */
export function callsOf(rows: readonly MessageRow[]): MessageRow[][] {
  const calls: MessageRow[][] = [];
  const albums = new Map<bigint, MessageRow[]>();
  for (const row of [...rows].sort((one, other) => one.sourceId - other.sourceId)) {
    const album = isAlone(row) ? undefined : row.groupedId;
    const begun = album === undefined ? undefined : albums.get(album);
    if (begun) {
      begun.push(row);
      continue;
    }
    const call = [row];
    calls.push(call);
    if (album !== undefined) albums.set(album, call);
  }
  return calls;
}

/** What isn't a photo or file never went in an album, unless it was forwarded. */
function isAlone({ content }: MessageRow): boolean {
  return content !== undefined && content.kind !== 'forward' && !isFileKind(content.kind);
}

/**
 * Looks for the copies of messages that may have gone by one call, by the notes that the ledger took when it was begun,
 * and records the copies it finds as sent. `messages`: the ones that the source still has. Returns the outcome of each,
 * by source id.
 */
export async function recover(
  run: RecoveryRun,
  rows: readonly MessageRow[],
  messages: ReadonlyMap<number, HistoryMessage>,
): Promise<ReadonlyMap<number, Recovery>> {
  const recovered = new Map<number, Recovery>();
  if (rows.length === 0) return recovered;
  const together = await recoverCall(run, rows, messages);
  for (const row of rows) {
    // Some files of an album may have gone separately: photos that Telegram accepts only as files.
    const isWhole = together !== 'absent' || rows.length === 1;
    recovered.set(row.sourceId, isWhole ? together : await recoverCall(run, [row], messages));
  }
  return recovered;
}

async function recoverCall(
  run: RecoveryRun,
  rows: readonly MessageRow[],
  messages: ReadonlyMap<number, HistoryMessage>,
): Promise<Recovery> {
  const sourceIds = rows.map(({ sourceId }) => sourceId);
  const known = rows.map(({ sourceId, content }) => content ?? contentNow(run, messages.get(sourceId)));
  const [alone, ...others] = rows;
  const items = alone && others.length === 0 ? await run.job.itemsOf(alone.sourceId) : [];
  const contents = [
    ...known.filter((content) => content !== undefined),
    ...items.map(({ content }) => content),
  ];
  // An older version left no notes, and the message is gone from the source or has other content now.
  if (known.includes(undefined)) return sourceIds.every((id) => messages.has(id)) ? 'absent' : 'unclear';
  const present = sourceIds.flatMap((id) => messages.get(id) ?? []);
  const attempts = present.length < rows.length ? LOOKS_FOR_GONE : 1;
  const sought: Sought = { sourceIds, contents, attempts };
  const former = await inFormerTarget(run, rows, sought);
  const { targetIds, isUnclear } = former.targetIds ? former : await inTarget(run, rows, sought, present[0]);
  if (!targetIds) return former.isUnclear || isUnclear ? 'unclear' : 'absent';
  run.log.info('copies_found', { sourceIds, targetIds });
  const report = (): void => {
    // `sending` noted them before the call.
    for (const { sourceId, losses = [] } of rows) noteLosses(run, sourceId, losses as readonly Reduction[]);
  };
  noteSent(run, { sourceIds, targetIds, ways: rows.map(({ way }) => way), bytes: 0 }, report);
  await run.record.flush();
  return 'found';
}

interface Sought {
  readonly sourceIds: readonly number[];
  readonly contents: readonly SentContent[];
  readonly attempts: number;
}

interface Look {
  readonly targetIds: readonly number[] | undefined;
  readonly isUnclear: boolean;
}

async function inTarget(
  run: RecoveryRun,
  rows: readonly MessageRow[],
  sought: Sought,
  first: HistoryMessage | undefined,
): Promise<Look> {
  const topicId: number | 'any' | undefined = first ? await run.router.route(first) : 'any';
  // A message sent while the target was a basic group, and perhaps sent again since, comes after everything known.
  const floors = rows.map(({ afterId }) =>
    afterId === undefined || isOlder(afterId) ? run.posted.lastId : afterId,
  );
  const where = { afterId: Math.min(...floors), topicId, asKnown: (id: number) => id };
  const there = await look(run, run.target, sought, where);
  if (there.targetIds || there.isUnclear || !mayHaveMoved(run, where)) return there;
  return look(run, run.target, sought, { ...where, topicId: 'any' as const });
}

/**
 * Whether messages that go into this topic now may have gone into another before the crash: the topic is newer than the
 * send (AUTO_CREATE_TOPICS was turned on since), or topic_map.json was edited.
 */
function mayHaveMoved(
  { target, targetTopic, job }: RecoveryRun,
  { topicId, afterId }: { readonly topicId: number | 'any' | undefined; readonly afterId: number },
): boolean {
  if (target.kind !== 'forum' || targetTopic !== undefined || topicId === 'any') return false;
  return (topicId ?? 0) > afterId || job.notes.some(({ event }) => event === 'topics_edited');
}

/** Copies that were sent while the target was a basic group are in its older history. */
async function inFormerTarget(run: RecoveryRun, rows: readonly MessageRow[], sought: Sought): Promise<Look> {
  const { former, ...now } = run.target;
  const floor = await run.job.formerTargetFloor();
  const nowhere = { targetIds: undefined, isUnclear: false };
  if (floor === undefined || !former?.readable) return nowhere;
  const floors = rows.map(({ afterId = olderId(floor) }) => afterId);
  if (!floors.every(isOlder)) return nowhere;
  const group: Chat = { ...now, id: former.id, kind: 'group', peer: former.peer };
  return look(run, group, sought, { afterId: Math.min(...floors), topicId: undefined, asKnown: olderId });
}

/** `afterId` and the ids found are the ledger's: `asKnown` converts the chat's ids to them. */
async function look(
  { client, job, signal }: RecoveryRun,
  chat: Chat,
  { sourceIds, contents, attempts }: Sought,
  where: {
    readonly afterId: number;
    readonly topicId: number | 'any' | undefined;
    readonly asKnown: (id: number) => number;
  },
): Promise<Look> {
  const { afterId, topicId, asKnown } = where;
  let isUnclear = false;
  const choose: Choose = async (found) => {
    const candidates = found.map((run) => run.map(asKnown));
    const choice = await job.claim({ sourceIds, contents, candidates, afterId });
    isUnclear = choice === 'unclear';
    return choice;
  };
  const from = await job.lookFrom({ sourceIds, contents, afterId });
  const targetIds = await findSent(client, chat, contents.map(looksAs), {
    afterId: idInChat(from),
    topicId,
    attempts,
    choose,
    signal,
  });
  return { targetIds, isUnclear };
}

function contentNow(
  { means }: Pick<Run, 'means'>,
  message: HistoryMessage | undefined,
): SentContent | undefined {
  const content = message && contentOf(message, means);
  return content && content.kind !== 'skip' ? fingerprintOf(content) : undefined;
}
