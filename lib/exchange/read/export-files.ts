import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { isReason } from '../../messages/document/merge-imported.js';
import type { JsonObject } from './fields.js';

/** A file of an export. */
export interface ExportFile {
  /** Absolute. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Unix seconds. */
  readonly modified: number;
}

/** A path of an export that isn't followed, and why. */
export type FileProblem = 'refused' | 'missing';

/** The files of an export, none of which may lie outside its folder. */
export class ExportFiles {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** `folder`: that of result.json. */
  static async of(folder: string): Promise<ExportFiles> {
    return new ExportFiles(await realpath(folder));
  }

  /** The file at a path that the export names; links are followed, as long as they stay in the folder. */
  async find(path: string): Promise<ExportFile | FileProblem> {
    if (!isInnerPath(path)) return 'refused';
    const wanted = resolve(this.#root, path);
    const real = await realpath(wanted).catch(() => undefined);
    if (real === undefined) return 'missing';
    if (!isWithin(this.#root, real)) return 'refused';
    const found = await stat(real);
    if (!found.isFile()) return 'missing';
    return { path: real, size: found.size, modified: Math.floor(found.mtimeMs / 1000) };
  }
}

/** Of a file's bytes, in hex. */
export async function sha256OfFile(path: string, signal: AbortSignal): Promise<string> {
  const sum = createHash('sha256');
  for await (const piece of createReadStream(path, { signal, highWaterMark: 2 ** 20 })) sum.update(piece);
  return sum.digest('hex');
}

/** Whether a path stays in its folder by its words alone: neither absolute nor with a drive, and never upwards. */
function isInnerPath(path: string): boolean {
  if (path === '' || path.includes('\0') || /^(?:[A-Za-z]:|[/\\])/.test(path)) return false;
  return !path.split(/[/\\]/).includes('..');
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`);
}

/** What a message says of its file: the path, if it has one, and the rest. */
export interface NamedFile {
  readonly path: string | undefined;
  readonly name: string | undefined;
  readonly size: number | undefined;
  readonly mime: string | undefined;
}

/** The file of a message of Telegram Desktop; undefined for one without. */
export function namedFile(keys: JsonObject): NamedFile | undefined {
  const isPhoto = typeof keys['photo'] === 'string';
  const path = isPhoto ? keys['photo'] : keys['file'];
  if (typeof path !== 'string') return undefined;
  const isThere = path !== '' && !isReason(path);
  const size = keys[isPhoto ? 'photo_file_size' : 'file_size'];
  const { file_name: name, mime_type: mime } = keys;
  return {
    path: isThere ? path : undefined,
    name: typeof name === 'string' ? name : undefined,
    size: typeof size === 'number' && size > 0 ? size : undefined,
    mime: typeof mime === 'string' ? mime : undefined,
  };
}
