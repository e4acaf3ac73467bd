import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../base/errors.js';
import { CHECKPOINT_FILE, readCheckpoint } from './checkpoint.js';
import { JOB_FILE } from './job-file.js';
import { readJsonFile } from './json-file.js';
import { readTopicMap, TOPIC_MAP_FILE, type TopicMap } from './topic-map.js';

/** The state taken over from the older Python script. */
export interface LegacyFiles {
  readonly checkpoint?: number;
  readonly topicMap?: TopicMap;
  readonly paths: readonly string[];
  /** Path → content, as recorded in the job's file. */
  readonly contents: Readonly<Record<string, string>>;
}

/**
 * Reads checkpoint.txt and topic_map.json as the older Python script left them in `directory`, except the ones that the
 * job's folder `folder` already has. A damaged file is an error. The files don't say which chats they belong to: once a
 * job has taken one over, a second job that would start from the same content is refused and the user is asked what to
 * do, because a checkpoint of other chats would leave messages out.
 */
export async function takeUpLegacyFiles(
  directory: string,
  lacks: { readonly checkpoint: boolean; readonly topicMap: boolean },
  folder: string,
): Promise<LegacyFiles> {
  const checkpointPath = resolve(directory, CHECKPOINT_FILE);
  const topicMapPath = resolve(directory, TOPIC_MAP_FILE);
  const checkpoint = lacks.checkpoint ? await readCheckpoint(checkpointPath) : undefined;
  const topicMap = lacks.topicMap ? await readTopicMap(topicMapPath) : undefined;
  const contents: Record<string, string> = {};
  if (checkpoint !== undefined) contents[checkpointPath] = String(checkpoint);
  if (topicMap !== undefined) contents[topicMapPath] = JSON.stringify([...topicMap]);
  const paths = Object.keys(contents);
  if (paths.length === 0 && lacks.checkpoint && lacks.topicMap) throw nothingThere(directory);
  if (paths.length > 0) await refuseSecondOwner(contents, folder);
  return {
    paths,
    contents,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(topicMap !== undefined && { topicMap }),
  };
}

/**
 * Refuses, before anything is made for it, what a job that is new would refuse of the older script's files. `strayDir`
 * only counts without `legacyDir`.
 * @throws UsageError LEGACY_MISSING, LEGACY_TAKEN, LEGACY_UNDECIDED, and for a damaged file.
 */
export async function refuseOlderState(
  dataDir: string,
  {
    legacyDir,
    strayDir,
  }: { readonly legacyDir?: string | undefined; readonly strayDir?: string | undefined },
): Promise<void> {
  const lacks = { checkpoint: true, topicMap: true };
  if (legacyDir !== undefined) await takeUpLegacyFiles(legacyDir, lacks, join(dataDir, 'new'));
  else if (strayDir !== undefined) await refuseStrayFiles(strayDir, lacks);
}

/**
 * Refuses files that may come from the older script or from anything else: they don't say which chats they belong to.
 */
export async function refuseStrayFiles(
  directory: string,
  lacks: { readonly checkpoint: boolean; readonly topicMap: boolean },
): Promise<void> {
  const names = [
    ...(lacks.checkpoint ? [CHECKPOINT_FILE] : []),
    ...(lacks.topicMap ? [TOPIC_MAP_FILE] : []),
  ].filter((name) => existsSync(resolve(directory, name)));
  const [name] = names;
  if (name === undefined) return;
  const path = resolve(directory, name);
  throw new UsageError(
    'LEGACY_UNDECIDED',
    `${path} lies in the working directory, and this job is new. If the older script wrote it for these chats, say ` +
      '--continue-from . to continue from it; if not, say --continue-from none to begin with the first message.',
    { fields: { path } },
  );
}

async function refuseSecondOwner(contents: Readonly<Record<string, string>>, folder: string): Promise<void> {
  const dataDir = dirname(folder);
  for (const name of await readdir(dataDir).catch(() => [])) {
    if (name === basename(folder)) continue;
    const taken = await legacyOf(join(dataDir, name));
    const path = Object.keys(contents).find((key) => taken[key] === contents[key]);
    if (path === undefined) continue;
    throw new UsageError(
      'LEGACY_TAKEN',
      `The job ${name} has already continued from the older script's ${path}: move it away to clone these chats ` +
        `from their first message, or copy it into ${folder} to continue from it.`,
      { fields: { path, job: name } },
    );
  }
}

function nothingThere(directory: string): UsageError {
  return new UsageError(
    'LEGACY_MISSING',
    `${resolve(directory)} has neither ${CHECKPOINT_FILE} nor ${TOPIC_MAP_FILE}: correct --continue-from.`,
  );
}

/** The files that another job took over; empty when its own file can't be read, which is that job's problem. */
async function legacyOf(folder: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const job = (await readJsonFile(join(folder, JOB_FILE), '')) as
      | { legacy?: Record<string, unknown> }
      | undefined;
    return job?.legacy ?? {};
  } catch {
    return {};
  }
}
