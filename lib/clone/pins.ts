import { idInChat, isOlder } from '../base/source-ids.js';
import { isRefused } from '../refusals/refused.js';
import { newestMessages } from '../telegram/history.js';
import { deletePinNotes, pinMessage, pinnedIds } from '../telegram/pins.js';
import { askLedger } from './ask-ledger.js';
import { noteLosses } from './note-reduction.js';
import type { Reporting, Run } from './run.js';
import { verdictOf } from './verdicts.js';

type PinRun = Reporting &
  Pick<Run, 'client' | 'source' | 'target' | 'job' | 'interval' | 'rehearsal' | 'signal'>;

/** A copy whose original is pinned. */
interface Pin {
  readonly sourceId: number;
  readonly targetId: number;
  /** The ledger knows already that it could not be pinned. */
  readonly wasRefused: boolean;
}

/**
 * Pins the copies of the source's pinned messages, oldest first, so that the target shows them in the source's order: at
 * the end of every run, whatever way they went, so that the next run does it if this one is killed, and so that a
 * message that is pinned later is pinned then. What somebody has unpinned in the source stays pinned in the target,
 * since nobody knows who pinned it there. Where this account may not pin, that is a loss of these messages, counted
 * once for each. Notes that Telegram makes about pins are deleted, also those of a run that was cut off.
 */
export async function copyPins(run: PinRun): Promise<void> {
  const wanted = await pinnedCopies(run);
  await clearNotes(run, wanted);
  if (wanted.length === 0) return;
  const there = new Set(await listed(run, run.target));
  const missing = wanted.filter(({ targetId }) => !there.has(targetId));
  let allowed = run.target.canPin !== false;
  if (allowed && missing.length > 0) await markNotes(run);
  let mayLeaveNotes = false;
  for (const pin of missing) {
    const result = allowed ? await attempt(run, pin) : 'refused';
    if (result === 'forbidden') allowed = false;
    if (result === 'was_pinned') mayLeaveNotes = true;
    if (result === 'pinned' || result === 'was_pinned') count(run, pin);
    else if (!pin.wasRefused) await lose(run, pin);
  }
  if (mayLeaveNotes) await clearNotes(run, wanted);
  else if (missing.length > 0 && leavesNotes(run)) await run.job.pinMark?.remove();
}

/** A silent pin in a channel leaves no note. */
function leavesNotes({ target, rehearsal }: PinRun): boolean {
  return target.kind !== 'channel' && !rehearsal;
}

/** Notes where the notes about the coming pins are found, should this run not get to delete them. */
async function markNotes(run: PinRun): Promise<void> {
  const { client, target, job, signal } = run;
  if (!leavesNotes(run)) return;
  const [newest] = await newestMessages(client, target, 1, signal);
  await job.pinMark?.write({ chat: target.id, afterId: newest?.id ?? 0 });
}

/** Deletes the notes about pins whose answer never came. */
async function clearNotes(run: PinRun, wanted: readonly Pin[]): Promise<void> {
  const { client, target, job, signal } = run;
  if (!leavesNotes(run)) return;
  const mark = await job.pinMark?.read();
  if (!mark) return;
  // Those in the basic group that the target used to be can't be deleted any more.
  if (mark.chat === target.id) {
    const pinned = new Set(wanted.map(({ targetId }) => targetId));
    await askLedger(run);
    await deletePinNotes(client, target, { pinned, afterId: mark.afterId }, signal);
  }
  await job.pinMark?.remove();
}

async function pinnedCopies(run: PinRun): Promise<Pin[]> {
  const sourceIds = await listed(run, run.source);
  const rows = await run.job.find(sourceIds);
  return sourceIds.flatMap((sourceId) => {
    const { state, targetId, losses } = rows.get(sourceId) ?? {};
    if (state !== 'sent' || targetId === undefined) return [];
    return [{ sourceId, targetId, wasRefused: losses?.includes('pinned') === true }];
  });
}

/** A server that doesn't list pinned messages (to a bot) has none for us. */
async function listed({ client, log, signal }: PinRun, chat: PinRun['source']): Promise<readonly number[]> {
  try {
    return await pinnedIds(client, chat, signal);
  } catch (error) {
    if (!isRefused(error)) throw error;
    log.warn('pins_unknown', { chat: chat.id, error: error.errorMessage });
    return [];
  }
}

/** `forbidden`: the other copies needn't be tried either. */
async function attempt(
  run: PinRun,
  { targetId }: Pin,
): Promise<'pinned' | 'was_pinned' | 'refused' | 'forbidden'> {
  const { client, target, interval, rehearsal, signal } = run;
  // It is in the basic group that the target used to be.
  if (isOlder(targetId)) return 'refused';
  // Groups get a service message about it.
  if (target.kind !== 'channel') await interval.turn(1, signal);
  if (rehearsal) return 'pinned';
  await askLedger(run);
  try {
    return await pinMessage(client, target, idInChat(targetId), signal);
  } catch (error) {
    if (!isRefused(error)) throw error;
    return verdictOf(error) === 'message' ? 'refused' : 'forbidden';
  }
}

function count({ tally, onEvent, log }: PinRun, { sourceId, targetId }: Pin): void {
  tally.pinned();
  onEvent({ kind: 'pinned', sourceId, targetId });
  log.info('copy_pinned', { sourceId, targetId });
}

async function lose(run: PinRun, { sourceId }: Pin): Promise<void> {
  noteLosses(run, sourceId, ['pinned'], await run.job.lacks(sourceId, ['pinned']));
}
