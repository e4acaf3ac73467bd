import { open, rename } from 'node:fs/promises';
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
 * Gives a file another name where no link can. An empty file takes the name first, so that whoever comes later finds it taken.
 * False: it is taken already.
 */
export async function reserveAndRename(partPath: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(partPath, path);
  return true;
}
