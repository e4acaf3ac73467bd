import { UsageError } from '../../base/errors.js';

/**
 * The words of a command, as a shell would part them: at blanks, except inside quotes. A backslash takes the next
 * character as it is, inside double quotes only before `"` and `\`. No shell runs it: nothing is expanded.
 * `origin` names the setting in an error.
 * @throws UsageError BAD_PIPE when a quote isn't closed, or there is no word.
 */
export function commandWords(
  command: string,
  origin = '--pipe',
): readonly [program: string, ...words: string[]] {
  const words: string[] = [];
  const pattern = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)|([\s\S])/g;
  let word: string | undefined;
  for (const [, single, double, escaped, bare, blank, odd] of command.matchAll(pattern)) {
    if (odd !== undefined) {
      const fault = odd === '\\' ? 'ends with a backslash' : `has a ${odd} that is never closed`;
      throw new UsageError(
        'BAD_PIPE',
        `${origin} takes a program and its arguments, but ${JSON.stringify(command)} ${fault}.`,
      );
    }
    if (blank === undefined) {
      word = (word ?? '') + (single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? bare ?? '');
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  const [program, ...rest] = words;
  if (!program)
    throw new UsageError('BAD_PIPE', `${origin} takes a program and its arguments; it names no program.`);
  return [program, ...rest];
}
