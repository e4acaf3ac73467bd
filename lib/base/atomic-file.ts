import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './system-errors.js';

export interface AtomicWriteOptions {
  /** Permission bits of the new file. Default 0o600. */
  readonly mode?: number;
}

/**
 * Replaces the content of `path` with `data` so that a reader, or a machine that loses power, finds either the old
 * content or the new, never a mixture: temporary file in the same directory, fsync, rename, fsync of the directory. A
 * write that fails removes its temporary file and leaves the old file as it was.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode = 0o600 }: AtomicWriteOptions = {},
): Promise<void> {
  await throughTemporary(path, data, mode, (temporary) => rename(temporary, path));
}

/**
 * Makes a file that isn't there, as durably, and returns whether it did: of processes that do it at once, one does, and
 * the others leave its file as it is. On a file system without hard links the last one replaces it.
 */
export async function createFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode = 0o600 }: AtomicWriteOptions = {},
): Promise<boolean> {
  return throughTemporary(path, data, mode, async (temporary) => {
    try {
      await link(temporary, path);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') {
        await rm(temporary);
        return false;
      }
      if (!NO_LINKS.has(codeOf(error) ?? '')) throw error;
      await rename(temporary, path);
      return true;
    }
    await rm(temporary);
    return true;
  });
}

/** What file systems without hard links answer. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Writes a temporary file in the directory of `path`, has it put there, and makes that durable. */
async function throughTemporary<T>(
  path: string,
  data: string | Uint8Array,
  mode: number,
  put: (temporary: string) => Promise<T>,
): Promise<T> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  let done: T;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    done = await put(temporary);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
  return done;
}

/** Makes a rename durable. Windows can't open a directory and needs no such call. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
