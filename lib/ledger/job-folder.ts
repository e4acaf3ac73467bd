import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { ReadPurpose } from '../store/read-sqlite.js';
import { type FormerIds, JOB_FILE, type JobSelection, jobFolderNames } from './job-file.js';
import { currentJob } from './job-store.js';
import { type LedgerPlace, readLedger } from './ledger.js';
import type { LedgerTables } from './schema.js';

/** The name of a job's folder, and the folders of other jobs for the same chats. */
export interface JobFolder {
  readonly name: string;
  readonly others: readonly string[];
}

/**
 * Finds the job's folder: the one named after its chats' ids or, if a job exists only under the ids that they had
 * before their upgrade, that one. A folder keeps its name for good.
 */
export async function findJobFolder(
  options: JobSelection & FormerIds & LedgerPlace,
  purpose: ReadPurpose,
): Promise<JobFolder> {
  const names = jobFolderNames(options);
  const [plain] = names;
  if (names.length === 1) return { name: plain, others: [] };
  const known = await withJob(options, names, purpose);
  return { name: known[0] ?? plain, others: known.slice(1) };
}

async function withJob(
  place: LedgerPlace,
  names: readonly string[],
  purpose: ReadPurpose,
): Promise<string[]> {
  const known = new Set(names.filter((name) => existsSync(join(place.dataDir, name, JOB_FILE))));
  const look = async (db: Kysely<LedgerTables>): Promise<void> => {
    for (const name of names) if (await currentJob(db, name)) known.add(name);
  };
  await readLedger(place, look, purpose);
  return names.filter((name) => known.has(name));
}
