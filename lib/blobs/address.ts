import { createHash } from 'node:crypto';

/**
 * Where a blob lies below its store, with `/` between the components: `ab/cd/abcd…`.
 * @throws RangeError for what isn't 64 lower-case hexadecimal digits: nothing else may become a path.
 */
export function addressOf(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError('a blob is named by its SHA-256 in lower case');
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}

/** @throws RangeError for a key that could not be part of a file's name. */
export function checkKey(key: string): void {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(key)) throw new RangeError(`"${key}" names no blob under way`);
}

/** In lower-case hexadecimal. */
export function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
