import stringify from 'fast-json-stable-stringify';
import { messageOf } from '../base/errors.js';
import { damagedFile, oneLine, readStateFile, writeStateFile } from './state-file.js';

/**
 * The content of a JSON file, or undefined when there is none. `fix` ends the error about a file that doesn't parse.
 */
export async function readJsonFile(path: string, fix: string): Promise<unknown> {
  const text = await readStateFile(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.trim());
  } catch (error) {
    // V8 quotes the file's text in its message.
    throw damagedFile(path, `it isn't JSON: ${oneLine(messageOf(error))}`, fix, error);
  }
}

/** Writes a value with its keys sorted, so that the same state gives the same bytes. */
export async function writeJsonFile(path: string, value: object): Promise<void> {
  await writeStateFile(path, `${stringify(value)}\n`);
}
