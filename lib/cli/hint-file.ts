import { constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, TelepiError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { readJsonFile } from '../ledger/json-file.js';

/** A JSON file in the data directory that only makes the next run faster. */
export interface HintFile {
  readonly dataDir: string;
  readonly name: string;
  readonly log: Log;
}

export type Json = Readonly<Record<string, unknown>>;

/**
 * Written in place: a process that is killed meanwhile leaves a file that is ignored, rather than a temporary one that
 * nobody removes. A pipe of that name is refused, not waited for.
 */
const IN_PLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

/** Its object. A file that can't be read is logged, and counts as empty. */
export async function readHints({ dataDir, name, log }: HintFile): Promise<Json> {
  try {
    return asObject(await readJsonFile(join(dataDir, name), 'Delete it'));
  } catch (error) {
    if (!(error instanceof TelepiError)) throw error;
    log.warn('hints_not_read', { file: name, error: error.message });
    return {};
  }
}

/** Replaces it. A file that can't be written is logged, because the work is done by then. */
export async function writeHints({ dataDir, name, log }: HintFile, text: string): Promise<void> {
  try {
    await writeFile(join(dataDir, name), text, { mode: 0o600, flag: IN_PLACE });
  } catch (error) {
    log.warn('hints_not_saved', { file: name, error: messageOf(error) });
  }
}

/** The value under a name, if it is an object. */
export function objectIn(value: Json, name: string): Record<string, unknown> {
  return asObject(value[name]);
}

export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
