import { linkAbort } from '../base/abort.js';
import { MIB } from '../base/bytes.js';
import { messageOf } from '../base/errors.js';
import { together } from '../base/together.js';
import type { Job } from '../ledger/job.js';
import { newestMessages } from '../telegram/history.js';
import { readLimits } from '../telegram/limits.js';
import { partUploader } from '../telegram/upload.js';
import { retryFailures, settleUnsettled } from './again.js';
import { CheckpointKeeper } from './checkpoint-keeper.js';
import { Choice } from './choice.js';
import { DEFAULT_TEXT } from './compose/text-options.js';
import { copyHistory } from './copy-history.js';
import { refuseChangedForwards } from './forward.js';
import { leasedClient } from './leased-client.js';
import { LoneFaults } from './lone-fault.js';
import { meansOf } from './means.js';
import { countMissed, missedMessages } from './missed.js';
import type { CloneOptions } from './options.js';
import { payDebts } from './owed.js';
import { PartJournal } from './part-journal.js';
import { copyPins } from './pins.js';
import { copyProfile } from './profile.js';
import { endOf } from './range.js';
import { repairCopies } from './repair-copies.js';
import type { Run } from './run.js';
import { SendRecord } from './send-record.js';
import { sharedSlots } from './shared-slots.js';
import { shownSummary, tellingShownIds } from './shown-ids.js';
import { SourceReader } from './source-reader.js';
import { type CloneSummary, Tally } from './summary.js';
import { createTopicRouter } from './topic-router.js';
import { copyTopicStates } from './topic-states.js';
import { settleTopics } from './topics-in-doubt.js';
import { TransferGate } from './transfer-gate.js';
import { countUnread, passOver, unreadAbove } from './unread.js';

/** How many files are carried over at once, at most: more small ones than needed to hide a few round trips. */
const MOST_FILES = 8;
/**
 * The next file begins when the files before it have fewer bytes than this left: the amount a fast line holds in
 * flight.
 */
const BYTES_TO_COME = 16 * MIB;

/**
 * Clones the source's history into the target, oldest first, from the job's checkpoint on, including messages that
 * arrive while it runs. Resolves when nothing is left; messages that failed are in the summary.
 *
 * Runs `preflight` first, which refuses a clone that can't go well. Throws errors that concern every message: no right
 * to post, no network, not signed in, a full disk. When `signal` aborts, it finishes the send that is under way and
 * throws the signal's reason. In each case the checkpoint is in front of the first unfinished message, and the last
 * event, `end`, carries the summary.
 */
export async function runClone(given: CloneOptions): Promise<CloneSummary> {
  // Any number of files may be under way, each with its listener.
  const life = linkAbort(given.signal);
  const { job } = given;
  const client = job.term ? leasedClient(given.client, job.term) : given.client;
  const options = { ...given, ...tellingShownIds(given), client, signal: life.signal };
  const { clock, log, onEvent, signal } = options;
  const tally = new Tally();
  const began = clock.monotonic();
  const summary = (): CloneSummary =>
    shownSummary(tally.summary(job.checkpoint, (clock.monotonic() - began) / 1000));
  try {
    signal.throwIfAborted();
    refuseChangedForwards(options);
    // The connections open while the history is being requested.
    if (!options.rehearsal) client.parts.warm();
    const { run, total } = await prepareRun(options, tally);
    await job.expect(total);
    onEvent({ kind: 'plan', total, firstId: job.checkpoint + 1 });
    await withCheckpoint(run, async (checkpoint) => {
      await copyProfile(run);
      await settleTopics(run);
      await settleUnsettled(run);
      await payDebts(run);
      await repairCopies(run);
      if (options.retryFailed) await retryFailures(run);
      await missedMessages(run);
      await copyHistory(run, checkpoint);
      if (run.allowance.isUsedUp) tally.limitReached();
      else countUnread(run);
      await copyPins(run);
      await copyTopicStates(run);
      await countMissed(run);
    });
    await job.complete();
    return summary();
  } catch (error) {
    // An abort surfaces as an error of whatever it interrupted.
    signal.throwIfAborted();
    throw error;
  } finally {
    life.release();
    onEvent({ kind: 'end', summary: summary() });
    log.info('clone_ended', { ...summary(), failed: summary().failed.length });
  }
}

type Keeping = Pick<Run, 'job' | 'record' | 'journal' | 'clock' | 'log' | 'onFailing'>;

/** However the work ends, the checkpoint is written as far as it got; an error of the work takes precedence. */
async function withCheckpoint(
  { job, record, journal, clock, log, onFailing }: Keeping,
  work: (checkpoint: CheckpointKeeper) => Promise<void>,
): Promise<void> {
  const checkpoint = new CheckpointKeeper(job, clock, () => record.flush());
  try {
    await work(checkpoint);
  } catch (error) {
    onFailing?.();
    await checkpoint
      .close()
      .catch((unsaved) => log.error('checkpoint_not_saved', { error: messageOf(unsaved) }));
    await journal
      .flush()
      .catch((unrecorded) => log.warn('parts_not_recorded', { error: messageOf(unrecorded) }));
    throw error;
  }
  await checkpoint.close();
  await journal.flush();
}

/** `total`: how many messages lie ahead, if the server says so. */
async function prepareRun(
  options: CloneOptions,
  tally: Tally,
): Promise<{ readonly run: Run; readonly total: number | undefined }> {
  const { client, source, target, job, budget, slots, connections, minIntervalMs, clock, signal, log } =
    options;
  const formerSourceId = source.former?.id;
  const identity = { jobId: job.id, sourceId: source.id, formerSourceId, targetId: target.id };
  const interval = options.rehearsal?.interval ?? client.sendPacer;
  interval.setFloor(minIntervalMs);
  const begin = await passOver(options, tally);
  const reader = new SourceReader(options, begin);
  const [limits, lastId, end, count] = await together(signal, (linked) => [
    readLimits(client, linked),
    lastPosted({ ...options, signal: linked }),
    endOf({ ...options, signal: linked }, options.selection?.bounds),
    reader.count(begin, linked),
    reader.begin(begin, linked),
  ]);
  const unread = await unreadAbove(options, end, begin);
  const beyond = unread?.reduce((sum, { messages }) => sum + messages, 0);
  const total = count === undefined || beyond === undefined ? undefined : Math.max(0, count - beyond);
  const means = meansOf(options, limits);
  const limit = options.selection?.limit ?? Number.POSITIVE_INFINITY;
  const posted = { lastId };
  const contents: Run['contents'] = new Map();
  const ways: Run['ways'] = new Map();
  const texts: Run['texts'] = new Map();
  const items: Run['items'] = new Map();
  const owed: Run['owed'] = new Map();
  const expected: Run['expected'] = new Map();
  const marking: Pick<Job, 'sending' | 'sent'> = {
    sending: (sourceIds) =>
      job.sending(sourceIds, {
        afterId: posted.lastId,
        contents,
        texts,
        items,
        ways,
        owed,
        losses: expected,
      }),
    sent: (messages) => job.sent(messages),
  };
  log.info('clone_started', { source: source.id, target: target.id, checkpoint: job.checkpoint, ...limits });
  const run: Run = {
    ...options,
    verifySource: options.verifySource === true,
    tally,
    identity,
    interval,
    limits,
    means,
    posted,
    taken: new Set(),
    record: new SendRecord(marking, clock),
    contents,
    ways,
    texts,
    items,
    text: { ...DEFAULT_TEXT, ...options.text },
    owed,
    losses: new Map(),
    expected,
    lone: new LoneFaults({
      file: await job.failedSinceSent({ withFile: true }),
      text: await job.failedSinceSent({ withFile: false }),
    }),
    reader,
    choice: new Choice({ ...options, means }),
    allowance: { left: limit, isUsedUp: false },
    upTo: end.upTo,
    unread: unread ?? [],
    straddling: { messages: 0 },
    journal: new PartJournal({ record: (files) => job.acknowledged(files), clock }),
    uploader: sharedSlots(partUploader(client, { connections }), slots),
    gate: new TransferGate({
      mostFiles: MOST_FILES,
      bytesToCome: Math.min(BYTES_TO_COME, budget.limitBytes / 2),
    }),
    router: createTopicRouter({ ...options, identity, interval, tally, posted }),
  };
  return { run, total };
}

/** The newest message of the target that is known to be older than all that is in doubt: see Run's `posted`. */
async function lastPosted({ client, target, job, signal }: CloneOptions): Promise<number> {
  const sent = await job.lastTargetId();
  if (sent === 0 && job.targetBefore === undefined) {
    const [newest] = await newestMessages(client, target, 1, signal);
    await job.saveTargetBefore(newest?.id ?? 0);
  }
  return Math.max(sent, job.targetBefore ?? 0, ...job.topicMap.values());
}
