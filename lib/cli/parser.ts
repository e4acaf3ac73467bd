import yargs from 'yargs';
import { settingKeys, specOf } from '../settings/table.js';
import type { CommandSpec, FlagSpec } from './command.js';
import { EXIT_STATUSES, GLOBAL_FLAGS, helpColumns } from './root-help.js';
import { switchesOf, withReadSwitches } from './switches.js';

/** What yargs makes of the words: a text to print (help, version), or the flags, with the other words as `_`. */
export type ParsedWords = { readonly print: string } | { readonly flags: Record<string, unknown> };

/**
 * Takes the words as those of `command`, or, without one, as telepi's own. Throws what yargs does, and UsageError for a
 * switch that is neither on nor off.
 */
export async function parseWords(
  words: readonly string[],
  version: string,
  command?: CommandSpec,
): Promise<ParsedWords> {
  const parser = createParser(version);
  const more = (await command?.moreFlags?.()) ?? [];
  if (command) describeCommand(parser, command, more);
  const read = withReadSwitches(words, switchesOf(command, more), command?.word !== undefined);
  let print = '';
  const flags = await parser.parseAsync(read, {}, (_error, _flags, output) => {
    print = output;
  });
  return print ? { print } : { flags };
}

type Parser = ReturnType<typeof yargs>;

function createParser(version: string): Parser {
  const parser = yargs()
    .scriptName('telepi')
    .locale('en')
    .exitProcess(false)
    .fail(false)
    .strictOptions()
    .version(version)
    .help()
    .wrap(helpColumns())
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    });
  for (const flag of GLOBAL_FLAGS) parser.option(flag.name, optionOf(flag));
  return parser;
}

function optionOf({ placeholder, about }: FlagSpec) {
  return { ...flagValue(placeholder !== undefined), describe: about };
}

function flagValue(taken: boolean) {
  return taken ? { type: 'string' as const, requiresArg: true } : { type: 'boolean' as const };
}

function describeCommand(parser: Parser, command: CommandSpec, more: readonly FlagSpec[]): void {
  const word = command.word ? ` [${command.word.name}]` : '';
  const wordAbout = command.word ? `\n\n  ${command.word.name}: ${command.word.about}` : '';
  parser.usage(`telepi ${command.name}${word} [flags]\n\n${command.about}.${wordAbout}`);
  for (const flag of [...command.flags, ...more]) {
    parser.option(flag.name, { ...optionOf(flag), group: 'Flags:' });
  }
  for (const key of settingKeys.filter((name) => command.settings.includes(name))) {
    const spec = specOf(key);
    if (spec.flag === undefined) continue;
    const preset = spec.default === undefined ? '' : `, ${spec.default} unless set`;
    parser.option(spec.flag, {
      ...flagValue(spec.kind.type !== 'boolean'),
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
