import { link, lstat, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from '../base/atomic-file.js';
import { codeOf } from '../base/system-errors.js';
import { MOST_NAME_BYTES, numberedName } from './safe-name.js';
import { NO_LINKS, reserveAndRename } from './without-links.js';

/**
 * Whether a complete file may have the name at `path`, which was free just now; awaited before it gets it. False: it gets no
 * name at all.
 */
export type OnName = (path: string) => Promise<boolean>;

/**
 * Gives a complete file its name, durably, and never overwrites another file: where the name is taken, a number is added, as
 * file managers do. A file that got its name before a crash is recognised.
 * @returns the path that it has now; undefined when `onName` didn't want it to have one. Then it is still at `partPath`.
 */
export async function claimName(
  partPath: string,
  wanted: string,
  onName: OnName = async () => true,
): Promise<string | undefined> {
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? wanted : numberedPath(wanted, number);
    if (!(await isFreeFor(partPath, path))) continue;
    if (!(await onName(path))) return undefined;
    if (await claim(partPath, path)) {
      await syncDirectory(dirname(path));
      return path;
    }
  }
}

/** The path with a number in front of its ending, as `numberedName`. */
export function numberedPath(path: string, number: number): string {
  return join(dirname(path), numberedName(basename(path), number, MOST_NAME_BYTES));
}

/** Whether anything has the name: a file, a folder, a link that leads nowhere. */
export async function isTaken(path: string): Promise<boolean> {
  return (await inodeOf(path)) !== undefined;
}

/** Whether nothing has the name, or the file itself. */
async function isFreeFor(file: string, path: string): Promise<boolean> {
  const there = await inodeOf(path);
  return there === undefined || there === (await inodeOf(file));
}

async function inodeOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await lstat(path, { bigint: true });
    return `${dev} ${ino}`;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A hard link fails where a rename would overwrite. */
async function claim(partPath: string, path: string): Promise<boolean> {
  try {
    await link(partPath, path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') {
      if (!(await isFreeFor(partPath, path))) return false;
    } else if (NO_LINKS.has(code)) {
      return reserveAndRename(partPath, path);
    } else throw error;
  }
  await rm(partPath);
  return true;
}
