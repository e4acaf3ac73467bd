import { join } from 'node:path';
import { shownId } from '../base/source-ids.js';
import { CHECKPOINT_FILE, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { leaveOut, reopenAfter } from './checkpoint-moves.js';
import { type JobScene, numberingOf } from './job-scene.js';
import { type JobRow, updateJob } from './job-store.js';
import { type ActionFields, type ActionKind, noteAction } from './journal.js';
import { transactAsHolder } from './store-options.js';
import { readTopicMap, TOPIC_MAP_FILE, type TopicMap, writeTopicMap } from './topic-map.js';
import { TopicStore } from './topic-store.js';

/** The state that a job continues from. */
export interface Agreed {
  readonly checkpoint: number;
  readonly topicMap: TopicMap;
}

/**
 * Makes checkpoint.txt and topic_map.json, which people look at and edit, agree with the ledger. The rule:
 *
 * | the file | means | so |
 * | --- | --- | --- |
 * | checkpoint.txt is missing | an accident | it is written again from the ledger; nothing else changes |
 * | holds less than the ledger | have another look from there on | messages after it are read again; what is sent stays sent, what was skipped or has failed is decided again |
 * | holds what it said before the ledger's last move, after a run that was killed | the run died before it wrote the file | it is written again from the ledger |
 * | holds less than what was done before there was a ledger | as above, but no rows show what was sent | the checkpoint moves to the end of that part; only --restart sends it again |
 * | holds more than the ledger | leave these out | messages up to it that aren't final are skipped (reason `checkpoint`); one whose send a crash left in doubt is looked for in the target, but not sent again |
 * | doesn't hold a number | | STATE_DAMAGED, never a guess |
 * | topic_map.json is missing | an accident | it is written again from the ledger |
 * | has one more entry, or another target | messages of that topic go there | the ledger takes it over |
 * | lacks an entry | create that topic again | the ledger forgets it, and it is created with a new random_id when a message needs it |
 * | isn't a map of topic ids | | STATE_DAMAGED |
 *
 * A new job starts from a file of the older Python script (see identifyJob), which counts as done before there was a
 * ledger. In no case is a message sent again that is sent according to the ledger. The checkpoint is written into the
 * ledger first, a topic into the file first; a crash between the writes of a topic looks like an edit, and ends well by
 * the same rule.
 */
export async function reconcile(scene: JobScene, job: JobRow): Promise<Agreed> {
  return {
    checkpoint: await reconcileCheckpoint(scene, job),
    topicMap: await reconcileTopics(scene, job),
  };
}

async function reconcileCheckpoint(scene: JobScene, row: JobRow): Promise<number> {
  const path = join(scene.path, CHECKPOINT_FILE);
  const numbering = numberingOf(scene);
  const { start } = numbering;
  const found = await readCheckpoint(path, numbering, true);
  // Nothing was done yet, and the job may have been begun before there was an older history.
  const job = { ...row, checkpoint: row.checkpoint === 0 ? start : row.checkpoint };
  const { checkpoint, takenUp } = job;
  if (found === undefined) {
    if (checkpoint !== start) await restoreCheckpoint(scene, job, path);
    return checkpoint;
  }
  if (found === job.checkpointBefore && found < checkpoint) {
    scene.log.info('checkpoint_completed', { found, checkpoint });
    await writeCheckpoint(path, checkpoint);
    return checkpoint;
  }
  const wanted = takenUp === 0 ? found : Math.max(found, takenUp);
  if (wanted > found) {
    scene.note({
      event: 'checkpoint_before_ledger',
      fields: { found, checkpoint: wanted },
      sentence:
        `${CHECKPOINT_FILE} was set to ${shownId(wanted)} again: messages up to there were cloned before the ledger ` +
        'existed, and only --restart sends them again.',
    });
    await writeCheckpoint(path, wanted);
  }
  if (wanted < checkpoint) await moveBack(scene, job, wanted);
  if (wanted > checkpoint) await moveForward(scene, job, wanted);
  return wanted;
}

async function restoreCheckpoint(scene: JobScene, job: JobRow, path: string): Promise<void> {
  await writeCheckpoint(path, job.checkpoint);
  await act(scene, job, 'checkpoint_restored', { checkpoint: job.checkpoint }, async () => {});
  scene.note({
    event: 'checkpoint_restored',
    fields: { checkpoint: job.checkpoint },
    sentence:
      `${CHECKPOINT_FILE} was missing and has been restored from the ledger, with ${shownId(job.checkpoint)}. ` +
      'Write 0 into it to go through everything again; nothing is sent twice.',
  });
}

async function moveBack(scene: JobScene, job: JobRow, to: number): Promise<void> {
  const { checkpoint: from, jobId } = job;
  let reopened = 0;
  await act(scene, job, 'checkpoint_back', { from, to }, async (db) => {
    reopened = await reopenAfter(db, { ...scene, jobId, db: scene.ledger.db }, to);
    await updateJob(db, { ...job, host: scene.host }, { checkpoint: to });
  });
  scene.note({
    event: 'checkpoint_back',
    fields: { from, to, reopened },
    sentence:
      `${CHECKPOINT_FILE} says ${shownId(to)}, the ledger ${shownId(from)}: messages after ${shownId(to)} are ` +
      'processed again; sent messages stay sent.',
  });
}

async function moveForward(scene: JobScene, job: JobRow, to: number): Promise<void> {
  const { checkpoint: from, jobId } = job;
  let leftOut = 0;
  await act(scene, job, 'checkpoint_forward', { from, to }, async (db) => {
    leftOut = await leaveOut(db, { ...scene, jobId, db: scene.ledger.db }, from, to);
    await updateJob(db, { ...job, host: scene.host }, { checkpoint: to });
  });
  scene.note({
    event: 'checkpoint_forward',
    fields: { from, to, leftOut },
    sentence: `${CHECKPOINT_FILE} says ${shownId(to)}, the ledger ${shownId(from)}: the messages between are left out.`,
  });
}

async function reconcileTopics(scene: JobScene, job: JobRow): Promise<TopicMap> {
  const path = join(scene.path, TOPIC_MAP_FILE);
  const store = new TopicStore({ ...scene, jobId: job.jobId, db: scene.ledger.db });
  const known = await store.map();
  const found = await readTopicMap(path, true);
  if (found === undefined) {
    if (known.size > 0) await restoreTopics(scene, job, path, known);
    return known;
  }
  const put = [...found].filter(([source, target]) => known.get(source) !== target);
  const removed = [...known.keys()].filter((source) => !found.has(source));
  if (put.length === 0 && removed.length === 0) return found;
  const fields = { put: put.map(([source, target]) => `${source}:${target}`), removed: removed.map(String) };
  await act(scene, job, 'topics_edited', fields, async (db) => {
    for (const [source, target] of put) await store.assign(db, source, target);
    for (const source of removed) await store.forget(db, source);
  });
  scene.note({
    event: 'topics_edited',
    fields,
    sentence:
      `${TOPIC_MAP_FILE} was edited: ${put.length} of its topics are new or lead elsewhere, ` +
      `${removed.length} will be created again when a message needs them.`,
  });
  return found;
}

async function restoreTopics(scene: JobScene, job: JobRow, path: string, known: TopicMap): Promise<void> {
  await writeTopicMap(path, known);
  await act(scene, job, 'topics_restored', { topics: known.size }, async () => {});
  scene.note({
    event: 'topics_restored',
    fields: { topics: known.size },
    sentence: `${TOPIC_MAP_FILE} was missing and has been restored from the ledger, with ${known.size} topics.`,
  });
}

/** The change and its note in the journal, in one transaction. */
async function act(
  scene: JobScene,
  { jobId }: JobRow,
  kind: ActionKind,
  fields: ActionFields,
  change: (db: Parameters<TopicStore['forget']>[0]) => Promise<void>,
): Promise<void> {
  await transactAsHolder({ db: scene.ledger.db, lease: scene.lease }, async (db) => {
    await change(db);
    await noteAction(db, { ...scene, jobId }, kind, fields);
  });
}
