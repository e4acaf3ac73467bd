import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { MIB } from '../lib/base/bytes.js';
import { messageOf, UsageError } from '../lib/base/errors.js';
import type { Sizes } from './scenarios/catalogue.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface BenchOptions {
  readonly mode: 'sandbox' | 'real' | 'check' | 'profile' | 'help';
  readonly scenarios: readonly string[];
  readonly sizes: Sizes;
  readonly roundTrips: readonly number[];
  readonly runs: number;
  readonly rivals: readonly string[];
  /** Where rivals are installed. */
  readonly cacheDir: string;
  readonly timeoutMs: number;
  readonly seed: string;
  readonly json: boolean;
  readonly save: boolean;
  readonly samplesFile: string | undefined;
  readonly source: string | undefined;
  readonly target: string | undefined;
  /** Root of another checkout that is built, measured next to this one. */
  readonly before: string | undefined;
}

const USUAL_SIZES: Sizes = {
  file: 256 * MIB,
  large: 2048 * MIB,
  tuned: 512 * MIB,
  files: 20,
  scanned: 1_000_000,
  downloads: 20,
  downloadBytes: 64 * MIB,
  downloadPhotos: 1000,
  photos: 1000,
  texts: 5000,
  connections: [1, 2, 4, 8],
  budgets: [16, 32, 64, 128, 250, 500],
  windows: [1, 2, 4, 8, 16, 32],
  growth: [1, 10, 100, 1000],
  stageParts: 128,
};
/** Enough to see that everything works. */
const QUICK_SIZES: Sizes = {
  file: 12 * MIB,
  large: 24 * MIB,
  tuned: 12 * MIB,
  files: 2,
  scanned: 1000,
  downloads: 6,
  downloadBytes: 3 * MIB,
  downloadPhotos: 12,
  photos: 12,
  texts: 120,
  connections: [2],
  budgets: [16],
  windows: [4],
  growth: [1, 10],
  stageParts: 4,
};

export const HELP = `npm run bench -- [flags]

Measures TelePi on the sandbox, each in a process of its own, and prints a table.

  --scenario <names>     file, command, large, files, download, scan, photos, texts, connections, budget, window, growth,
                         startup, micro;
                         several with commas between; all unless given,
                         none to show and save what --samples holds
  --before <folder>      another checkout of telepi, which is built: measured next to this one in command and startup
  --rivals <names>       telethon, library, disk, gotd; all (default) or none
  --round-trips <ms>     0,40,150 unless given
  --runs <count>         rounds of each row, 5 unless given
  --quick                small sizes and one round, to see that everything works
  --file-mib, --large-mib, --tuned-mib, --files, --photos, --texts <count>
                         sizes: of the file of \`file\`, of \`large\` and \`growth\`, of the settings' rows; numbers of
                         files of 10 to 50 MB, photos, texts
  --scanned, --downloads <count>
                         messages of \`scan\`, a million unless given; files of \`download\`, 20 unless given
  --timeout <seconds>    longest time of one run, 600 unless given
  --seed <text>          of the sandbox's content
  --samples <file>       keep each run's figures in this file as it ends, and measure only what it lacks
  --save                 write bench/RESULTS.md
  --json                 one JSON object instead of tables
  --cache <folder>       where rivals are installed; node_modules/.cache/telepi-bench unless given

  --check                carry 2 GiB by \`telepi run\`: fails beyond BUFFER_MB + 150 MB of memory, or when it
                         writes to the disk
  --profile              carry one file under --cpu-prof (with --scenario texts or photos: those), and print the functions
                         that took most time
  --source <chat> --target <chat>
                         measure on real chats instead, with the settings, the session and the message limits of
                         \`telepi run\`. --scenario: file (the largest of the last 100 messages' files, once a
                         round), run (one run of the whole pair), or both (default). --rivals: none unless given;
                         they get the session
`;

const OPTIONS = {
  scenario: { type: 'string' },
  rivals: { type: 'string' },
  'round-trips': { type: 'string', default: '0,40,150' },
  runs: { type: 'string' },
  quick: { type: 'boolean', default: false },
  'file-mib': { type: 'string' },
  'large-mib': { type: 'string' },
  'tuned-mib': { type: 'string' },
  files: { type: 'string' },
  photos: { type: 'string' },
  texts: { type: 'string' },
  scanned: { type: 'string' },
  downloads: { type: 'string' },
  timeout: { type: 'string', default: '600' },
  seed: { type: 'string', default: 'bench' },
  samples: { type: 'string' },
  save: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  cache: { type: 'string' },
  check: { type: 'boolean', default: false },
  profile: { type: 'boolean', default: false },
  source: { type: 'string' },
  target: { type: 'string' },
  before: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** @throws UsageError that names the flag. `scenarios` and `rivals`: the existing names. */
export function parseBenchArguments(
  argv: readonly string[],
  names: { readonly scenarios: readonly string[]; readonly rivals: readonly string[] },
): BenchOptions {
  const values = parse(argv);
  const mode = modeOf(values);
  const base = values.quick ? QUICK_SIZES : USUAL_SIZES;
  const size = (flag: 'file-mib' | 'large-mib' | 'tuned-mib', usual: number): number =>
    values[flag] === undefined ? usual : count(flag, values[flag]) * MIB;
  const number = (flag: 'files' | 'photos' | 'texts' | 'scanned' | 'downloads', usual: number): number =>
    values[flag] === undefined ? usual : count(flag, values[flag]);
  return {
    mode,
    scenarios: list('scenario', values.scenario ?? 'all', mode === 'real' ? REAL_SCENARIOS : names.scenarios),
    sizes: {
      ...base,
      file: size('file-mib', base.file),
      large: size('large-mib', base.large),
      tuned: size('tuned-mib', base.tuned),
      files: number('files', base.files),
      photos: number('photos', base.photos),
      texts: number('texts', base.texts),
      scanned: number('scanned', base.scanned),
      downloads: number('downloads', base.downloads),
    },
    roundTrips: values['round-trips'].split(',').map((ms) => roundTrip(ms)),
    runs: count('runs', values.runs ?? (values.quick ? '1' : '5')),
    rivals: list('rivals', values.rivals ?? (mode === 'real' ? 'none' : 'all'), names.rivals),
    cacheDir: values.cache ?? join(ROOT, 'node_modules/.cache/telepi-bench'),
    timeoutMs: count('timeout', values.timeout) * 1000,
    seed: values.seed,
    json: values.json,
    save: values.save,
    samplesFile: values.samples,
    source: values.source,
    target: values.target,
    before: values.before === undefined ? undefined : checkout(values.before),
  };
}

/** For real chats: one file by each client, and one run of the whole pair. */
const REAL_SCENARIOS = ['file', 'run'];

type Values = ReturnType<typeof parse>;

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: withNegativeIds(argv), options: OPTIONS, strict: true, allowPositionals: false })
      .values;
  } catch (error) {
    throw new UsageError('BAD_FLAG', messageOf(error), {
      cause: error,
    });
  }
}

/** Ids of groups and channels begin with a dash, which parseArgs takes for a flag. */
function withNegativeIds(argv: readonly string[]): string[] {
  const args: string[] = [];
  for (const word of argv) {
    const flag = args.at(-1);
    const isChat = (flag === '--source' || flag === '--target') && /^-\d+$/.test(word);
    if (isChat) args[args.length - 1] = `${flag}=${word}`;
    else args.push(word);
  }
  return args;
}

function checkout(folder: string): string {
  const root = resolve(folder);
  if (existsSync(join(root, 'bin/telepi')) && existsSync(join(root, 'dist/lib'))) return root;
  throw new UsageError(
    'BAD_FLAG',
    `--before names no built checkout of telepi: ${root}. Run npm ci there first.`,
  );
}

function modeOf({ help, check, profile, source, target }: Values): BenchOptions['mode'] {
  if (help) return 'help';
  if ((source === undefined) !== (target === undefined)) {
    throw new UsageError('BAD_FLAG', 'Real chats are given as a pair: --source and --target.');
  }
  if (source !== undefined) return 'real';
  if (check) return 'check';
  return profile ? 'profile' : 'sandbox';
}

function list(flag: string, text: string, known: readonly string[]): readonly string[] {
  if (text === 'all') return known;
  if (text === 'none') return [];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UsageError('BAD_FLAG', `--${flag} knows ${known.join(', ')}, not ${JSON.stringify(unknown)}.`);
}

function count(flag: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1) return value;
  throw new UsageError(
    'BAD_FLAG',
    `--${flag} must be a whole number from 1 on, not ${JSON.stringify(text)}.`,
  );
}

function roundTrip(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0) return value;
  throw new UsageError('BAD_FLAG', `--round-trips must be milliseconds, not ${JSON.stringify(text)}.`);
}
