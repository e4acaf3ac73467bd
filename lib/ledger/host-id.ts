import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { refuseOddFile } from '../base/odd-file.js';
import type { Random } from '../base/random.js';
import { codeOf } from '../base/system-errors.js';
import { createStateFile, unreadable, writeStateFile } from './state-file.js';

/** Names this data directory on this machine; a random number, since paths and host names are often alike. */
const ID_FILE = 'host-id';

/**
 * What distinguishes a data directory from every other one, its copies included: a copy has the same id, but not the same file. A
 * directory that is renamed keeps both. Undefined when it has none yet.
 * @throws UsageError STATE_UNREADABLE
 */
export async function readHostId(dataDir: string): Promise<string | undefined> {
  const found = await readIdFile(join(dataDir, ID_FILE));
  return found && isId(found.id) ? `${found.id} ${found.inode}` : undefined;
}

/**
 * The same, of a directory that gets one if it has none: of processes that begin at once, one makes it for all.
 * @throws FailedError STATE_UNWRITABLE
 */
export async function makeHostId(dataDir: string, random: Random): Promise<string> {
  const path = join(dataDir, ID_FILE);
  for (;;) {
    const found = await readIdFile(path);
    if (found && isId(found.id)) return `${found.id} ${found.inode}`;
    const data = `${random.bytes(16).toString('hex')}\n`;
    if (found) await writeStateFile(path, data);
    else await createStateFile(path, data);
  }
}

interface IdFile {
  readonly id: string;
  readonly inode: bigint;
}

/** Both of one file, also when another one takes its place meanwhile. */
async function readIdFile(path: string): Promise<IdFile | undefined> {
  refuseOddFile(path);
  try {
    const file = await open(path, 'r');
    try {
      // Not the device: its number may be another one after the machine has started again.
      const { ino } = await file.stat({ bigint: true });
      return { id: (await file.readFile('utf8')).trim(), inode: ino };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

function isId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
