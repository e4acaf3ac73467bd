import { lstatSync, type Stats, statSync } from 'node:fs';
import { UsageError } from './errors.js';

/**
 * What is at `path` if not a file: `a directory`, `a named pipe` (opening it would wait for ever), a link that leads to
 * no file. Undefined for a file, and when there is nothing or it can't be seen.
 */
export function oddKind(path: string): string | undefined {
  try {
    return kindOf(statSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return 'a link that leads in a circle';
    return code === 'ENOENT' && isLink(path) ? 'a link that leads nowhere' : undefined;
  }
}

/** Throws UsageError NOT_A_FILE when something other than a file is at `path`; a missing file is fine. */
export function refuseOddFile(path: string): void {
  const kind = oddKind(path);
  if (kind === undefined) return;
  throw new UsageError(
    'NOT_A_FILE',
    `${path} is ${kind}, and TelePi keeps a file there: set DATA_DIR to another directory if another program uses ` +
      'this one; if none does, move away what is there and run again.',
    { fields: { path } },
  );
}

function kindOf(found: Stats): string | undefined {
  if (found.isFile()) return undefined;
  if (found.isDirectory()) return 'a directory';
  if (found.isFIFO()) return 'a named pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}
