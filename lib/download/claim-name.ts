import { link, lstat, unlink } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { syncDirectory } from '../base/atomic-file.js';
import { codeOf } from '../base/system-errors.js';
import { numberedName } from './safe-name.js';
import { isReservedFor, NO_LINKS, reserveAndRename } from './without-links.js';

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
  const isFree = (number: number): Promise<boolean> => isFreeFor(partPath, numberedPath(wanted, number));
  for (let number = await firstFree(1, isFree); ; number = await firstFree(number + 1, isFree)) {
    const path = numberedPath(wanted, number);
    if (!(await onName(path))) return undefined;
    if (await claim(partPath, path)) {
      await syncDirectory(dirname(path));
      return path;
    }
  }
}

/**
 * A path with a number in front of its ending, as `numberedName`; with 1, the path itself. It may be relative, with `/` between
 * its components.
 */
export function numberedPath(path: string, number: number): string {
  if (number === 1) return path;
  const name = Math.max(path.lastIndexOf('/'), path.lastIndexOf(sep)) + 1;
  return path.slice(0, name) + numberedName(path.slice(name), number);
}

/**
 * A free number from `start` on: the first one, unless some below it are free and some are taken. Of thousands of numbers that are
 * taken it looks at a few.
 */
export async function firstFree(
  start: number,
  isFree: (number: number) => Promise<boolean>,
): Promise<number> {
  let taken = start - 1;
  let free = start;
  for (let step = 1; !(await isFree(free)); step *= 2) {
    taken = free;
    free += step;
  }
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isFree(middle)) free = middle;
    else taken = middle;
  }
  return free;
}

/** Whether anything has the name: a file, a folder, a link that leads nowhere. */
export async function isTaken(path: string): Promise<boolean> {
  return (await inodeOf(path)) !== undefined;
}

/** Whether nothing has the name, the file itself has it, or it is kept for the file. */
async function isFreeFor(file: string, path: string): Promise<boolean> {
  const there = await inodeOf(path);
  return there === undefined || there === (await inodeOf(file)) || isReservedFor(path, file);
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
    const isKept = code === 'EEXIST' && (await isReservedFor(path, partPath));
    if (isKept || NO_LINKS.has(code)) return reserveAndRename(partPath, path);
    if (code !== 'EEXIST') throw error;
    if (!(await isFreeFor(partPath, path))) return false;
  }
  await unlink(partPath);
  return true;
}
