import { Api } from 'telegram/tl/index.js';
import { messageOf } from '../base/errors.js';
import { isOlder } from '../base/source-ids.js';
import type { ContinuationRow } from '../ledger/job.js';
import type { FormattedText } from '../messages/document/text.js';
import type { Reduction } from '../messages/losses.js';
import { looksAs, textFingerprint } from '../messages/tl/fingerprint.js';
import { findSent } from '../telegram/find-sent.js';
import { fetchMessages } from '../telegram/history.js';
import { GENERAL_TOPIC } from '../telegram/topics.js';
import { ofClosedTopic } from './closed-topic.js';
import { inputText } from './compose/composed.js';
import { noteLosses } from './note-reduction.js';
import { tellStopped } from './outcome.js';
import type { Run } from './run.js';
import { type Outgoing, type Place, type Sendable, sendUnit } from './send-unit.js';
import { stoppedOnError } from './settled.js';
import { failureReason, verdictOf } from './verdicts.js';

/**
 * Sends what continues copies that earlier runs have sent, oldest first. `retry`: also what was refused then; else a
 * message is left as it is from its first refused part on.
 */
export async function continueOwed(
  run: Run,
  { retry = false }: { readonly retry?: boolean } = {},
): Promise<void> {
  const owed = new Map<number, ContinuationRow[]>();
  for (const row of await run.job.owedContinuations()) {
    owed.set(row.sourceId, [...(owed.get(row.sourceId) ?? []), row]);
  }
  const copies = await run.job.find([...owed.keys()]);
  for (const [sourceId, rows] of owed) {
    const { targetId } = copies.get(sourceId) ?? {};
    if (targetId === undefined) continue;
    const refused = retry ? -1 : rows.findIndex(({ state }) => state === 'failed');
    await continueCopy(run, targetId, refused < 0 ? rows : rows.slice(0, refused));
  }
}

/** Sends what continues copies that were just sent, which are durable. `targetIds` in the order of `items`. */
export async function continueCopies(
  run: Run,
  items: readonly Outgoing[],
  targetIds: readonly number[],
  topicId: number | undefined,
): Promise<void> {
  for (const [index, { message, continuations = 0, silent }] of items.entries()) {
    const targetId = targetIds[index];
    if (continuations === 0 || targetId === undefined) continue;
    if (run.rehearsal) {
      await run.interval.turn(continuations, run.signal);
      continue;
    }
    const rows = await run.job.continuationsOf(message.id);
    const place = { replyTo: { messageId: targetId }, ...(topicId !== undefined && { topicId }) };
    await continueCopy(run, targetId, rows, { place, silent });
  }
}

interface Behind {
  readonly place: Place;
  readonly silent: boolean;
}

/** Each part is durable before the next one is begun; a part that is refused ends the message. */
async function continueCopy(
  run: Run,
  copyId: number,
  rows: readonly ContinuationRow[],
  known?: Behind,
): Promise<void> {
  if (rows.length === 0) return;
  const behind = known ?? (await placeBehind(run, copyId));
  for (const row of rows) {
    try {
      const targetId =
        (await findContinuation(run, copyId, row)) ?? (await sendContinuation(run, row, behind));
      run.posted.lastId = Math.max(run.posted.lastId, targetId);
      await run.job.continued(row, targetId);
      run.log.info('message_continued', { sourceId: row.sourceId, part: row.part, targetId });
    } catch (thrown) {
      run.signal.throwIfAborted();
      const error = ofClosedTopic(run, thrown);
      if (verdictOf(error) === 'run') throw error;
      await run.job.continuationFailed(row, failureReason(error), messageOf(error));
      if (run.stopOnError) throw stoppedOnError(run, [row.sourceId], error);
      tellStopped(run, [row.sourceId], error);
      return;
    }
  }
}

/** The copy is answered, in its own topic. When it is gone from the target, the text stands alone. */
async function placeBehind(run: Run, copyId: number): Promise<Behind> {
  const { client, target, signal } = run;
  const [copy] = isOlder(copyId) ? [] : await fetchMessages(client, target, [copyId], signal);
  if (!(copy instanceof Api.Message)) return { place: {}, silent: true };
  const topicId = target.kind === 'forum' ? topicIn(copy) : undefined;
  return {
    place: { replyTo: { messageId: copyId }, ...(topicId !== undefined && { topicId }) },
    silent: copy.silent === true,
  };
}

function topicIn({ replyTo }: Api.Message): number {
  const header = replyTo instanceof Api.MessageReplyHeader && replyTo.forumTopic ? replyTo : undefined;
  return header?.replyToTopId || header?.replyToMsgId || GENERAL_TOPIC;
}

/** Looks for the message that an attempt of an earlier process has posted. */
async function findContinuation(
  { client, target, job, signal }: Run,
  copyId: number,
  { state, afterId, text = '' }: ContinuationRow,
): Promise<number | undefined> {
  if (afterId === undefined || (state !== 'sending' && state !== 'failed')) return undefined;
  const looks = looksAs(textFingerprint(textOf(text).text));
  const answers = ({ replyTo }: Api.Message): boolean =>
    !(replyTo instanceof Api.MessageReplyHeader) ||
    replyTo.replyToMsgId === copyId ||
    replyTo.forumTopic === true;
  const found = await findSent(client, target, [(message) => looks(message) && answers(message)], {
    afterId: isOlder(afterId) ? 0 : afterId,
    topicId: 'any',
    choose: chooser(job),
    signal,
  });
  return found?.[0];
}

async function sendContinuation(run: Run, row: ContinuationRow, { place, silent }: Behind): Promise<number> {
  const text = textOf(row.text ?? '');
  const { entities, lostMentions } = await inputText(run, text);
  const mentions = Array<Reduction>(lostMentions).fill('mention');
  const item: Sendable = {
    message: { id: row.sourceId },
    content: textFingerprint(text.text),
    randomId: row.randomId,
    text: text.text,
    entities,
    silent,
    invertMedia: false,
    noWebpage: true,
    reductions: [],
    choose: chooser(run.job),
  };
  await run.interval.turn(1, run.signal);
  await run.job.continuing(row, run.posted.lastId);
  const [targetId] = await sendUnit(run, [item], place, () => noteLost(run, row.sourceId, mentions));
  run.losses.delete(row.sourceId);
  run.interval.answered();
  if (targetId === undefined) throw new Error('A message that was sent has no id.');
  return targetId;
}

/** What the continuation loses is a loss of its message: durable before the call that loses it. */
async function noteLost(run: Run, sourceId: number, mentions: readonly Reduction[]): Promise<void> {
  const lost = [...mentions, ...(run.losses.get(sourceId) ?? [])];
  if (lost.length === 0) return;
  const before = await run.job.lacks(sourceId, lost);
  const added = lost.filter((each) => !before.includes(each));
  noteLosses(run, sourceId, added, before);
}

/** One part is under way at a time, so the first message that nobody else's copy explains is this part's. */
function chooser(job: Pick<Run['job'], 'unclaimed'>): NonNullable<Sendable['choose']> {
  return async (candidates) => {
    const free = await job.unclaimed(candidates.flat());
    return candidates.find(([id]) => id !== undefined && free.includes(id)) ?? 'none';
  };
}

/** The text that the ledger has noted for a continuation. */
export function textOf(noted: string): FormattedText {
  return JSON.parse(noted) as FormattedText;
}
