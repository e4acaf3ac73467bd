import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FailedError } from '../base/errors.js';
import { makePrivateDirectory } from '../base/private-directory.js';
import { lockFile } from '../store/file-lock.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { damagedFile } from './state-file.js';

/** For which source a target is made. Ids are marked. */
export interface MadeTargetKey {
  readonly dataDir: string;
  readonly accountId: number;
  /** See JobSelection. */
  readonly server?: string | undefined;
  readonly sourceId: number;
  /** The basic group that the source used to be. */
  readonly formerSourceId?: number | undefined;
  readonly sourceTopic?: number | undefined;
}

/** A target that is made for a source, from before the call that makes it. */
export interface MadeTarget {
  readonly version: 1;
  /** What the chat is recognised by: see createChannel. */
  readonly mark: string;
  readonly kind: 'channel' | 'supergroup' | 'forum';
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly plannedAt: number;
  /** Once it is known to exist: its marked id, and the access hash, decimal. */
  readonly targetId?: number;
  readonly accessHash?: string;
  /** It has the source's description and photo. */
  readonly dressed?: true;
}

const LOCK = 'made-targets.lock.db';

/** Where the record is, or is going to be. */
export async function madeTargetPath(key: MadeTargetKey): Promise<string> {
  const [path, former] = pathsOf(key);
  if (former === undefined || (await readRecord(path))) return path;
  return (await readRecord(former)) ? former : path;
}

/** @throws UsageError for a file that isn't such a record. */
export async function readMadeTarget(key: MadeTargetKey): Promise<MadeTarget | undefined> {
  return readRecord(await madeTargetPath(key));
}

export async function writeMadeTarget(key: MadeTargetKey, record: MadeTarget): Promise<void> {
  await writeJsonFile(await madeTargetPath(key), record);
}

const RECORD = /^target_for_(-?\d+)((?:_topic_\d+)?)_by_\d+((?:_of_[\w.-]+)?)\.json$/;
const FOLDER = /^(-?\d+)_to_(-?\d+)((?:_topic_\d+)?)((?:_of_[\w.-]+)?)$/;

/** The paths of the records by which the target of the job with this folder was made: one, if any, for each account. */
export async function madeTargetsOf(dataDir: string, folder: string): Promise<string[]> {
  const [, source, target, topic, server] = FOLDER.exec(folder) ?? [];
  const found: string[] = [];
  for (const name of source === undefined ? [] : await readdir(dataDir)) {
    const [, itsSource, itsTopic, itsServer] = RECORD.exec(name) ?? [];
    if (itsSource !== source || itsTopic !== topic || itsServer !== server) continue;
    const path = join(dataDir, name);
    if (String((await readRecord(path))?.targetId) === target) found.push(path);
  }
  return found.sort();
}

/** Runs the work while no other process makes a target in this data directory. @throws FailedError JOB_RUNNING. */
export async function whileMakingTarget<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  await makePrivateDirectory(dataDir);
  const lock = lockFile(join(dataDir, LOCK));
  if (!lock) {
    throw new FailedError('JOB_RUNNING', 'Another run is making its target just now: run again in a minute.');
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

function pathsOf({ dataDir, accountId, server, sourceId, formerSourceId, sourceTopic }: MadeTargetKey) {
  const topic = sourceTopic === undefined ? '' : `_topic_${sourceTopic}`;
  const of = server === undefined ? '' : `_of_${server}`;
  const path = (id: number): string => join(dataDir, `target_for_${id}${topic}_by_${accountId}${of}.json`);
  return [path(sourceId), formerSourceId === undefined ? undefined : path(formerSourceId)] as const;
}

async function readRecord(path: string): Promise<MadeTarget | undefined> {
  const fix = 'If its target exists, name that as TARGET_CHAT; otherwise delete the file';
  const found = await readJsonFile(path, fix);
  if (found === undefined) return undefined;
  const { version, mark, title } = (found ?? {}) as Partial<MadeTarget>;
  if (version !== 1 || typeof mark !== 'string' || typeof title !== 'string') {
    throw damagedFile(path, "it isn't the record of a target", fix);
  }
  return found as MadeTarget;
}
