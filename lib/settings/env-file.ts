import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import { UsageError } from '../base/errors.js';

/** Where the settings file is. */
export interface EnvFilePlace {
  /** Relative paths and .env start here. */
  readonly workingDirectory: string;
  /** Replaces `.env` in the working directory, and must exist. */
  readonly envFile?: string | undefined;
}

export interface EnvFile {
  /** Absolute. */
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Reads the settings file; without one there are no values. */
export function readEnvFile({ workingDirectory, envFile }: EnvFilePlace): EnvFile {
  const path = resolve(workingDirectory, envFile ?? '.env');
  try {
    return { path, values: parse(readFileSync(path)) };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && envFile === undefined) return { path, values: {} };
    const fix =
      code === 'ENOENT'
        ? 'it is not there: check the path after --settings'
        : `it can't be read (${code}): make it a file that this user may read`;
    throw new UsageError('ENV_FILE_UNREADABLE', `Settings file ${path}: ${fix}.`, { cause: error });
  }
}
