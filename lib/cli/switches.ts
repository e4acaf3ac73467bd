import { UsageError } from '../base/errors.js';
import { booleanOf, isBooleanWord } from '../settings/parse.js';
import { settingKeys, specOf } from '../settings/table.js';
import type { CommandSpec, FlagSpec } from './command.js';
import { GLOBAL_FLAGS } from './root-help.js';

/** What yargs itself knows. */
const OF_YARGS = ['help', 'version'];

/** The names of all yes-or-no flags of a command, or of telepi itself; `more` are the flags that it loads late. */
export function switchesOf(
  command: CommandSpec | undefined,
  more: readonly FlagSpec[] = [],
): ReadonlySet<string> {
  const flags = [...GLOBAL_FLAGS, ...(command?.flags ?? []), ...more];
  const settings = command ? command.settings.map(specOf) : settingKeys.map(specOf);
  return new Set([
    ...OF_YARGS,
    ...flags.filter(({ placeholder }) => placeholder === undefined).map(({ name }) => name),
    ...settings.flatMap(({ flag, kind }) => (flag !== undefined && kind.type === 'boolean' ? [flag] : [])),
  ]);
}

/**
 * The words with each switch written as `--name=true` or `--name=false`: yargs would take every value but `true` for
 * no, and a `true` behind the switch for its value. `takesWord`: a word behind a switch is the command's own.
 * @throws UsageError for a value that is neither yes nor no, naming the flag and what it takes.
 */
export function withReadSwitches(
  words: readonly string[],
  switches: ReadonlySet<string>,
  takesWord: boolean,
): readonly string[] {
  const end = endOfFlags(words);
  const read = words.slice(0, end).flatMap((word, index) => {
    const found = readSwitch(word, switches);
    if (!found) return [word];
    const next = words[index + 1];
    if (!takesWord && !word.includes('=') && next !== undefined && isBooleanWord(next)) {
      throw new UsageError(
        'BAD_SETTING',
        `${word} takes its value behind an equals sign: write --${found.name}=yes or --${found.name}=no.`,
      );
    }
    if (OF_YARGS.includes(found.name)) return found.value ? [`--${found.name}`] : [];
    return [`--${found.name}=${found.value}`];
  });
  return [...read, ...words.slice(end)];
}

/** Whether a switch is on, for those that decide how the words' own faults are shown: what can't be read is no. */
export function isSwitchedOn(words: readonly string[], name: string): boolean {
  let on = false;
  for (const word of words.slice(0, endOfFlags(words))) {
    try {
      on = readSwitch(word, new Set([name]))?.value ?? on;
    } catch {
      on = false;
    }
  }
  return on;
}

/** What follows `--` are words, whatever they look like. */
function endOfFlags(words: readonly string[]): number {
  const index = words.indexOf('--');
  return index < 0 ? words.length : index;
}

function readSwitch(
  word: string,
  switches: ReadonlySet<string>,
): { readonly name: string; readonly value: boolean } | undefined {
  const [, given = '', text] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
  const negated = !switches.has(given) && given.startsWith('no-');
  const name = negated ? given.slice('no-'.length) : given;
  if (!switches.has(name)) return undefined;
  if (text === undefined) return { name, value: !negated };
  if (negated) throw new UsageError('BAD_SETTING', `--no-${name} takes no value: write --${name}=no.`);
  return { name, value: booleanOf({ text, origin: `--${name}` }) };
}
