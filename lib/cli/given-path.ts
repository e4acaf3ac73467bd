import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandContext } from './command.js';

/** The absolute path that a word or flag means. `~` is the home directory also where no shell has seen it, as in `--output=~/x`. */
export function givenPath({ sources }: Pick<CommandContext, 'sources'>, word: string): string {
  if (word === '~' || word.startsWith('~/')) return join(homedir(), word.slice(1));
  return resolve(sources.workingDirectory, word);
}
