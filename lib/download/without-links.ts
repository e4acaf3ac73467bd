import { type FileHandle, lstat, open, readFile, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { codeOf } from '../base/system-errors.js';

/** File systems without hard links (FAT, some network ones) answer with one of these. */
export const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

/**
 * Gives a file another name where no link can. A file that says whose name it keeps takes the name first, so that whoever comes
 * later finds it taken, and whoever continues after a death takes it for its own. False: it is taken already.
 */
export async function reserveAndRename(partPath: string, path: string): Promise<boolean> {
  const file = await open(path, 'wx').catch((error) => {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  });
  if (file) await write(file, path, wordsFor(partPath));
  else if (!(await isReservedFor(path, partPath))) return false;
  await rename(partPath, path);
  return true;
}

/** Whether the name at `path` is kept for this file under way, by a process that died before the file got it. */
export async function isReservedFor(path: string, partPath: string): Promise<boolean> {
  const words = wordsFor(partPath);
  const there = await sizeAt(path);
  return there === Buffer.byteLength(words) && (await readFile(path, 'utf8')) === words;
}

/**
 * Frees a name that was announced at `announcedAt` (milliseconds since the epoch) by a process that died before its file got it.
 * What it kept the name with is removed, for whichever of its files that was; an empty file only if it is of that moment. Any
 * other file stays.
 * @returns whether the name was kept
 */
export async function freeReservedName(path: string, announcedAt: number): Promise<boolean> {
  const size = await sizeAt(path);
  if (size === undefined || size > MOST_WORDS) return false;
  const isOurs =
    size === 0
      ? Math.abs((await lstat(path)).mtimeMs - announcedAt) < MOMENT_MS
      : (await readFile(path, 'utf8')).startsWith(WORDS);
  if (isOurs) await rm(path);
  return isOurs;
}

const WORDS = 'TelePi keeps this name for a file that is nearly complete: ';
/** With the longest name of a file, in bytes. */
const MOST_WORDS = 512;
/** A process may die, or a machine lose its power, before the words are written. FAT counts in steps of two seconds. */
const MOMENT_MS = 10_000;

function wordsFor(partPath: string): string {
  return `${WORDS}${basename(partPath)}\n`;
}

async function write(file: FileHandle, path: string, words: string): Promise<void> {
  try {
    await file.writeFile(words);
  } catch (error) {
    // Such as a disk that is full.
    await rm(path);
    throw error;
  } finally {
    await file.close();
  }
}

/** Of a file, in bytes; undefined when there is none, or something else. */
async function sizeAt(path: string): Promise<number | undefined> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
