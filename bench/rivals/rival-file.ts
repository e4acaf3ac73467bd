import { fileURLToPath } from 'node:url';

/** A file of bench/rivals that isn't compiled, by its path in the checkout. */
export function rivalFile(path: string): string {
  return fileURLToPath(new URL(`../../../bench/rivals/${path}`, import.meta.url));
}
