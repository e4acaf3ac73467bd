import yargs from 'yargs';
import { settingKeys, specOf } from '../settings/table.js';
import type { CommandSpec, FlagSpec } from './command.js';
import { EXIT_STATUSES, GLOBAL_FLAGS, helpColumns } from './root-help.js';

/** The help of a command; `more` are the flags that it loads late. */
export function commandHelp(command: CommandSpec, more: readonly FlagSpec[]): Promise<string> {
  const parser = yargs().scriptName('telepi').locale('en').version(true).help().wrap(helpColumns());
  for (const flag of GLOBAL_FLAGS) parser.option(flag.name, optionOf(flag));
  describeCommand(parser, command, more);
  return parser.getHelp();
}

type Parser = ReturnType<typeof yargs>;

function optionOf({ placeholder, about }: FlagSpec) {
  return { type: typeOf(placeholder !== undefined), describe: about };
}

function typeOf(takesValue: boolean): 'string' | 'boolean' {
  return takesValue ? 'string' : 'boolean';
}

function describeCommand(parser: Parser, command: CommandSpec, more: readonly FlagSpec[]): void {
  const word = command.word ? ` [${command.word.name}${command.word.many ? ' …' : ''}]` : '';
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
      type: typeOf(spec.kind.type !== 'boolean'),
      describe: `${spec.about} (${spec.name}${preset})`,
      group: 'Settings:',
    });
  }
  const secrets = command.settings.map(specOf).flatMap((spec) => (spec.secret ? [spec.name] : []));
  const flagless = command.settings
    .map(specOf)
    .flatMap(({ name, flag, secret }) => (flag === undefined && !secret ? [name] : []));
  const others =
    flagless.length === 0 ? '' : ` Nor have ${flagless.join(', ')}, which other programs read, too.`;
  if (secrets.length > 0) {
    parser.epilogue(
      `Secrets have no flags, since process lists show flags: ${secrets.join(', ')}.${others} ${EXIT_STATUSES}`,
    );
  }
  for (const [line, about] of command.examples) parser.example(line, about);
}
