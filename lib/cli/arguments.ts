import { messageOf, UsageError } from '../base/errors.js';
import { settingKeys, specOf } from '../settings/table.js';
import type { CommandSpec } from './command.js';
import { rootHelp } from './root-help.js';
import { withLongForms } from './short-words.js';
import { isSwitchedOn } from './switches.js';

/** What the words after `telepi` ask for: a text to print (help, version), or a command to run. */
export type Request =
  | { readonly print: string }
  | {
      readonly command: CommandSpec;
      readonly flags: Readonly<Record<string, unknown>>;
      readonly word: string | undefined;
    };

/** @throws UsageError for words that telepi doesn't know. */
export async function parseArguments(
  given: readonly string[],
  commands: readonly CommandSpec[],
  version: string,
): Promise<Request> {
  const argv = withLongForms(given, commands);
  const named = [...new Set(argv)].flatMap((word) => commands.filter(({ name }) => name === word));
  if (named.length === 0 && isSwitchedOn(argv, 'help')) return { print: rootHelp(commands) };
  // yargs takes its time to load.
  const { parseWords } = await import('./parser.js');
  const words = argv.map(asPath);
  let fault: unknown;
  // A command's name may also be a flag's value: the command is the one that stands first by its own flags.
  for (const command of named) {
    try {
      const parsed = await parseWords(words, version, command);
      if ('print' in parsed) return parsed;
      const { flags } = parsed;
      if (firstWord(flags) === command.name) return { command, flags, word: wordOf(flags, command) };
    } catch (error) {
      fault ??= error;
    }
  }
  try {
    if (fault !== undefined) throw fault;
    const parsed = await parseWords(words, version);
    if ('print' in parsed) return parsed;
  } catch (error) {
    throw asUsageError(error, argv, commands);
  }
  throw unknownCommand(argv, commands);
}

/** The name of a job's folder begins with a dash as flags do: it is taken for the path that it is. */
function asPath(argument: string): string {
  return /^-\d+_to_/.test(argument) ? `./${argument}` : argument;
}

function firstWord(flags: Readonly<Record<string, unknown>>): unknown {
  return (flags['_'] as readonly unknown[])[0];
}

function wordOf(flags: Readonly<Record<string, unknown>>, command: CommandSpec): string | undefined {
  const words = (flags['_'] as readonly unknown[]).slice(1).map(String);
  const allowed = command.word ? 1 : 0;
  if (words.length > allowed) {
    // Not quoted: it may be a secret that slipped out of its place.
    const count = words.length - allowed;
    throw usage(`telepi ${command.name} got ${count} word${count === 1 ? '' : 's'} too many`, command.name);
  }
  return words[0];
}

function usage(fault: string, command?: string): UsageError {
  return new UsageError('USAGE', `${fault}: see telepi ${command === undefined ? '' : `${command} `}--help.`);
}

function unknownCommand(argv: readonly string[], commands: readonly CommandSpec[]): UsageError {
  const names = commands.map((command) => command.name).join(', ');
  const given = argv.some((argument) => !argument.startsWith('-'));
  return usage(`${given ? 'There is no such command' : 'Say what to do'}; the commands are ${names}`);
}

function asUsageError(error: unknown, argv: readonly string[], commands: readonly CommandSpec[]): UsageError {
  if (error instanceof UsageError) return error;
  const message = messageOf(error);
  const command = commands.find((candidate) => argv.includes(candidate.name))?.name;
  const missing = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (missing !== undefined) return usage(`--${missing} needs a value`, command);
  const unknown = /^Unknown arguments?: (.+)$/.exec(message)?.[1];
  if (unknown === undefined) return usage(message.replace(/\.$/, ''), command);
  const flags = unknown.split(', ');
  const secret = flags.map(secretNamed).find((name) => name !== undefined);
  if (secret !== undefined) {
    return new UsageError(
      'USAGE',
      `${secret} has no flag, since process lists show flags: put it into .env or the environment.`,
    );
  }
  return usage(
    `${flags.map((flag) => (flag.length > 1 ? `--${flag}` : `-${flag}`)).join(', ')} ${flags.length === 1 ? 'is not a flag' : 'are not flags'} here`,
    command,
  );
}

function secretNamed(flag: string): string | undefined {
  const secrets = settingKeys.map(specOf).filter((spec) => spec.secret);
  const word = flag.replace(/^tg-/, '').replaceAll('-', '_').toUpperCase();
  return secrets.find((spec) => spec.name === word || spec.name === `TG_${word}`)?.name;
}
