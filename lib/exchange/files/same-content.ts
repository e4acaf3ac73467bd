import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { open, readlink, stat } from 'node:fs/promises';
import { codeOf } from '../../base/system-errors.js';
import type { FoundFile } from '../exported.js';

/** Whether what lies at a path is the content of a file, or leads to it. `there`: of the path itself, no link followed. */
export async function holdsContent(
  path: string,
  there: Stats,
  content: FoundFile | Buffer,
  signal: AbortSignal,
): Promise<boolean> {
  if (Buffer.isBuffer(content)) return there.isFile() && (await isBuffer(path, there, content));
  if (there.isSymbolicLink()) return 'path' in content && (await readlink(path)) === content.path;
  if (!there.isFile() || there.size !== content.size) return false;
  if ('path' in content) return isSameFile(path, there, content.path, signal);
  return content.sha256 !== undefined && (await hashOf(path, signal)) === content.sha256;
}

async function isBuffer(path: string, there: Stats, content: Buffer): Promise<boolean> {
  if (there.size !== content.length) return false;
  const file = await open(path);
  try {
    return (await file.readFile()).equals(content);
  } finally {
    await file.close();
  }
}

async function isSameFile(path: string, there: Stats, other: string, signal: AbortSignal): Promise<boolean> {
  let source: Stats;
  try {
    source = await stat(other);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  if (source.ino === there.ino && source.dev === there.dev) return true;
  return source.size === there.size && (await hashOf(path, signal)) === (await hashOf(other, signal));
}

/** SHA-256 in hex. */
async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path, { signal })) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
