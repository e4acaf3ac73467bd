import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reasonOfSystem, UsageError } from '../base/errors.js';
import type { CommandContext } from './command.js';

/**
 * The absolute path of a folder that was given as a word, as downloads note it: links in it stay.
 * @throws UsageError NO_FOLDER
 */
export async function ownFolder({ sources }: CommandContext, word: string): Promise<string> {
  const path = resolve(sources.workingDirectory, word);
  try {
    if ((await stat(path)).isDirectory()) return path;
  } catch (error) {
    throw new UsageError(
      'NO_FOLDER',
      `${path} can't be read: ${reasonOfSystem(error)}. Name the folder of a download.`,
      {
        cause: error,
        fields: { path },
      },
    );
  }
  throw new UsageError('NO_FOLDER', `${path} is not a folder: name the folder of a download.`, {
    fields: { path },
  });
}
