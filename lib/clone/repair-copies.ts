import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import { isOlder, shownId } from '../base/source-ids.js';
import type { ContinuationRow, MessageRow } from '../ledger/job.js';
import type { Copyable } from '../messages/tl/content.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { editMessage } from '../telegram/edit.js';
import { fetchMessages } from '../telegram/history.js';
import { sendAgain } from './again.js';
import { asSent, refuseOtherWords } from './as-sent.js';
import { askLedger } from './ask-ledger.js';
import { plannedUploads } from './carry-content.js';
import { Choice } from './choice.js';
import { inputText } from './compose/composed.js';
import { finishTexts } from './compose/finish-text.js';
import { textOf } from './continuations.js';
import { finishInFlight } from './in-flight.js';
import { forgetSends } from './losses-of-send.js';
import { tellUnrepaired } from './outcome.js';
import { owedTo, pay } from './owed.js';
import { placeOf } from './place.js';
import { prepare } from './prepare.js';
import { withRepairs } from './repairs.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';
import { completeStories } from './stories.js';
import { verdictOf } from './verdicts.js';

/**
 * Repairs what `telepi verify --repair` has queued: sends messages again whose copies are gone, and edits copies that are
 * wrong until they are like their originals, files included; of a poll nothing can be changed but its end. An edit that
 * Telegram refuses (it allows most for 48 hours), and a copy whose original is gone, count as failed and aren't tried
 * again.
 */
export async function repairCopies(run: Run): Promise<void> {
  const { repairs } = run.job;
  const rows = await repairs.messages();
  const parts = await repairs.continuations();
  if (rows.length + parts.length === 0) return;
  run.log.info('repairs_begun', { messages: rows.length, continuations: parts.length });
  await sendAgain(
    run,
    rows.filter(({ repair, state }) => repair === 'send' && state === 'failed'),
  );
  const wrong = rows.filter(({ repair, state }) => repair === 'edit' && state === 'sent');
  for (let start = 0; start < wrong.length; start += TOGETHER) {
    const page = wrong.slice(start, start + TOGETHER);
    const ids = page.map(({ sourceId }) => sourceId);
    const originals = await fetchMessages(run.client, run.source, ids, run.signal);
    await completeStories(run, originals, run.signal);
    const messages = new Map(originals.map((message) => [message.id, message]));
    for (const row of page) {
      run.signal.throwIfAborted();
      await repairCopy(run, row, messages.get(row.sourceId));
      await repairs.done([row.sourceId]);
    }
  }
  for (const part of parts) await repairContinuation(run, part);
}

/** How many originals are held in memory, at most. */
const TOGETHER = 100;

async function repairCopy(run: Run, row: MessageRow, message: HistoryMessage | undefined): Promise<void> {
  const { sourceId, targetId = 0 } = row;
  try {
    if (!message) throw originalGone(sourceId);
    if (isOlder(targetId)) throw inFormerGroup(sourceId);
    const isRepaired = await finishAgain(run, row, message);
    if (!isRepaired) throw nothingToEdit(sourceId);
    run.onEvent({ kind: 'repaired', sourceId, targetId });
    run.log.info('copy_repaired', { sourceId, targetId });
  } catch (error) {
    run.signal.throwIfAborted();
    if (verdictOf(error) === 'run') throw error;
    tellUnrepaired(run, sourceId, error);
  } finally {
    forgetSends(run, [sourceId]);
  }
}

function originalGone(sourceId: number): FailedError {
  return new FailedError(
    'ORIGINAL_GONE',
    `Message ${shownId(sourceId)} is no longer in the source, so its copy stays as it is: delete the copy if it is not wanted.`,
  );
}

function inFormerGroup(sourceId: number): FailedError {
  return new FailedError(
    'FORMER_GROUP',
    `The copy of message ${shownId(sourceId)} stands in the basic group that the target used to be, which nobody can write to any more: it stays as it is.`,
  );
}

function nothingToEdit(sourceId: number): FailedError {
  return new FailedError(
    'NOTHING_TO_EDIT',
    `No edit makes the copy of message ${shownId(sourceId)} like its original: delete the copy, and the next telepi verify --repair has the message sent again.`,
  );
}

/** Whether anything could be done about the copy. */
async function finishAgain(run: Run, row: MessageRow, message: HistoryMessage): Promise<boolean> {
  const { sourceId, targetId = 0, sentText, losses } = row;
  // Where everything is forwarded, a copy is created again all the same: what Telegram has forwarded can't be edited.
  const choice = new Choice({ source: run.source, means: { ...run.means, forwards: false } });
  const content = choice.contentOf({ messages: [message] }, message);
  if (content.kind === 'skip') {
    // A card is wanted no longer, but it is there.
    if (!sentText || !losses?.includes('card')) return false;
    await editText(run, targetId, sentText);
    return true;
  }
  const owed = owedTo(content);
  const isPoll = content.kind === 'planned' && content.plan.kind === 'poll';
  if (!isPoll) {
    const { outgoing, isOwn } = await readyAgain(run, row, editable(content));
    const noted = run.texts.get(sourceId)?.text;
    refuseOtherWords(row, noted);
    await run.interval.turn(1, run.signal);
    await askLedger(run);
    await edit(run, targetId, outgoing);
    run.interval.answered();
    const lost = [...outgoing.reductions, ...(outgoing.carried?.reductions ?? [])];
    await run.job.repairs.edited(sourceId, { text: isOwn ? '' : noted, losses: lost });
  }
  if (owed !== undefined) await pay(run, { sourceId, targetId, owed });
  return !isPoll || owed !== undefined;
}

/** What an edit can make of a copy: the caption alone of a voice message, a sticker or a round video. */
function editable(content: Copyable): Copyable {
  if (content.kind !== 'document' || content.spot !== undefined) return content;
  const isFixed = content.document.attributes.some(
    (each) =>
      each instanceof Api.DocumentAttributeSticker ||
      (each instanceof Api.DocumentAttributeAudio && each.voice) ||
      (each instanceof Api.DocumentAttributeVideo && each.roundMessage),
  );
  if (!isFixed) return content;
  const { message, losses } = content;
  return { kind: 'text', message, losses, spots: [] };
}

async function readyAgain(
  given: Run,
  noted: MessageRow,
  content: Copyable,
): Promise<{ readonly outgoing: Outgoing; readonly isOwn: boolean }> {
  const { run, sentText, isOwn } = asSent(given, noted, content);
  await run.job.planFiles(plannedUploads(run, content));
  const row = {
    sourceId: content.message.id,
    state: 'sending',
    randomId: 0n,
    attempts: 0,
    ...(sentText !== undefined && { sentText }),
  } as const;
  const ready = await prepare(run, content, { row, wasTried: false, albumBefore: undefined });
  const [outgoing = ready] = await finishTexts(run, [ready], await placeOf(run, ready, undefined));
  return { outgoing, isOwn };
}

async function repairContinuation(run: Run, row: ContinuationRow): Promise<void> {
  const { sourceId, targetId = 0, text } = row;
  run.signal.throwIfAborted();
  try {
    if (isOlder(targetId)) throw inFormerGroup(sourceId);
    if (text === undefined) throw nothingToEdit(sourceId);
    await editText(run, targetId, text);
    run.onEvent({ kind: 'repaired', sourceId, targetId });
    run.log.info('copy_repaired', { sourceId, targetId, part: row.part });
  } catch (error) {
    run.signal.throwIfAborted();
    if (verdictOf(error) === 'run') throw error;
    tellUnrepaired(run, sourceId, error);
  }
  await run.job.repairs.continuationDone(row);
}

/** `noted`: in the words of the ledger. */
async function editText(run: Run, targetId: number, noted: string): Promise<void> {
  const { text, entities: styled } = textOf(noted);
  const { entities } = await inputText(run, { text, entities: styled });
  await run.interval.turn(1, run.signal);
  await askLedger(run);
  const edited = { text, entities, noWebpage: true, invertMedia: false };
  await finishInFlight(run, (signal) => editMessage(run.client, run.target, targetId, edited, { signal }));
  run.interval.answered();
}

async function edit(
  run: Run,
  targetId: number,
  { carried, media, preview, rich, text, entities, noWebpage, invertMedia }: Outgoing,
): Promise<void> {
  const { client, target } = run;
  const call = (): Promise<void> =>
    finishInFlight(run, (signal) => {
      // What a rich message refers to is part of it.
      const what = rich ? { rich: rich() } : { media: carried?.input() ?? media ?? preview };
      const edited = { text, entities, ...what, noWebpage, invertMedia };
      return editMessage(client, target, targetId, edited, { signal });
    });
  await withRepairs(run, call, async (part) => {
    await carried?.repair(part);
  });
}
