import { idInChat, isOlder } from '../base/source-ids.js';
import { pinMessage, pinnedIds } from '../telegram/pins.js';
import { noteLosses } from './note-reduction.js';
import { isRefused } from './refused.js';
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
 * once for each.
 */
export async function copyPins(run: PinRun): Promise<void> {
  const wanted = await pinnedCopies(run);
  if (wanted.length === 0) return;
  const there = new Set(await listed(run, run.target));
  let allowed = run.target.canPin !== false;
  for (const pin of wanted) {
    if (there.has(pin.targetId)) continue;
    const result = allowed ? await attempt(run, pin) : 'refused';
    if (result === 'forbidden') allowed = false;
    if (result === 'done') count(run, pin);
    else if (!pin.wasRefused) await lose(run, pin);
  }
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
  { client, target, interval, rehearsal, signal }: PinRun,
  { targetId }: Pin,
): Promise<'done' | 'refused' | 'forbidden'> {
  // It is in the basic group that the target used to be.
  if (isOlder(targetId)) return 'refused';
  // Groups get a service message about it.
  if (target.kind !== 'channel') await interval.turn(1, signal);
  if (rehearsal) return 'done';
  try {
    await pinMessage(client, target, idInChat(targetId), signal);
    return 'done';
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
