import { isOlder } from '../base/source-ids.js';
import type { MessageRow } from '../ledger/job.js';
import type { HistoryMessage } from '../messages/tl/message.js';
import { editMessage } from '../telegram/edit.js';
import { fetchMessages } from '../telegram/history.js';
import { sendAgain } from './again.js';
import { plannedUploads } from './carry-content.js';
import { Choice } from './choice.js';
import { finishTexts } from './compose/finish-text.js';
import { finishInFlight } from './in-flight.js';
import { tellUnrepaired } from './outcome.js';
import { placeOf } from './place.js';
import { prepare } from './prepare.js';
import { withRepairs } from './repairs.js';
import type { Run } from './run.js';
import type { Outgoing } from './send-unit.js';
import { completeStories } from './stories.js';
import { verdictOf } from './verdicts.js';

/**
 * Repairs what `telepi verify --repair` has queued: sends messages again whose copies are gone, and edits copies that are
 * wrong until they are like their originals, files included. An edit that Telegram refuses (it allows most for 48 hours)
 * counts as failed and isn't tried again.
 */
export async function repairCopies(run: Run): Promise<void> {
  const rows = await run.job.toRepair();
  if (rows.length === 0) return;
  run.log.info('repairs_begun', { messages: rows.length });
  await sendAgain(
    run,
    rows.filter(({ repair, state }) => repair === 'send' && state === 'failed'),
  );
  const wrong = rows.filter(({ repair, state }) => repair === 'edit' && state === 'sent');
  const ids = wrong.map(({ sourceId }) => sourceId);
  const originals = await fetchMessages(run.client, run.source, ids, run.signal);
  await completeStories(run, originals, run.signal);
  const messages = new Map(originals.map((message) => [message.id, message]));
  for (const row of wrong) {
    run.signal.throwIfAborted();
    await repairCopy(run, row, messages.get(row.sourceId));
    await run.job.repaired([row.sourceId]);
  }
}

async function repairCopy(
  run: Run,
  { sourceId, targetId = 0 }: MessageRow,
  message: HistoryMessage | undefined,
): Promise<void> {
  // Without its original, and in the group that the target used to be, nothing can be done.
  if (!message || isOlder(targetId)) return;
  try {
    const outgoing = await readyAgain(run, message);
    if (!outgoing) return;
    await run.interval.turn(1, run.signal);
    await edit(run, targetId, outgoing);
    run.interval.answered();
    run.onEvent({ kind: 'repaired', sourceId, targetId });
    run.log.info('copy_repaired', { sourceId, targetId });
  } catch (error) {
    run.signal.throwIfAborted();
    if (verdictOf(error) === 'run') throw error;
    tellUnrepaired(run, sourceId, error);
  } finally {
    for (const notes of [run.contents, run.texts, run.ways, run.owed]) notes.delete(sourceId);
  }
}

/** Undefined when the message isn't one that is copied any more. */
async function readyAgain(run: Run, message: HistoryMessage): Promise<Outgoing | undefined> {
  const choice = new Choice({ source: run.source, means: run.means });
  const content = choice.contentOf({ messages: [message] }, message);
  if (content.kind === 'skip') return undefined;
  await run.job.planFiles(plannedUploads(run, content));
  const row = { sourceId: message.id, state: 'sent', randomId: 0n, attempts: 0 } as const;
  const ready = await prepare(run, content, { row, wasTried: false, albumBefore: undefined });
  const [finished] = await finishTexts(run, [ready], await placeOf(run, ready, undefined));
  return finished;
}

async function edit(
  run: Run,
  targetId: number,
  { carried, media, preview, text, entities, noWebpage, invertMedia }: Outgoing,
): Promise<void> {
  const { client, target } = run;
  const call = (): Promise<void> =>
    finishInFlight(run, (signal) => {
      const edited = { text, entities, media: carried?.input() ?? media ?? preview, noWebpage, invertMedia };
      return editMessage(client, target, targetId, edited, { signal });
    });
  await withRepairs(run, call, async (part) => {
    await carried?.repair(part);
  });
}
