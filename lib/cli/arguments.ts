import { UsageError } from '../base/errors.js';
import { nearestName } from '../base/nearest-name.js';
import { settingKeys, specOf } from '../settings/table.js';
import { commandNamed, commandsAsCalled, flagsAsCalled, withoutAliases } from './aliases.js';
import type { CommandSpec } from './command.js';
import { rootHelp } from './root-help.js';
import { withLongForms } from './short-words.js';
import { isSwitchedOn } from './switches.js';
import { type FlagKinds, firstWord, flagKinds, type ReadWords, readWords } from './words.js';

/** What the words after `telepi` ask for: a text to print (help, version), or a command to run. */
export type Request =
  | { readonly print: string }
  | {
      readonly command: CommandSpec;
      readonly flags: ReadWords['flags'];
      readonly word: string | undefined;
      readonly words: readonly string[];
    };

/** @throws UsageError for words that telepi doesn't know. */
export async function parseArguments(
  given: readonly string[],
  commands: readonly CommandSpec[],
  version: string,
): Promise<Request> {
  const written = withLongForms(given, commands).map(asPath);
  const anyNamed = commands.find(({ name }) => written.includes(name));
  if (!anyNamed && !commandNamed(written[0], commands) && isSwitchedOn(written, 'help'))
    return { print: rootHelp(commands) };
  const command = await commandOf(written, commands);
  const more = (await command?.moreFlags?.()) ?? [];
  const kinds = flagKinds(command, more);
  const argv = withoutAliases(written, (name) => kinds.has(name));
  const read = readWords(argv, kinds, { takesWord: command?.word !== undefined, typed: written });
  const named = command ?? anyNamed;
  // Also for `telepi run help`.
  if (read.flags['help'] === true || read.words.at(-1) === 'help')
    return { print: await helpOf(named, commands) };
  if (read.flags['version'] === true) return { print: version };
  const meant = command ? undefined : commandMeant(read, commands);
  if (meant !== undefined) throw unknownCommand(given, commands, meant);
  refuseFlags(read, named, kinds);
  if (!command) throw unknownCommand(given, commands);
  const { help: _, version: __, ...flags } = read.flags;
  const words = wordsOf(read, command);
  return { command, flags, word: words[0], words };
}

/** The name of a job's folder begins with a dash, as flags do: it is taken as the path that it is. */
function asPath(argument: string): string {
  return /^-\d+_to_/.test(argument) ? `./${argument}` : argument;
}

/** A command's name may also be a flag's value: the command is the first word that isn't a value. */
async function commandOf(
  argv: readonly string[],
  commands: readonly CommandSpec[],
): Promise<CommandSpec | undefined> {
  const isFirst = commandNamed(argv[0], commands);
  if (isFirst) return isFirst;
  const kinds: FlagKinds[] = [];
  for (const command of commands) kinds.push(flagKinds(command, await command.moreFlags?.()));
  const all = new Map(kinds.flatMap((each) => [...each]));
  const first = firstWord(
    withoutAliases(argv, (name) => all.has(name)),
    all,
  );
  return commandNamed(first, commands);
}

async function helpOf(command: CommandSpec | undefined, commands: readonly CommandSpec[]): Promise<string> {
  if (!command) return rootHelp(commands);
  // The module that lays it out takes time to load.
  const { commandHelp } = await import('./command-help.js');
  return commandHelp(command, (await command.moreFlags?.()) ?? []);
}

/** The command that a word with a slip probably means. */
function commandMeant({ words: [first] }: ReadWords, commands: readonly CommandSpec[]): string | undefined {
  return first === undefined ? undefined : nearestName(first, commandsAsCalled(commands));
}

function refuseFlags(
  { unknown, valueless: [valueless] }: ReadWords,
  command: CommandSpec | undefined,
  kinds: FlagKinds,
): void {
  if (valueless !== undefined) throw usage(`--${valueless} needs a value`, command?.name);
  if (unknown.length === 0) return;
  const secret = unknown.map(secretNamed).find((name) => name !== undefined);
  if (secret !== undefined) {
    throw new UsageError(
      'USAGE',
      `${secret} has no flag, since process lists show flags: put it into .env or the environment.`,
    );
  }
  const written = unknown.map((name) => (name.length > 1 ? `--${name}` : `-${name}`)).join(', ');
  const called = flagsAsCalled([...kinds.keys()]);
  const meant = new Set(
    unknown.map((name) => nearestName(name, called)).filter((name) => name !== undefined),
  );
  throw usage(
    `${written} ${unknown.length === 1 ? 'is not a flag' : 'are not flags'} here${perhaps([...meant].map((name) => `--${name}`))}`,
    command?.name,
  );
}

function perhaps(meant: readonly string[]): string {
  return meant.length === 0 ? '' : `, perhaps ${meant.join(', ')} ${meant.length === 1 ? 'is' : 'are'} meant`;
}

function wordsOf({ words: [, ...words] }: ReadWords, command: CommandSpec): readonly string[] {
  if (command.word?.many) return words;
  const allowed = command.word ? 1 : 0;
  if (words.length > allowed) {
    // Not quoted, because it may be a secret that slipped out of its place.
    const count = words.length - allowed;
    throw usage(
      `telepi ${command.name} was given ${count} word${count === 1 ? '' : 's'} too many`,
      command.name,
    );
  }
  return words;
}

function usage(fault: string, command?: string): UsageError {
  return new UsageError('USAGE', `${fault}: see telepi ${command === undefined ? '' : `${command} `}--help.`);
}

function unknownCommand(
  argv: readonly string[],
  commands: readonly CommandSpec[],
  meant?: string,
): UsageError {
  const names = commands.map((command) => command.name).join(', ');
  const given = argv.some((argument) => !argument.startsWith('-'));
  const fault = given ? 'There is no such command' : 'Say what to do';
  return usage(`${fault}${perhaps(meant === undefined ? [] : [meant])}; the commands are ${names}`);
}

function secretNamed(flag: string): string | undefined {
  const secrets = settingKeys.map(specOf).filter((spec) => spec.secret);
  const word = flag.replace(/^tg-/, '').replaceAll('-', '_').toUpperCase();
  return secrets.find((spec) => spec.name === word || spec.name === `TG_${word}`)?.name;
}
