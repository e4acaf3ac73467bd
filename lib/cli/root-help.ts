import type { CommandSpec, FlagSpec } from './command.js';

export const EXIT_STATUSES =
  'Exit status: 0 all done, 1 something failed, 2 usage or settings, 3 not signed in, 129/130/143 interrupted.';

/**
 * The flags that every command accepts. --env-file isn't one: Node 20 takes that flag for itself, wherever it occurs.
 */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  {
    name: 'settings',
    placeholder: 'file',
    about: 'settings file instead of .env in the working directory',
  },
  { name: 'json', about: 'one JSON object per line on standard output, for machines' },
  { name: 'debug', about: 'log and stack traces on standard error' },
];

/** The width of help. */
export function helpColumns(): number {
  return Math.min(100, process.stdout.columns ?? 100);
}

/** The help of telepi itself: its purpose, its commands, and the flags that all of them accept. */
export function rootHelp(commands: readonly CommandSpec[]): string {
  const flags = [
    { name: 'version, -V', about: 'Show version number' },
    {
      name: 'help, -h',
      about: 'Show help; after a command, help about that command; also telepi help <command>',
    },
    ...GLOBAL_FLAGS,
  ];
  return [
    'telepi clones a Telegram chat into another, streaming every file part by part.',
    '',
    'telepi <command> [flags]',
    '',
    'Commands:',
    ...rows(commands.map(({ name, about }) => [`telepi ${name}`, about])),
    '',
    'Options:',
    ...rows(
      flags.map(({ name, about, placeholder }) => [
        placeholder ? `--${name} <${placeholder}>` : `--${name}`,
        about,
      ]),
    ),
    '',
    ...wrapped(`Settings are named in .env.example. ${EXIT_STATUSES}`, helpColumns()),
  ].join('\n');
}

const GAP = 2;

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  const indent = GAP + Math.max(...pairs.map(([name]) => name.length)) + GAP;
  return pairs.flatMap(([name, about]) =>
    wrapped(about, Math.max(20, helpColumns() - indent)).map((line, index) =>
      `${' '.repeat(GAP)}${index === 0 ? name : ''}`.padEnd(indent).concat(line),
    ),
  );
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
