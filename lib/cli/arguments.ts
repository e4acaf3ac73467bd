import yargs from 'yargs';
import { messageOf, UsageError } from '../base/errors.js';
import { settingKeys, specOf } from '../settings/table.js';
import type { CommandSpec, FlagSpec } from './command.js';

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
  argv: readonly string[],
  commands: readonly CommandSpec[],
  version: string,
): Promise<Request> {
  let selected: { command: CommandSpec; flags: Record<string, unknown> } | undefined;
  const parser = createParser(version);
  for (const command of commands) {
    parser.command({
      command: command.name,
      describe: command.about,
      builder: async (inner) => {
        describeCommand(inner, command, (await command.moreFlags?.()) ?? []);
        return inner;
      },
      handler: (flags) => {
        selected = { command, flags };
      },
    });
  }
  let print = '';
  try {
    await parser.parseAsync(withBooleanWords(argv), {}, (_error, _flags, output) => {
      print = output;
    });
  } catch (error) {
    throw asUsageError(error, argv, commands);
  }
  if (print) return { print };
  if (!selected) throw unknownCommand(argv, commands);
  const { command, flags } = selected;
  return { command, flags, word: wordOf(flags, command) };
}

type Parser = ReturnType<typeof yargs>;

const EXIT_STATUSES =
  'Exit status: 0 all done, 1 something failed, 2 usage or settings, 3 not signed in, 130/143 interrupted.';

function createParser(version: string): Parser {
  const parser = yargs();
  return (
    parser
      .scriptName('telepi')
      .usage(
        'telepi clones a Telegram chat into another, streaming every file part by part.\n\n$0 <command> [flags]',
      )
      .locale('en')
      .exitProcess(false)
      .fail(false)
      .strictOptions()
      .version(version)
      .help()
      .wrap(Math.min(100, process.stdout.columns ?? 100))
      .parserConfiguration({
        'camel-case-expansion': false,
        'dot-notation': false,
        'duplicate-arguments-array': false,
        'parse-numbers': false,
        'parse-positional-numbers': false,
      })
      // Not --env-file: Node 20 takes that flag for itself, wherever it stands.
      .option('settings', {
        type: 'string',
        requiresArg: true,
        describe: 'settings file instead of .env in the working directory',
      })
      .option('json', {
        type: 'boolean',
        describe: 'one JSON object a line on standard output, for machines',
      })
      .option('debug', { type: 'boolean', describe: 'log and stack traces on standard error' })
      .epilogue(`Settings are named in .env.example. ${EXIT_STATUSES}`)
  );
}

function describeCommand(parser: Parser, command: CommandSpec, more: readonly FlagSpec[]): void {
  const word = command.word ? ` [${command.word.name}]` : '';
  const wordAbout = command.word ? `\n\n  ${command.word.name}: ${command.word.about}` : '';
  parser.usage(`telepi ${command.name}${word} [flags]\n\n${command.about}.${wordAbout}`);
  for (const flag of [...command.flags, ...more]) {
    parser.option(flag.name, {
      ...(flag.placeholder === undefined
        ? { type: 'boolean' as const }
        : { type: 'string' as const, requiresArg: true }),
      describe: flag.about,
      group: 'Flags:',
    });
  }
  for (const key of settingKeys.filter((name) => command.settings.includes(name))) {
    const spec = specOf(key);
    if (spec.flag === undefined) continue;
    const preset = spec.default === undefined ? '' : `, ${spec.default} unless set`;
    parser.option(spec.flag, {
      ...(spec.kind.type === 'boolean'
        ? { type: 'boolean' as const }
        : { type: 'string' as const, requiresArg: true }),
      describe: `${spec.about} (${spec.name}${preset})`,
      group: 'Settings:',
    });
  }
  const secrets = command.settings.map(specOf).flatMap((spec) => (spec.secret ? [spec.name] : []));
  if (secrets.length > 0) {
    parser.epilogue(
      `Secrets have no flags, since process lists show flags: ${secrets.join(', ')}. ${EXIT_STATUSES}`,
    );
  }
  for (const [line, about] of command.examples) parser.example(line, about);
}

const YES = /^(1|true|yes|on)$/i;
const NO = /^(0|false|no|off)$/i;

/** yargs takes `--test-dc=yes` as false: any word but `true` is. */
function withBooleanWords(argv: readonly string[]): readonly string[] {
  const switches = settingKeys.flatMap((key) => {
    const { flag, kind } = specOf(key);
    return flag !== undefined && kind.type === 'boolean' ? [flag] : [];
  });
  return argv.map((argument) => {
    const [, flag, value] = /^--([a-z-]+)=(.*)$/s.exec(argument) ?? [];
    if (flag === undefined || value === undefined || !switches.includes(flag)) return argument;
    if (YES.test(value)) return `--${flag}`;
    if (NO.test(value)) return `--no-${flag}`;
    throw new UsageError('BAD_SETTING', `--${flag} must be yes or no (also 1/0, true/false, on/off).`);
  });
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
  return usage(`${given ? 'telepi has no such command' : 'Say what to do'}; there are ${names}`);
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
    `${flags.map((flag) => (flag.length > 1 ? `--${flag}` : `-${flag}`)).join(', ')} is no flag here`,
    command,
  );
}

function secretNamed(flag: string): string | undefined {
  const secrets = settingKeys.map(specOf).filter((spec) => spec.secret);
  const word = flag.replace(/^tg-/, '').replaceAll('-', '_').toUpperCase();
  return secrets.find((spec) => spec.name === word || spec.name === `TG_${word}`)?.name;
}
