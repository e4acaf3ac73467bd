import { join } from 'node:path';
import { CHECKPOINT_FILE, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { JOB_FILE, newJobFile, readJobFile, writeJobFile } from './job-file.js';
import { type JobScene, numberingOf } from './job-scene.js';
import { isReplaced, type JobRow } from './job-store.js';
import { readTopicMap, TOPIC_MAP_FILE, type TopicMap, writeTopicMap } from './topic-map.js';
import { TopicStore } from './topic-store.js';

/** Whether another machine has run the job since this one did, so that the files here say less than the ledger. */
export function hasOlderFiles({ holder }: Pick<JobScene, 'holder'>, { filesHolder }: JobRow): boolean {
  return holder !== undefined && filesHolder !== undefined && filesHolder !== holder;
}

/**
 * Brings a job's files here up to the ledger, which another machine has moved on: what they lack isn't a person's wish.
 * A job.json of a job that --restart has replaced since is replaced, too. Where a file says something else than the ledger,
 * the user learns of it.
 */
export async function renewFiles(scene: JobScene, job: JobRow): Promise<void> {
  const { path, ledger, accountId, clock } = scene;
  const numbering = numberingOf(scene);
  const topics = await new TopicStore({ ...scene, jobId: job.jobId, db: ledger.db }).map();
  const checkpoint = job.checkpoint === 0 ? numbering.start : job.checkpoint;
  const jobPath = join(path, JOB_FILE);
  const file = await readJobFile(jobPath, scene, true);
  if (file && file.id !== job.jobId && (await isReplaced(ledger.db, file.id)))
    await writeJobFile(jobPath, newJobFile(job.jobId, accountId, scene, new Date(clock.now())));
  const checkpointPath = join(path, CHECKPOINT_FILE);
  const found = await readCheckpoint(checkpointPath, numbering, true);
  const topicPath = join(path, TOPIC_MAP_FILE);
  const foundTopics = await readTopicMap(topicPath, true);
  const isSame = found === checkpoint && isSameMap(foundTopics ?? new Map(), topics);
  if (isSame) return;
  if (found !== checkpoint) await writeCheckpoint(checkpointPath, checkpoint);
  if (topics.size > 0 || foundTopics) await writeTopicMap(topicPath, topics);
  if (found === undefined && foundTopics === undefined) return;
  scene.note({
    event: 'files_renewed',
    fields: { host: job.host, checkpoint },
    sentence:
      `${job.host} has run this job since: ${CHECKPOINT_FILE} and ${TOPIC_MAP_FILE} were older than the ledger here, and ` +
      'have been written again. Edit them on the machine that ran the job last.',
  });
}

function isSameMap(one: TopicMap, other: TopicMap): boolean {
  return one.size === other.size && [...one].every(([source, target]) => other.get(source) === target);
}
