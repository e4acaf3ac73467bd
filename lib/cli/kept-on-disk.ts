import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { codeOf } from '../base/system-errors.js';

/** The folder of a data directory in which files rest by their content. */
export const BLOBS_FOLDER = 'blobs';

/**
 * How many bytes a file has that was kept at this path; undefined when no file is there, or none that this user can reach.
 * Throws the system's error for anything else.
 */
export async function sizeOnDisk(path: string): Promise<number | undefined> {
  if (!isAbsolute(path)) return undefined;
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (UNREACHABLE.has(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}

const UNREACHABLE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG']);
