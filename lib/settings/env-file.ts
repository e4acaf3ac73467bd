import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import { reasonOfSystem, UsageError } from '../base/errors.js';

/** Where the settings file is. */
export interface EnvFilePlace {
  /** Relative paths and .env start here. */
  readonly workingDirectory: string;
  /** Replaces `.env` in the working directory, and must exist. */
  readonly envFile?: string | undefined;
}

export interface EnvFile {
  /** Absolute path. */
  readonly path: string;
  /** Whether it exists; if not, there are no values. */
  readonly found: boolean;
  /** The text itself, for the search for names without a value. */
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
}

/** The settings file, read once: it may be a pipe, which gives its text only to the first reader. */
export class SettingsFile {
  readonly #place: EnvFilePlace;
  #outcome: { readonly file: EnvFile } | { readonly error: unknown } | undefined;

  constructor(place: EnvFilePlace) {
    this.#place = place;
  }

  /** Its content; throws as readEnvFile does, each time. */
  read(): EnvFile {
    this.load();
    if (this.#outcome && 'file' in this.#outcome) return this.#outcome.file;
    throw this.#outcome?.error;
  }

  /** Reads it, unless that was done already; `read` throws any error. Blocks until a pipe's writer has finished. */
  load(): void {
    if (this.#outcome) return;
    try {
      this.#outcome = { file: readEnvFile(this.#place) };
    } catch (error) {
      this.#outcome = { error };
    }
  }
}

/** Far more than all settings need. A device may supply bytes without end. */
const MOST_BYTES = 2 ** 20;

/**
 * Reads the settings file, which may be UTF-8 or, as Windows writes it, UTF-16, with or without a byte-order mark.
 * @throws UsageError when it was asked for but doesn't exist, can't be read, is larger than 1 MiB, or isn't text.
 */
export function readEnvFile({ workingDirectory, envFile }: EnvFilePlace): EnvFile {
  const path = resolve(workingDirectory, envFile ?? '.env');
  const bytes = readBytes(path, envFile !== undefined);
  if (bytes === undefined) return { path, found: false, text: '', values: {} };
  if (bytes.length > MOST_BYTES) {
    throw new UsageError(
      'ENV_FILE_UNREADABLE',
      `Settings file ${path}: it is larger than 1 MiB, which no settings file is: check the path after --settings.`,
    );
  }
  const text = decode(bytes);
  if (text !== undefined && !text.includes('\0')) return { path, found: true, text, values: parse(text) };
  throw new UsageError(
    'ENV_FILE_UNREADABLE',
    `Settings file ${path} is neither UTF-8 nor UTF-16 text: save it as UTF-8 in your editor.`,
  );
}

function readBytes(path: string, mustExist: boolean): Buffer | undefined {
  try {
    return readUpTo(path, MOST_BYTES + 1);
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (absent && !mustExist) return undefined;
    const fix = absent
      ? 'it is not there: check the path after --settings'
      : `it can't be read, ${reasonOfSystem(error)}: make it a file that this user may read`;
    throw new UsageError('ENV_FILE_UNREADABLE', `Settings file ${path}: ${fix}.`, { cause: error });
  }
}

function readUpTo(path: string, most: number): Buffer {
  const chunks: Buffer[] = [];
  const descriptor = openSync(path, 'r');
  try {
    for (let left = most; left > 0; ) {
      const chunk = Buffer.alloc(Math.min(left, 64 * 1024));
      const count = readSync(descriptor, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
  } finally {
    closeSync(descriptor);
  }
  return Buffer.concat(chunks);
}

const MARK = '\ufeff';

function decode(bytes: Buffer): string | undefined {
  const order = utf16Order(bytes);
  if (order !== undefined) {
    const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
    const little = order === 'little' ? even : Buffer.from(even).swap16();
    return little.toString('utf16le').replace(MARK, '');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Decided by its byte-order mark, or by the zero byte in every ASCII character. */
function utf16Order(bytes: Buffer): 'little' | 'big' | undefined {
  const first = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (first === 0xfffe) return 'little';
  if (first === 0xfeff) return 'big';
  const zeros = [0, 0];
  for (const [index, byte] of bytes.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > even && odd > bytes.length / 4) return 'little';
  if (even > odd && even > bytes.length / 4) return 'big';
  return undefined;
}
