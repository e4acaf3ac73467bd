import type { Random } from '../base/random.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { damagedFile } from './state-file.js';

export const JOB_FILE = 'job.json';

/**
 * The chats and topic that identify a job: one source, one target, one topic selection. Chat ids are marked (-100… for
 * channels).
 */
export interface JobSelection {
  /**
   * Which Telegram server the chats belong to, in letters that a file name allows: another server has other chats with
   * the same ids. Absent: Telegram itself.
   */
  readonly server?: string | undefined;
  readonly sourceId: number;
  readonly targetId: number;
  readonly sourceTopic?: number | undefined;
  readonly targetTopic?: number | undefined;
  /** What is posted comes from the archive of the source, not from the source itself: another job. */
  readonly isRestore?: boolean | undefined;
}

/** The basic groups that the source and the target used to be, if any. */
export interface FormerIds {
  readonly formerSourceId?: number | undefined;
  readonly formerTargetId?: number | undefined;
}

/** The content of job.json. */
export interface JobFile extends JobSelection {
  readonly version: 1;
  /**
   * Random, 32 hex digits: made once, and again by --restart. Every random_id of the job's sends is derived from it.
   */
  readonly id: string;
  /** The user id of the account that clones. Absent in files of the first TelePi. */
  readonly account?: number;
  /** ISO 8601. */
  readonly created: string;
  /** The older Python script's files that this job continued from, with their content at that time. */
  readonly legacy?: Readonly<Record<string, string>>;
}

/** `inLedger`: the ledger has the job, and so everything in the file. */
function fixOf(inLedger: boolean): string {
  return inLedger
    ? 'Delete it and run again: TelePi writes it again from the ledger, and sends nothing twice'
    : 'Restore a copy of it, or delete it and run again: the job then continues from checkpoint.txt under a new id, ' +
        'and messages sent after that point are sent again';
}

/**
 * The job's file, or undefined when there is none. The file of another job, or of a newer TelePi, is refused.
 * `inLedger`: the ledger has the job.
 */
export async function readJobFile(
  path: string,
  selection: JobSelection & FormerIds,
  inLedger: boolean,
): Promise<JobFile | undefined> {
  const fix = fixOf(inLedger);
  const value = await readJsonFile(path, fix);
  if (value === undefined) return undefined;
  const job = value as Partial<JobFile> | null;
  if (typeof job !== 'object' || job === null) throw damagedFile(path, "it isn't a single JSON object", fix);
  if (typeof job.version === 'number' && job.version > 1) {
    throw damagedFile(path, `it has version ${job.version}`, 'Use the newer TelePi that wrote it');
  }
  if (job.version !== 1 || typeof job.id !== 'string' || !/^[0-9a-f]{32}$/.test(job.id)) {
    throw damagedFile(path, 'it lacks a version or a job id', fix);
  }
  if (job.account !== undefined && !Number.isSafeInteger(job.account)) {
    throw damagedFile(path, 'its account is not a user id', fix);
  }
  for (const key of ['sourceId', 'targetId', 'sourceTopic', 'targetTopic'] as const) {
    const former = key === 'sourceId' ? selection.formerSourceId : selection.formerTargetId;
    if (job[key] !== selection[key] && !(key.endsWith('Id') && job[key] === former && former !== undefined)) {
      throw damagedFile(path, `its ${key} is ${JSON.stringify(job[key])}, not ${selection[key]}`, fix);
    }
  }
  return job as JobFile;
}

export async function writeJobFile(path: string, job: JobFile): Promise<void> {
  await writeJsonFile(path, job);
}

export function newJobId(random: Random): string {
  return random.bytes(16).toString('hex');
}

export function newJobFile(id: string, account: number, selection: JobSelection, now: Date): JobFile {
  return {
    version: 1,
    id,
    account,
    created: now.toISOString(),
    sourceId: selection.sourceId,
    targetId: selection.targetId,
    ...(selection.sourceTopic !== undefined && { sourceTopic: selection.sourceTopic }),
    ...(selection.targetTopic !== undefined && { targetTopic: selection.targetTopic }),
  };
}

/** The folder's name: the two ids and the selection, in characters that every file system allows. */
export function jobFolderName({ server, ...selection }: JobSelection): string {
  const { sourceId, targetId, sourceTopic, targetTopic, isRestore } = selection;
  const begin = isRestore ? RESTORE : '';
  const topic = sourceTopic === undefined ? '' : `_topic_${sourceTopic}`;
  const into = targetTopic === undefined ? '' : `_into_${targetTopic}`;
  const of = server === undefined ? '' : `_of_${server}`;
  return `${begin}${sourceId}_to_${targetId}${topic}${into}${of}`;
}

const RESTORE = 'restored_';

/** Whether a folder's name is that of a job which posts what the archive has. */
export function isRestoreFolder(folder: string): boolean {
  return folder.startsWith(RESTORE);
}

/** The server that a folder's name contains. */
export function serverOf(folder: string): string | undefined {
  return /_of_(.+)$/.exec(folder)?.[1];
}

/** The names that the folder may have: first from the chats' present ids, then from their former ones. */
export function jobFolderNames(job: JobSelection & FormerIds): readonly [string, ...string[]] {
  const { formerSourceId = job.sourceId, formerTargetId = job.targetId } = job;
  const names = [job.sourceId, formerSourceId].flatMap((sourceId) =>
    [job.targetId, formerTargetId].map((targetId) => jobFolderName({ ...job, sourceId, targetId })),
  );
  return [jobFolderName(job), ...new Set(names.slice(1).filter((name) => name !== names[0]))];
}
