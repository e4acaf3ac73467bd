import type { MessageRow } from '../ledger/job.js';
import { type Copyable, isMedia } from '../messages/tl/content.js';
import { refuseProtectedMessage } from '../telegram/protected.js';
import { wayOf } from './carried-media.js';
import { plannedUploads } from './carry-content.js';
import { finishTexts } from './compose/finish-text.js';
import { continueCopies } from './continuations.js';
import { forwardUnits } from './forward.js';
import { asAttempted, type Instead, insteadOf } from './instead.js';
import { expectLosses, forgetSends, takeLosses } from './losses-of-send.js';
import { noteSent, noteSkipped, type Skip, tellEarlier } from './outcome.js';
import { debtsOf, pay } from './owed.js';
import { placeOf } from './place.js';
import { prepare } from './prepare.js';
import { messageRandomId } from './random-id.js';
import { ReplyRefused } from './refused-reply.js';
import type { Run } from './run.js';
import { MOST_MARKED } from './send-record.js';
import { type Outgoing, type Place, sendUnit } from './send-unit.js';
import { settled } from './settled.js';
import type { Unit } from './units.js';
import { withItems, withoutOthers } from './with-items.js';

/** A unit whose messages are being prepared. */
export interface StartedUnit {
  readonly unit: Unit;
  /** Its messages that an earlier run has finished. */
  readonly finished: readonly MessageRow[];
  readonly skips: readonly Skip[];
  /** The groups of messages that go by one call each. */
  readonly groups: readonly StartedGroup[];
}

type StartedGroup = readonly [StartedItem, ...StartedItem[]];

interface StartedItem {
  readonly content: Copyable;
  readonly ready: Promise<Outgoing>;
  /** Whether `ready` has been fulfilled. */
  isReady: boolean;
  /** Whether its album turned out to need more than one call, or its text depends on the messages before it. */
  isApart: boolean;
}

/** The states in which a message may be copied; the others are final. */
export type Open = ReadonlySet<MessageRow['state']>;
export const UNFINISHED: Open = new Set(['planned', 'sending']);
export const FAILED: Open = new Set(['failed']);

/** Messages that go within this many milliseconds are marked as `sending` together. */
const DUE_AT_ONCE_MS = 100;

/** Records messages, and the files of those to be copied, as planned in the ledger; returns each message's row. */
export async function planUnits(
  run: Pick<Run, 'identity' | 'job' | 'random' | 'limits' | 'means' | 'choice'>,
  units: readonly Unit[],
  open: Open = UNFINISHED,
): Promise<ReadonlyMap<number, MessageRow>> {
  const planned = units.flatMap(({ messages }) =>
    messages.map(({ id, groupedId }) => ({
      sourceId: id,
      randomId: messageRandomId(run.identity, id),
      ...(groupedId && { groupedId: BigInt(String(groupedId)) }),
    })),
  );
  const answered = await run.job.plan(planned);
  const rows = new Map(answered.map((row) => [row.sourceId, row]));
  const isOpen = (id: number): boolean => open.has(rows.get(id)?.state ?? 'planned');
  const contents = units.flatMap((unit) =>
    unit.messages.filter(({ id }) => isOpen(id)).map((message) => run.choice.contentOf(unit, message)),
  );
  await run.job.planFiles(contents.flatMap((content) => plannedUploads(run, content)));
  return rows;
}

/** Begins to prepare a unit whose rows are in the ledger. Never throws: `finishUnit` gets the error. */
export function startUnit(
  run: Run,
  unit: Unit,
  rows: ReadonlyMap<number, MessageRow>,
  open: Open = UNFINISHED,
): StartedUnit {
  const finished: MessageRow[] = [];
  const skips: Skip[] = [];
  const contents: Copyable[] = [];
  for (const message of unit.messages) {
    const row = rows.get(message.id);
    const content = asAttempted(run, message, run.choice.contentOf(unit, message), row);
    if (row && !open.has(row.state)) finished.push(row);
    else if (content.kind === 'skip') skips.push({ sourceId: message.id, reason: content.reason });
    else contents.push(content);
  }
  const files = contents.filter(goTogether);
  const others = contents.filter((content) => !goTogether(content));
  // A former file of an album that is text now, or a card, can't stay in the album.
  const groups = [files, ...others.map((other) => [other])].flatMap((group) => startGroup(run, group, rows));
  return { unit, finished, skips, groups };
}

/** Whether it goes by one call with the others of its album. */
function goTogether(content: Copyable): boolean {
  return (isMedia(content) && content.more === undefined) || content.kind === 'forward';
}

function startGroup(
  run: Run,
  contents: readonly Copyable[],
  rows: ReadonlyMap<number, MessageRow>,
): StartedGroup[] {
  const inAlbum = contents.length > 1;
  let before: Promise<unknown> = Promise.resolve();
  const [first, ...rest] = contents.map((content) => {
    const row = storedRow(rows, content.message.id);
    const wasTried = row.attempts > 0;
    const ready = prepare(run, content, { row, wasTried, albumBefore: inAlbum ? before : undefined });
    const item: StartedItem = { content, ready, isReady: false, isApart: false };
    const noted = ready.then((outgoing) => {
      const { carried, draft } = outgoing;
      expectLosses(run, [outgoing], 'unknown');
      item.isReady = true;
      // A text that is noted is sent again as it is, without what may have to stand in for its reply.
      const isFinal = !draft || (draft.isFallback && !run.texts.has(content.message.id));
      item.isApart = !isFinal || (inAlbum && carried?.isPhotoAsFile === true);
    });
    before = Promise.allSettled([before, noted]);
    return item;
  });
  return first ? [[first, ...rest]] : [];
}

/**
 * The row's random_id is the one to send: it was made when the message was planned, perhaps by another version.
 * Computed again it could differ, and Telegram would take a send that is in doubt for a new message.
 */
function storedRow(rows: ReadonlyMap<number, MessageRow>, sourceId: number): MessageRow {
  const row = rows.get(sourceId);
  if (!row) throw new Error(`Message ${sourceId} was not planned.`);
  return row;
}

/** Resolves when nothing of the unit is being prepared any more. */
export async function unitIdle({ groups }: StartedUnit): Promise<void> {
  await Promise.allSettled(groups.flat().map(({ ready }) => ready));
}

/** Returns the units that have begun behind this one, in order. */
type Ahead = () => readonly StartedUnit[];

const NOBODY: Ahead = () => [];

/**
 * Finishes a unit, after all before it: each of its messages ends up sent, skipped or failed, in the ledger, and is
 * reported as such. Throws errors that concern the whole run; a later run then continues with the unfinished messages.
 */
export async function finishUnit(
  run: Run,
  { finished, skips, groups }: StartedUnit,
  ahead: Ahead = NOBODY,
): Promise<void> {
  for (const row of finished) tellEarlier(run, row);
  await noteSkipped(run, skips);
  for (const group of groups) await finishGroup(run, group, group === groups.at(-1) ? ahead : NOBODY);
}

async function finishGroup(run: Run, group: StartedGroup, ahead: Ahead): Promise<void> {
  const [first] = group;
  const allIds = group.map(({ content }) => content.message.id);
  for (const { content } of group) refuseProtectedMessage(content.message, run.source, run.allowProtected);
  const routed = await settled(run, allIds, async () => ({
    id: await run.router.route(first.content.message),
  }));
  if (!routed) return forgetSends(run, allIds);
  const outgoing: Outgoing[] = [];
  for (const { content, ready } of group) {
    const item = await settled(run, [content.message.id], () => ready);
    if (item) outgoing.push(item);
  }
  if (first.content.kind === 'forward') {
    await forwardUnits(run, [outgoing], routed.id);
    return;
  }
  const isReduced = outgoing.length < group.length;
  const parts = sentTogether(isReduced ? outgoing.map(withoutOthers) : outgoing);
  for (const part of parts) await sendPart(run, part, routed.id, part === parts.at(-1) ? ahead : NOBODY);
}

/** Splits an album into calls: photos that can only go as files come after the others, in messages of their own. */
function sentTogether(outgoing: readonly Outgoing[]): (readonly Outgoing[])[] {
  const others = outgoing.filter(({ carried }) => !carried?.isPhotoAsFile);
  const files = outgoing.filter(({ carried }) => carried?.isPhotoAsFile);
  return [others, files].filter(({ length }) => length > 0);
}

async function sendPart(
  run: Run,
  ready: readonly Outgoing[],
  topicId: number | undefined,
  ahead: Ahead,
  wanted?: Place,
): Promise<void> {
  const [head] = ready;
  if (!head) return;
  const sourceIds = ready.map(({ message }) => message.id);
  const place = wanted ?? (await placeOf(run, head, topicId));
  const outgoing = await settled(run, sourceIds, () => finishTexts(run, ready, place));
  if (!outgoing) return forgetSends(run, sourceIds);
  const isOther = expectLosses(run, outgoing, place);
  if (isOther || outgoing.some((item, index) => item !== ready[index])) run.record.unmark(sourceIds);
  const noteAgain = async (): Promise<void> => {
    if (expectLosses(run, outgoing, place)) await run.record.sending(sourceIds, []);
  };
  const messages = outgoing.flatMap(withItems).length;
  const sent = await settled(run, sourceIds, async () => {
    await run.interval.turn(messages, run.signal);
    const next = dueAtOnce(run, ahead(), MOST_MARKED - outgoing.length);
    await run.record.sending(sourceIds, next);
    const rehearsed = run.rehearsal?.targetIds(messages);
    if (rehearsed) return rehearsed;
    try {
      const ids = await run.record.during(
        sendUnit(run, outgoing.flatMap(withItems), place, noteAgain, { replyOrThrow: true }),
      );
      run.interval.answered();
      return ids;
    } catch (error) {
      run.signal.throwIfAborted();
      if (error instanceof ReplyRefused) return 'unanswered';
      const instead = await insteadOf(run, outgoing, error);
      if (instead) return instead;
      throw error;
    }
  });
  // What stands in for the reply joins the text, which is noted before the next attempt.
  if (sent === 'unanswered')
    return sendPart(run, ready, topicId, NOBODY, topicId === undefined ? {} : { topicId });
  if (sent && 'ready' in sent) return sendInstead(run, sent, topicId);
  if (!sent) return forgetSends(run, sourceIds);
  await noteCopies(run, { outgoing, targetIds: sent, place, topicId }, ahead);
}

/** What was refused fails, each message for its own reason; what stands in for it is sent. */
async function sendInstead(run: Run, { failed, ready }: Instead, topicId: number | undefined): Promise<void> {
  for (const { sourceId, error } of failed) {
    await settled(run, [sourceId], () => Promise.reject(error));
    forgetSends(run, [sourceId]);
  }
  await sendPart(run, ready, topicId, NOBODY);
}

interface Posted {
  readonly outgoing: readonly Outgoing[];
  readonly targetIds: readonly number[];
  readonly place: Place;
  readonly topicId: number | undefined;
}

async function noteCopies(
  run: Run,
  { outgoing, targetIds, place, topicId }: Posted,
  ahead: Ahead,
): Promise<void> {
  const sourceIds = outgoing.map(({ message }) => message.id);
  run.lone.sent(outgoing.some(({ carried }) => carried) ? 'file' : 'text');
  const bytes = outgoing.flatMap(withItems).reduce((sum, { carried }) => sum + (carried?.bytes ?? 0), 0);
  const { losses, report } = takeLosses(run, outgoing, place);
  const ways = outgoing.map(({ carried }) => wayOf(carried));
  noteSent(run, { sourceIds, targetIds, losses, ways, bytes }, report);
  const isContinued = outgoing.some(({ continuations }) => continuations);
  forgetSends(run, sourceIds);
  const debts = debtsOf(outgoing, targetIds);
  if (isContinued || debts.length > 0 || !isNextDue(run, ahead())) await run.record.flush();
  for (const debt of debts) await pay(run, debt);
  if (isContinued) await continueCopies(run, outgoing, targetIds, topicId);
}

/** At most `most` messages that are ready and go within DUE_AT_ONCE_MS after this one, with nothing else in between. */
function dueAtOnce({ interval, stopOnError }: Run, ahead: readonly StartedUnit[], most: number): number[] {
  const ids: number[] = [];
  if (stopOnError) return ids;
  for (const { groups, skips, finished } of ahead) {
    const [group] = groups;
    if (!group || groups.length > 1 || skips.length > 0 || finished.length > 0) break;
    const count = ids.length + group.length;
    const isDue = count * interval.intervalMs <= DUE_AT_ONCE_MS && count <= most;
    if (!isDue || !group.every(({ isReady, isApart }) => isReady && !isApart)) break;
    ids.push(...group.map(({ content }) => content.message.id));
  }
  return ids;
}

/** Whether the next message is already marked and goes now: then this one is recorded together with it. */
function isNextDue({ interval, record }: Run, [next]: readonly StartedUnit[]): boolean {
  const ids = next?.groups[0]?.map(({ content }) => content.message.id) ?? [];
  return ids.length > 0 && interval.waitMs === 0 && record.areMarked(ids);
}
