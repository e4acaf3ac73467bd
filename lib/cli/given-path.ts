import { absolutePath } from '../base/absolute-path.js';
import type { CommandContext } from './command.js';

/** The absolute path that a word or flag means. */
export function givenPath({ sources }: Pick<CommandContext, 'sources'>, word: string): string {
  return absolutePath(word, sources.workingDirectory);
}
