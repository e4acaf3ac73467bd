import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** A path as a person writes it, from this directory on. `~` is the home directory also where no shell has seen it. */
export function absolutePath(path: string, workingDirectory: string): string {
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1));
  return resolve(workingDirectory, path);
}
