import { UsageError } from '../base/errors.js';
import { booleanOf } from '../settings/parse.js';

/**
 * The value of a switch as it is written: `--name`, `--no-name`, `--name=yes`. Undefined for any other word.
 * @throws UsageError for a value that is neither yes nor no, naming the flag and the values it accepts.
 */
export function readSwitch(
  word: string,
  isSwitch: (name: string) => boolean,
): { readonly name: string; readonly value: boolean } | undefined {
  const [, given = '', text] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
  const negated = !isSwitch(given) && given.startsWith('no-');
  const name = negated ? given.slice('no-'.length) : given;
  if (!isSwitch(name)) return undefined;
  if (text === undefined) return { name, value: !negated };
  if (negated) throw new UsageError('BAD_SETTING', `--no-${name} takes no value: write --${name}=no.`);
  return { name, value: booleanOf({ text, origin: `--${name}` }) };
}

/**
 * Whether a switch is on; used where it decides how errors in the words themselves are shown. An unreadable value means
 * no.
 */
export function isSwitchedOn(words: readonly string[], name: string): boolean {
  const end = words.indexOf('--');
  let on = false;
  for (const word of end < 0 ? words : words.slice(0, end)) {
    try {
      on = readSwitch(word, (each) => each === name)?.value ?? on;
    } catch {
      on = false;
    }
  }
  return on;
}
