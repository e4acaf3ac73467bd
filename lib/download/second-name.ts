import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../base/atomic-file.js';
import { codeOf } from '../base/system-errors.js';
import { claimName, firstFree, isTaken, numberedPath } from './claim-name.js';
import { copyPartOf } from './copy-part.js';
import { lockPart } from './part-lock.js';
import type { Named, SecondName } from './place.js';
import { partPathOf } from './receive-file.js';

/** No links here, none to another file system, or the file has as many as it can have. */
const NO_LINK: ReadonlySet<string | undefined> = new Set([
  'EXDEV',
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
]);

/** Gives a file on the disk a second name by a hard link; a copy where that can't be. `wanted` is absolute. */
export async function linkFile(name: SecondName): Promise<Named> {
  const { from, wanted, onName, signal } = name;
  await mkdir(dirname(wanted), { recursive: true });
  const isFree = async (number: number): Promise<boolean> => !(await isTaken(numberedPath(wanted, number)));
  for (let number = await firstFree(1, isFree); ; number = await firstFree(number + 1, isFree)) {
    signal.throwIfAborted();
    const path = numberedPath(wanted, number);
    await onName(path);
    try {
      await link(from, path);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST') continue;
      if (NO_LINK.has(code)) return copyOf(name);
      throw error;
    }
    await syncDirectory(dirname(path));
    return { path, how: 'linked' };
  }
}

/** Copies a file on the disk, durably, with the time of its message. `wanted` is absolute. */
export async function copyOf(name: SecondName): Promise<Named> {
  const { wanted, key } = name;
  await mkdir(dirname(wanted), { recursive: true });
  const part = partPathOf(wanted, key);
  // Nobody downloads the same content to the same name meanwhile.
  const lock = lockPart(part);
  try {
    const copied = await lockedCopy(name, copyPartOf(part, key));
    await rm(part, { force: true });
    return copied;
  } finally {
    lock.release();
  }
}

async function lockedCopy(
  { from, wanted, modified, onName, signal }: SecondName,
  path: string,
): Promise<Named> {
  const lock = lockPart(path);
  try {
    await rm(path, { force: true });
    signal.throwIfAborted();
    await copyFile(from, path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await makeDurable(path, modified);
    const named = await claimName(path, wanted, async (free) => {
      await onName(free);
      return true;
    });
    return { path: named ?? wanted, how: 'copied' };
  } finally {
    lock.release();
  }
}

async function makeDurable(path: string, modified: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.utimes(modified, modified);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
