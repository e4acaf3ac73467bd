import type { CommandSpec } from './command.js';

/** Commands by the names that other tools for Telegram, or earlier scripts, give them. */
const COMMAND_ALIASES: Readonly<Record<string, string>> = {
  auth: 'login',
  signin: 'login',
  'list-chats': 'chats',
  ls: 'chats',
  dialogs: 'chats',
  doctor: 'check',
  clone: 'run',
  copy: 'run',
  mirror: 'run',
  compare: 'verify',
  diff: 'verify',
  dl: 'download',
  get: 'download',
  organize: 'organise',
  dupes: 'duplicates',
  find: 'search',
  grep: 'search',
  analyse: 'analyze',
  stats: 'analyze',
};

/** Flags by the names that other tools give them, without their dashes. A command's own flag of that name comes first. */
const FLAG_ALIASES: Readonly<Record<string, string>> = {
  chat: 'source',
  'chat-id': 'source',
  'source-chat': 'source',
  'source-id': 'source',
  'source-chat-id': 'source',
  from: 'source',
  'target-chat': 'target',
  'target-id': 'target',
  'target-chat-id': 'target',
  'dest-chat': 'target',
  to: 'target',
  dest: 'target',
  destination: 'target',
  'from-date': 'since',
  'start-date': 'since',
  after: 'since',
  'to-date': 'until',
  'end-date': 'until',
  before: 'until',
  'start-id': 'from-id',
  'min-id': 'from-id',
  'end-id': 'to-id',
  'max-id': 'to-id',
  topics: 'topic',
  'topic-id': 'topic',
  thread: 'topic',
  user: 'sender',
  'user-id': 'sender',
  'sender-id': 'sender',
  'from-user': 'sender',
  kinds: 'kind',
  type: 'kind',
  types: 'kind',
  'media-type': 'kind',
  exclude: 'exclude-kind',
  'exclude-type': 'exclude-kind',
  extension: 'ext',
  extensions: 'ext',
  include: 'ext',
  'max-filesize': 'max-size',
  'min-filesize': 'min-size',
  regex: 'match',
  grep: 'match',
  search: 'match',
  expr: 'filter',
  where: 'filter',
  dir: 'output',
  'output-dir': 'output',
  out: 'output',
  concurrency: 'parallel',
  threads: 'parallel',
  cron: 'schedule',
  'from-list': 'from-file',
  comments: 'with-comments',
};

/** The command that a word names, also by an alias. */
export function commandNamed(
  word: string | undefined,
  commands: readonly CommandSpec[],
): CommandSpec | undefined {
  const find = (name: string | undefined) => commands.find((command) => command.name === name);
  return find(word) ?? (word === undefined ? undefined : find(own(COMMAND_ALIASES, word)));
}

/** Replaces the flags that people know from other tools with TelePi's own. Everything after `--` stays as it is. */
export function withoutAliases(
  argv: readonly string[],
  isFlag: (name: string) => boolean,
): readonly string[] {
  const end = argv.indexOf('--');
  return argv.map((word, index) => {
    if (end >= 0 && index > end) return word;
    const [, name, rest = ''] = /^--([a-z][a-z-]*)(=.*)?$/s.exec(word) ?? [];
    const meant = name === undefined || isFlag(name) ? undefined : own(FLAG_ALIASES, name);
    return meant === undefined ? word : `--${meant}${rest}`;
  });
}

/** What each command may be called, and its name. */
export function commandsAsCalled(
  commands: readonly CommandSpec[],
): readonly (readonly [called: string, name: string])[] {
  const names = commands.map(({ name }) => name);
  return [
    ...names.map((name) => [name, name] as const),
    ...Object.entries(COMMAND_ALIASES).filter(([, name]) => names.includes(name)),
  ];
}

/** What each of these flags may be called. */
export function flagsAsCalled(
  names: readonly string[],
): readonly (readonly [called: string, name: string])[] {
  return [
    ...names.map((name) => [name, name] as const),
    ...Object.entries(FLAG_ALIASES).filter(
      ([called, name]) => names.includes(name) && !names.includes(called),
    ),
  ];
}

function own(table: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
