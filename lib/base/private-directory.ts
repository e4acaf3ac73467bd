import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory, and the missing ones above it, each for this user alone (mode 700); existing directories keep
 * their modes. Doesn't use mkdir's own `recursive`, because Node's tries for ever in /proc.
 */
export async function makePrivateDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makePrivateDirectory(dirname(path));
      // If it is missing now, it can't be made.
      await mkdir(path, { mode: 0o700 }).catch((again) => passIfDirectory(path, again));
    } else await passIfDirectory(path, error);
  }
}

/** EROFS and EACCES, too, come before EEXIST on some systems. */
async function passIfDirectory(path: string, error: unknown): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw error;
}
