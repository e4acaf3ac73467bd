import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { UsageError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import { CHECKPOINT_FILE, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { JOB_FILE, type JobFile, newJobFile, newJobId, readJobFile, writeJobFile } from './job-file.js';
import { type JobScene, numberingOf } from './job-scene.js';
import { currentJob, insertJob, isReplaced, type JobRow, updateJob } from './job-store.js';
import { noteAction } from './journal.js';
import { type LegacyFiles, refuseStrayFiles, takeUpLegacyFiles } from './legacy.js';
import { refuseMovedNames } from './moved-names.js';
import { hasOlderFiles, renewFiles } from './older-files.js';
import { finishRestart } from './restart.js';
import type { LedgerTables } from './schema.js';
import { damagedFile } from './state-file.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';
import { readTopicMap, TOPIC_MAP_FILE, type TopicMap, writeTopicMap } from './topic-map.js';
import { TopicStore } from './topic-store.js';
import { followUpgrades, refuseUnseen } from './upgrade.js';

/** A folder's job, and the older script's files that it has just taken over. */
export interface Identified {
  readonly job: JobRow;
  readonly legacyFiles: readonly string[];
}

/**
 * Finds the folder's job in the ledger. A job that the ledger lacks is restored from the folder: job.json gives its id,
 * so that every random_id stays the same, and checkpoint.txt and topic_map.json show the progress. So a job that was
 * begun before there was a ledger, or whose ledger was lost, continues. Without job.json it is a new job, which starts
 * from the files that a person or the older Python script has left.
 */
export async function identifyJob(scene: JobScene): Promise<Identified> {
  const before = await currentJob(scene.ledger.db, scene.folder);
  if (before?.filesDue) {
    refuseOtherAccount(scene, before.accountId);
    refuseUnseen(scene, before);
    await finishRestart(scene, before);
  } else if (before && hasOlderFiles(scene, before)) {
    refuseOtherAccount(scene, before.accountId);
    refuseUnseen(scene, before);
    await renewFiles(scene, before);
  }
  return identifyNow(scene, await followUpgrades(scene, await lookAtIdentity(scene)));
}

async function identifyNow(scene: JobScene, { known, file }: JobIdentity): Promise<Identified> {
  const left = await readLeft(scene, { known, file });
  const { legacy } = left;
  const id = known?.jobId ?? file?.id ?? newJobId(scene.random);
  const writeFile = async (): Promise<void> => {
    if (file && legacy.paths.length === 0) return;
    const plain = file ?? newJobFile(id, scene.accountId, scene, new Date(scene.clock.now()));
    await writeJobFile(join(scene.path, JOB_FILE), withLegacy(plain, legacy));
  };
  // On a server another machine may begin the job instead, should this one not get to note its own.
  const isShared = scene.lease !== undefined;
  if (!isShared) await writeFile();
  if (!known) {
    await takeUp(scene, id, left, file ? 'taken_up' : 'created');
    if (file) noteLost(scene, left);
  } else if (legacy.paths.length > 0) await takeUpInto(scene, known, legacy);
  if (isShared) await writeFile();
  if (legacy.topicMap) await writeTopicMap(join(scene.path, TOPIC_MAP_FILE), legacy.topicMap);
  if (legacy.checkpoint !== undefined)
    await writeCheckpoint(join(scene.path, CHECKPOINT_FILE), legacy.checkpoint);
  logLegacy(scene, legacy);
  const job = await currentJob(scene.ledger.db, scene.folder);
  if (!job) throw new Error('A job that was made is in the ledger.');
  return { job, legacyFiles: legacy.paths };
}

/** What a job that continues without its ledger doesn't know. */
export const LEDGER_LOST =
  'This is lost: replies to messages sent before will not point to their copies, and messages that failed before ' +
  'are not tried again.';

/** The state that a job is looked up in; without `db` the ledger doesn't exist yet. */
export interface LookScene
  extends Omit<JobScene, 'ledger' | 'note' | 'host' | 'clock' | 'random' | 'log' | 'restart'> {
  readonly ledger: { readonly path: string; readonly db: Kysely<LedgerTables> | undefined };
}

/** The information that the ledger and the folder hold about a job. */
interface JobIdentity {
  readonly known: JobRow | undefined;
  readonly file: JobFile | undefined;
}

/** Reads everything that a job continues from, and throws the error if it must be refused. Writes nothing. */
export async function lookAtJob(scene: LookScene): Promise<JobIdentity & { readonly left: Left }> {
  const identity = await lookAtIdentity(scene);
  if (identity.known && hasOlderFiles(scene, identity.known))
    return { ...identity, left: { checkpoint: undefined, topicMap: undefined, legacy: NOTHING } };
  return { ...identity, left: await readLeft(scene, identity) };
}

async function lookAtIdentity(scene: LookScene): Promise<JobIdentity> {
  const { db } = scene.ledger;
  const known = db && (await currentJob(db, scene.folder));
  if (known) refuseOtherAccount(scene, known.accountId);
  if (known) refuseUnseen(scene, known);
  const jobPath = join(scene.path, JOB_FILE);
  const file = await readJobFile(jobPath, scene, known !== undefined);
  if (known && file && file.id !== known.jobId && !(await isLeftBehind(scene, known, file)))
    throw otherJob(jobPath, scene);
  if (file?.account !== undefined) refuseOtherAccount(scene, file.account);
  if (db) await refuseMovedNames(db, scene);
  return { known, file };
}

/** Whether --restart has replaced the file's job on another machine: it is written again when the job is opened. */
async function isLeftBehind(scene: LookScene, known: JobRow, { id }: JobFile): Promise<boolean> {
  const { db } = scene.ledger;
  return db !== undefined && hasOlderFiles(scene, known) && (await isReplaced(db, id));
}

/** The files in the folder and, for a job that hasn't begun, those of the older script. */
interface Left {
  readonly checkpoint: number | undefined;
  readonly topicMap: TopicMap | undefined;
  readonly legacy: LegacyFiles;
}

const NOTHING: LegacyFiles = { paths: [], contents: {} };

async function readLeft(scene: LookScene, { known, file }: JobIdentity): Promise<Left> {
  const { path, legacyDir, strayDir, formerSourceId, ledger } = scene;
  const inLedger = known !== undefined;
  const written = known?.sourceId ?? file?.sourceId;
  const numbering = {
    ...numberingOf(scene),
    beforeUpgrade: formerSourceId !== undefined && written === formerSourceId,
  };
  const checkpoint = await readCheckpoint(join(path, CHECKPOINT_FILE), numbering, inLedger);
  const topicMap = await readTopicMap(join(path, TOPIC_MAP_FILE), inLedger);
  const lacks = { checkpoint: checkpoint === undefined, topicMap: topicMap === undefined };
  const atStart = known?.checkpoint === 0 || known?.checkpoint === numbering.start;
  const begun = known && (!atStart || (ledger.db && (await hasRows(ledger.db, known))));
  if (begun) return { checkpoint, topicMap, legacy: NOTHING };
  if (legacyDir !== undefined) {
    return { checkpoint, topicMap, legacy: await takeUpLegacyFiles(legacyDir, lacks, path) };
  }
  if (strayDir !== undefined && !file) await refuseStrayFiles(strayDir, lacks);
  return { checkpoint, topicMap, legacy: NOTHING };
}

async function takeUp(
  scene: JobScene,
  jobId: string,
  left: Left,
  kind: 'created' | 'taken_up',
): Promise<void> {
  const { accountId, folder, sourceId, targetId, sourceTopic, targetTopic } = scene;
  const { start } = numberingOf(scene);
  const checkpoint = left.checkpoint ?? left.legacy.checkpoint ?? start;
  const topics = left.topicMap ?? left.legacy.topicMap ?? new Map();
  const selection = { sourceId, targetId, sourceTopic, targetTopic };
  const options = { ...scene, jobId };
  await transactAsHolder({ db: scene.ledger.db, lease: scene.lease }, async (db) => {
    if ((await currentJob(db, folder))?.jobId === jobId) return;
    const done = { checkpoint, takenUp: checkpoint === start ? 0 : checkpoint, filesDue: false };
    await insertJob(db, { accountId, jobId, folder, ...selection, ...done }, scene);
    await assignAll({ ...options, db: scene.ledger.db }, db, topics);
    await noteAction(db, options, kind, { checkpoint, topics: topics.size, legacy: left.legacy.paths });
  });
}

async function takeUpInto(scene: JobScene, { jobId }: JobRow, legacy: LegacyFiles): Promise<void> {
  const { checkpoint, topicMap = new Map<number, number>() } = legacy;
  const options = { ...scene, jobId };
  await transactAsHolder({ db: scene.ledger.db, lease: scene.lease }, async (db) => {
    if (checkpoint !== undefined) await updateJob(db, options, { checkpoint, takenUp: checkpoint });
    await assignAll({ ...options, db: scene.ledger.db }, db, topicMap);
    await noteAction(db, options, 'taken_up', { checkpoint: checkpoint ?? 0, legacy: legacy.paths });
  });
}

async function assignAll(
  options: StoreOptions,
  db: Parameters<TopicStore['assign']>[0],
  topics: TopicMap,
): Promise<void> {
  const store = new TopicStore(options);
  for (const [source, target] of topics) await store.assign(db, source, target);
}

function withLegacy(file: JobFile, { paths, contents }: LegacyFiles): JobFile {
  return paths.length === 0 ? file : { ...file, legacy: { ...file.legacy, ...contents } };
}

/** The job was begun, but the ledger lacks it: the ledger was deleted, emptied or replaced, or is newer than the job. */
function noteLost(scene: JobScene, { checkpoint = 0, topicMap }: Left): void {
  const { ledger } = scene;
  const state = { missing: 'was missing', empty: 'was empty', tables: 'has nothing of this job' }[
    ledger.found
  ];
  scene.note({
    event: 'ledger_lost',
    fields: {
      ledger: ledger.found === 'tables' ? 'ledger' : ledger.found,
      checkpoint,
      topics: topicMap?.size ?? 0,
    },
    sentence: `${ledger.path} ${state}: the job continues from its folder, after source message ${shownId(checkpoint)}. ${LEDGER_LOST}`,
  });
}

function logLegacy(scene: JobScene, { paths, checkpoint, topicMap }: LegacyFiles): void {
  if (paths.length === 0) return;
  scene.log.warn('legacy_files_used', {
    files: paths,
    checkpoint: checkpoint ?? 0,
    topics: topicMap?.size ?? 0,
    folder: scene.path,
  });
}

async function hasRows(db: Kysely<LedgerTables>, { accountId, jobId }: JobRow): Promise<boolean> {
  for (const table of ['ledger_messages', 'ledger_topics'] as const) {
    const row = await db
      .selectFrom(table)
      .select('source_id')
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId)
      .limit(1)
      .executeTakeFirst();
    if (row) return true;
  }
  return false;
}

/** Telegram keeps random_ids per account, and private chats have different ids in each account. */
function refuseOtherAccount({ accountId, path }: LookScene, owner: number): void {
  if (owner === accountId) return;
  throw new UsageError(
    'OTHER_ACCOUNT',
    `The job in ${path} was begun by the account ${owner}, and ${accountId} is signed in: sign in as ${owner} to ` +
      `continue it. ${accountId} can only send everything once more: choose another --data-dir, or say --restart.`,
    { fields: { owner, accountId } },
  );
}

function otherJob(path: string, { ledger }: LookScene): UsageError {
  return damagedFile(
    path,
    `it belongs to another job than ${ledger.path} has for this folder`,
    'Delete it and run again: the job continues with what the ledger has',
  );
}
