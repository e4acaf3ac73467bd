import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from '../base/atomic-file.js';
import { codeOf } from '../base/system-errors.js';
import { MOST_NAME_BYTES, numberedName } from './safe-name.js';

/** File systems without hard links (FAT, some network ones) answer with one of these. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

/**
 * Gives a complete file its name, durably, and never overwrites another file: where the name is taken, a number is added, as file
 * managers do. A file that got its name before a crash is recognised.
 * @returns the path that it has now
 */
export async function claimName(partPath: string, wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? wanted : numbered(wanted, number);
    if (await claim(partPath, path)) {
      await syncDirectory(dirname(path));
      return path;
    }
  }
}

function numbered(path: string, number: number): string {
  return join(dirname(path), numberedName(basename(path), number, MOST_NAME_BYTES));
}

/** A hard link fails where a rename would overwrite. */
async function claim(partPath: string, path: string): Promise<boolean> {
  try {
    await link(partPath, path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') {
      if (!(await isSameFile(partPath, path))) return false;
    } else if (NO_LINKS.has(code)) {
      return reserveAndRename(partPath, path);
    } else throw error;
  }
  await rm(partPath);
  return true;
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [left, right] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
  return left.dev === right.dev && left.ino === right.ino;
}

/** An empty file takes the name first, so that whoever comes later finds it taken. */
async function reserveAndRename(partPath: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(partPath, path);
  return true;
}
