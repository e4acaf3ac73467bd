import { join, relative, sep } from 'node:path';

/** Whether an absolute path leads into a folder. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && join(folder, way) === path;
}
