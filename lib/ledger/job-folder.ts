import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.js';
import { UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import { CHECKPOINT_FILE, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import {
  JOB_FILE,
  type JobFile,
  type JobSelection,
  jobFolderName,
  newJobFile,
  readJobFile,
  writeJobFile,
} from './job-file.js';
import { takeUpLegacyFiles } from './legacy.js';
import { acquireLock, type Lock } from './lock.js';
import { codeOf, removeTemporaryFiles, writeMend } from './state-file.js';
import { readTopicMap, TOPIC_MAP_FILE, type TopicMap, writeTopicMap } from './topic-map.js';

export interface JobFolderOptions extends JobSelection {
  readonly dataDir: string;
  /** Where the older Python script may have left its files. Default: the working directory. */
  readonly legacyDir?: string;
  /** Starts over: a new job id, no checkpoint, no topics; the old files stay beside as *.before-restart. */
  readonly restart?: boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** A job's folder under the data directory, held by its lock until `close`. Everything written is durable. */
export interface JobFolder {
  readonly path: string;
  /** The durable random job id. */
  readonly id: string;
  /** The last finished source id; 0 before the first. */
  readonly checkpoint: number;
  /** Source topic id → target topic id. */
  readonly topicMap: TopicMap;
  /** Paths of the older Python script's files that were taken up just now. */
  readonly legacyFiles: readonly string[];
  saveCheckpoint(lastId: number): Promise<void>;
  saveTopic(sourceTopicId: number, targetTopicId: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the job's folder and makes it when it's new. Refused with a UsageError: a second run of the same job
 * (JOB_RUNNING), a damaged file (STATE_DAMAGED), a directory that can't be written.
 */
export async function openJobFolder(options: JobFolderOptions): Promise<JobFolder> {
  const path = join(options.dataDir, jobFolderName(options));
  await makeFolder(path);
  const lock = await acquireLock(join(path, 'lock'), options.clock);
  try {
    await removeTemporaryFiles(path);
    if (options.restart) await startOver(path, options);
    return await load(path, options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function load(path: string, options: JobFolderOptions, lock: Lock): Promise<JobFolder> {
  const jobPath = join(path, JOB_FILE);
  const checkpointPath = join(path, CHECKPOINT_FILE);
  const topicMapPath = join(path, TOPIC_MAP_FILE);
  let job: JobFile | undefined = await readJobFile(jobPath, options);
  let checkpoint = await readCheckpoint(checkpointPath);
  let topicMap = await readTopicMap(topicMapPath);

  const legacyDir = options.legacyDir ?? process.cwd();
  const legacy = await takeUpLegacyFiles(
    legacyDir,
    { checkpoint: checkpoint === undefined, topicMap: topicMap === undefined },
    path,
  );
  if (!job || legacy.paths.length > 0) {
    job = { ...(job ?? newJobFile(options, new Date(options.clock.now()), options.random)) };
    if (legacy.paths.length > 0) job = { ...job, legacy: { ...job.legacy, ...legacy.contents } };
    await writeJobFile(jobPath, job);
  }
  if (legacy.topicMap) await writeTopicMap(topicMapPath, legacy.topicMap);
  if (legacy.checkpoint !== undefined) await writeCheckpoint(checkpointPath, legacy.checkpoint);
  checkpoint ??= legacy.checkpoint ?? 0;
  topicMap ??= legacy.topicMap ?? new Map();
  if (legacy.paths.length > 0) {
    options.log.warn('legacy_files', {
      files: legacy.paths,
      checkpoint,
      topics: topicMap.size,
      folder: path,
    });
  }
  return openFolder({ path, id: job.id, checkpoint, topicMap, legacyFiles: legacy.paths }, lock);
}

type Loaded = Pick<JobFolder, 'path' | 'id' | 'checkpoint' | 'topicMap' | 'legacyFiles'>;

function openFolder(loaded: Loaded, lock: Lock): JobFolder {
  const topics = new Map(loaded.topicMap);
  let checkpoint = loaded.checkpoint;
  return {
    path: loaded.path,
    id: loaded.id,
    legacyFiles: loaded.legacyFiles,
    topicMap: topics,
    get checkpoint() {
      return checkpoint;
    },
    async saveCheckpoint(lastId) {
      await writeCheckpoint(join(loaded.path, CHECKPOINT_FILE), lastId);
      checkpoint = lastId;
    },
    async saveTopic(sourceTopicId, targetTopicId) {
      await writeTopicMap(
        join(loaded.path, TOPIC_MAP_FILE),
        new Map(topics).set(sourceTopicId, targetTopicId),
      );
      topics.set(sourceTopicId, targetTopicId);
    },
    close: () => lock.release(),
  };
}

/** The checkpoint last: a crash in between leaves a job that goes on where it was, not one that repeats itself. */
async function startOver(path: string, options: JobFolderOptions): Promise<void> {
  for (const name of [JOB_FILE, TOPIC_MAP_FILE, CHECKPOINT_FILE]) await keepOld(join(path, name));
  await writeJobFile(
    join(path, JOB_FILE),
    newJobFile(options, new Date(options.clock.now()), options.random),
  );
  await writeTopicMap(join(path, TOPIC_MAP_FILE), new Map());
  await writeCheckpoint(join(path, CHECKPOINT_FILE), 0);
}

async function keepOld(path: string): Promise<void> {
  try {
    await copyFile(path, `${path}.before-restart`);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') {
      throw new UsageError('STATE_UNWRITABLE', `Can't keep a copy of ${path}: ${writeMend(error)}`, {
        cause: error,
      });
    }
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UsageError('STATE_UNWRITABLE', `Can't make the directory ${path}: ${writeMend(error)}`, {
      cause: error,
      fields: { path },
    });
  }
}
