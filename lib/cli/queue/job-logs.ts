import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../base/system-errors.js';

/** How many files of logs of jobs stay. */
const KEPT = 500;

/**
 * Removes the logs of jobs that ended long ago from a worker's folder. `running`: the ids of the jobs that run, whose logs stay. Throws
 * what the system refuses.
 */
export async function removeOldLogs(folder: string, running: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(folder)).filter((name) => {
    const id = /^([0-9a-f-]{36})\.log(?:\.\d+)?$/.exec(name)?.[1];
    return id !== undefined && !running.has(id);
  });
  if (names.length <= KEPT) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: await changedAt(join(folder, name)) })),
  );
  aged.sort((one, other) => other.at - one.at);
  for (const { name } of aged.slice(KEPT)) await rm(join(folder, name), { force: true });
}

/** Milliseconds since the epoch; 0 for one that another job's end has removed meanwhile. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
