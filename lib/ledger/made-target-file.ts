import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile, writeJsonFile } from './json-file.js';
import type { MadeTarget, MadeTargetKey } from './made-target-record.js';
import { damagedFile } from './state-file.js';

type FileKey = Omit<MadeTargetKey, 'database' | 'owner'>;

/** Where the file with the record is, or is going to be. */
export async function targetFilePath(key: FileKey): Promise<string> {
  const [path, former] = pathsOf(key);
  if (former === undefined || (await readRecord(path))) return path;
  return (await readRecord(former)) ? former : path;
}

/** @throws UsageError for a file that isn't such a record. */
export async function readTargetFile(key: FileKey): Promise<MadeTarget | undefined> {
  return readRecord(await targetFilePath(key));
}

export async function writeTargetFile(key: FileKey, record: MadeTarget): Promise<void> {
  await writeJsonFile(await targetFilePath(key), record);
}

export async function removeTargetFile(key: FileKey): Promise<void> {
  await rm(await targetFilePath(key), { force: true });
}

/** A file with a record, and for what it is. */
export interface TargetFile extends FileKey {
  readonly path: string;
  readonly record: MadeTarget;
}

const NAME = /^target_for_(-?\d+)(?:_topic_(\d+))?_by_(\d+)(?:_of_([\w.-]+))?\.json$/;

/** The files with records in a data directory, by name. @throws UsageError for one that isn't such a record. */
export async function targetFilesIn(dataDir: string): Promise<TargetFile[]> {
  const found: TargetFile[] = [];
  for (const name of existsSync(dataDir) ? (await readdir(dataDir)).sort() : []) {
    const [, source, topic, account, server] = NAME.exec(name) ?? [];
    const path = join(dataDir, name);
    const record = source === undefined ? undefined : await readRecord(path);
    if (!record) continue;
    found.push({
      path,
      record,
      dataDir,
      accountId: Number(account),
      server,
      sourceId: Number(source),
      sourceTopic: topic === undefined ? undefined : Number(topic),
    });
  }
  return found;
}

function pathsOf({ dataDir, accountId, server, sourceId, formerSourceId, sourceTopic }: FileKey) {
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
