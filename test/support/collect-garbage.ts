import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So that what memory is measured next is in use. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc === 'function') gc();
}
