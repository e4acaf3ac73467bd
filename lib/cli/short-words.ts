import { commandNamed } from './aliases.js';
import type { CommandSpec } from './command.js';

const LONG_FORMS: ReadonlyMap<string, string> = new Map([
  ['-h', '--help'],
  ['-V', '--version'],
]);
/** Words that may come before `help` and take no value. */
const BEFORE_HELP = ['--json', '--debug'];

/** Replaces `-h`, `-V`, `help` and `help <command>` with the flags that they stand for. */
export function withLongForms(argv: readonly string[], commands: readonly CommandSpec[]): readonly string[] {
  const end = argv.indexOf('--');
  const words = argv.map((word, index) => (end >= 0 && index > end ? word : (LONG_FORMS.get(word) ?? word)));
  const first = words.findIndex((word) => !BEFORE_HELP.includes(word));
  if (words[first] !== 'help') return words;
  const topic = words.slice(first + 1).find((word) => !word.startsWith('-'));
  if (topic === undefined || topic === 'help') return ['--help'];
  // An unknown topic stays alone, and is refused like any unknown command.
  return commandNamed(topic, commands) ? [topic, '--help'] : [topic];
}
