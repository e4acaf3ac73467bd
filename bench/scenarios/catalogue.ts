import { MIB } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import type { WeatherOptions } from '../../lib/sandbox/weather/options.js';
import {
  telepiDownload,
  telepiDriver,
  telepiRun,
  telepiRunAgain,
  telepiRunBefore,
  telepiScan,
} from '../clients/contenders.js';
import type { SourceSpec } from '../server/messages.js';
import type { Contender, Row } from './row.js';
import { startupRow, startupSteps } from './startup.js';

/** How much of each thing; every size of the bench is here. */
export interface Sizes {
  /** Bytes of the file that TelePi and its rivals carry. */
  readonly file: number;
  /** Bytes of the large file, which only TelePi carries. */
  readonly large: number;
  /** Bytes of the file used for trying settings. */
  readonly tuned: number;
  /** How many files of 10 to 50 MB. */
  readonly files: number;
  /** How many files of `download`, and their bytes each; and how many photos of 200 kB. */
  /** How many messages of `scan`. */
  readonly scanned: number;
  readonly downloads: number;
  readonly downloadBytes: number;
  readonly downloadPhotos: number;
  readonly photos: number;
  readonly texts: number;
  readonly connections: readonly number[];
  /** In MB. */
  readonly budgets: readonly number[];
  /** Requests down. */
  readonly windows: readonly number[];
  /** Multiples of the smallest amount of work. */
  readonly growth: readonly number[];
  /** Parts per run of a stage. */
  readonly stageParts: number;
}

export interface CatalogueOptions {
  readonly sizes: Sizes;
  /** Milliseconds of a round trip. */
  readonly roundTrips: readonly number[];
  readonly runs: number;
  readonly seed: string;
  /** Installed rivals. */
  readonly rivals: readonly Contender[];
  /** Root of another checkout of TelePi, which is built: measured next to this one. */
  readonly before: string | undefined;
}

const MB = 1_000_000;
/** The distance of all rows that vary something else. */
const USUAL_MS = 40;

/** Every scenario by its name, in the order of the results. */
export const SCENARIOS: Readonly<Record<string, (options: CatalogueOptions) => readonly Row[]>> = {
  /** One file, TelePi and its rivals, by distance. */
  file: ({ sizes, roundTrips, runs, rivals }) =>
    weathers(roundTrips).map(({ name, weather }) => ({
      scenario: 'file',
      variant: `${mib(sizes.file)}, ${name}`,
      weather,
      source: oneFile(sizes.file),
      contenders: [telepiDriver(), ...rivals],
      runs,
    })),
  /** One file by the very command with its start-up, against rivals that are signed in when their clock starts. */
  command: (options) =>
    commandRows(options).map(({ bytes, name, weather }) => ({
      scenario: 'command',
      variant: `${mib(bytes)}, ${name}`,
      weather,
      source: oneFile(bytes),
      contenders: [...commands(options.before), ...options.rivals],
      runs: options.runs,
    })),
  /** One large file by the real command, by distance. */
  large: ({ sizes, roundTrips, runs }) =>
    weathers(roundTrips).map(({ name, weather }) => ({
      scenario: 'large',
      variant: `${mib(sizes.large)}, ${name}`,
      weather,
      source: oneFile(sizes.large),
      contenders: [telepiRun()],
      runs,
    })),
  /** Many files of 10 to 50 MB. */
  files: ({ sizes, roundTrips, runs, seed, rivals }) =>
    weathers(roundTrips).map(({ name, weather }) => ({
      scenario: 'files',
      variant: `${sizes.files} of 10–50 MB, ${name}`,
      weather,
      source: { kind: 'files', sizes: fileSizes(sizes.files, seed), dcs: 'home' },
      contenders: [telepiRun(), ...rivals],
      runs,
    })),
  /** All files of a chat into a folder, five at once. */
  download: ({ sizes, roundTrips, runs, rivals }) => {
    const { downloads, downloadBytes, downloadPhotos } = sizes;
    const large = Array<number>(downloads).fill(downloadBytes);
    const sources: readonly (readonly [string, SourceSpec])[] = [
      [`${downloads} of ${mib(downloadBytes)}`, { kind: 'files', sizes: large, dcs: 'home' }],
      [`${downloadPhotos} photos of 200 kB`, { kind: 'photos', count: downloadPhotos, bytes: 200_000 }],
    ];
    // Another way of the library to carry files; it downloads in one.
    const others = rivals.filter(({ name }) => name !== 'disk');
    return sources.flatMap(([name, source]) =>
      distances(roundTrips).map(({ name: distance, weather }) => ({
        scenario: 'download',
        variant: `${name}, ${distance}`,
        weather,
        source,
        downloads: true,
        contenders: [telepiDownload(), ...others],
        runs,
      })),
    );
  },
  /** A long history: kept in SQLite by the very command, and only read, page after page. */
  scan: ({ sizes, roundTrips, runs, rivals }) =>
    distances(roundTrips).map(({ name, weather }) => ({
      scenario: 'scan',
      variant: `${sizes.scanned} messages, ${name}`,
      weather,
      source: { kind: 'long', count: sizes.scanned },
      reads: true,
      contenders: [
        telepiScan(),
        telepiDriver('getHistory alone'),
        ...rivals.filter(({ name: rival }) => rival === 'telethon' || rival === 'library'),
      ],
      runs,
    })),
  photos: ({ sizes, roundTrips, runs }) =>
    distances(roundTrips).map(({ name, weather }) => ({
      scenario: 'photos',
      variant: `${sizes.photos} of 200 kB, ${name}`,
      weather,
      source: { kind: 'photos', count: sizes.photos, bytes: 200_000 },
      contenders: [telepiRun()],
      runs,
    })),
  texts: ({ sizes, roundTrips, runs }) =>
    distances(roundTrips).map(({ name, weather }) => ({
      scenario: 'texts',
      variant: `${sizes.texts}, ${name}`,
      weather,
      source: { kind: 'texts', count: sizes.texts },
      contenders: [telepiRun()],
      runs,
    })),
  /** Connections down and up. */
  connections: (options) =>
    tuned(options, 'connections', options.sizes.connections, (connections) =>
      telepiDriver(`${connections} connections`, { connections }),
    ),
  /** BUFFER_MB. */
  budget: (options) =>
    tuned(options, 'budget', options.sizes.budgets, (mb) =>
      telepiDriver(`${mb} MB`, { bufferBytes: mb * MB }),
    ),
  /** Requests down in flight. */
  window: (options) =>
    tuned(options, 'window', options.sizes.windows, (window) => telepiDriver(`${window} down`, { window })),
  /** Ten, a hundred and a thousand times the work, in messages and in bytes. */
  growth: ({ sizes, runs }) => {
    const texts = Math.ceil(sizes.texts / LARGEST_GROWTH);
    const bytes = Math.ceil(sizes.large / LARGEST_GROWTH);
    return [
      ...sizes.growth.map((times) =>
        grown(`texts × ${times}`, { kind: 'texts', count: texts * times }, runs),
      ),
      ...sizes.growth.map((times) => grown(`file × ${times}`, oneFile(bytes * times), runs)),
    ];
  },
  startup: ({ runs, roundTrips, sizes, before }) => [
    startupRow(runs),
    ...distances(roundTrips).map(({ name, weather }) =>
      startupSteps({ name, weather, source: oneFile(sizes.file / 8), contenders: commands(before), runs }),
    ),
  ],
};

function commands(before: string | undefined): Contender[] {
  return [telepiRun(), telepiRunAgain(), ...(before === undefined ? [] : [telepiRunBefore(before)])];
}

/** Nearby four times the usual file, further away the usual one, which start-up weighs more on; twice at slow connections. */
function commandRows({ sizes, roundTrips }: CatalogueOptions): (NamedWeather & { readonly bytes: number })[] {
  const near = distances(roundTrips.filter((ms) => ms <= USUAL_MS));
  const far = distances(roundTrips.filter((ms) => ms >= USUAL_MS));
  const slow = roundTrips.includes(USUAL_MS) ? [SLOW] : [];
  return [
    ...near.map((one) => ({ ...one, bytes: 4 * sizes.file })),
    ...far.map((one) => ({ ...one, bytes: sizes.file })),
    ...slow.map((one) => ({ ...one, bytes: 2 * sizes.file })),
  ];
}

/** The sizes are those of the largest amount of work. */
const LARGEST_GROWTH = 1000;

function grown(variant: string, source: SourceSpec, runs: number): Row {
  return { scenario: 'growth', variant, weather: {}, source, contenders: [telepiRun()], runs };
}

function tuned<T>(
  { sizes, runs }: CatalogueOptions,
  scenario: string,
  values: readonly T[],
  contenderOf: (value: T) => Contender,
): Row[] {
  const variant = `${mib(sizes.tuned)}, ${USUAL_MS} ms`;
  const weather = { latencyMs: USUAL_MS / 2 };
  return [
    { scenario, variant, weather, source: oneFile(sizes.tuned), contenders: values.map(contenderOf), runs },
  ];
}

interface NamedWeather {
  readonly name: string;
  readonly weather: Partial<WeatherOptions>;
}

/** The sandbox counts latency one way. */
function distances(roundTrips: readonly number[]): NamedWeather[] {
  return roundTrips.map((ms) => ({ name: `${ms} ms`, weather: { latencyMs: ms / 2 } }));
}

const SLOW: NamedWeather = {
  name: `${USUAL_MS} ms, 10 MB/s per connection`,
  weather: { latencyMs: USUAL_MS / 2, bytesPerSecond: 10 * MB },
};

function weathers(roundTrips: readonly number[]): NamedWeather[] {
  return [...distances(roundTrips), ...(roundTrips.includes(USUAL_MS) ? [SLOW] : [])];
}

function oneFile(size: number): SourceSpec {
  return { kind: 'files', sizes: [size], dcs: 'home' };
}

function fileSizes(count: number, seed: string): number[] {
  const random = seededRandom(`${seed}/sizes`);
  return Array.from({ length: count }, () => random.integer(10 * MB, 50 * MB));
}

function mib(bytes: number): string {
  return bytes >= 1024 * MIB ? `${bytes / (1024 * MIB)} GiB` : `${Math.round(bytes / MIB)} MiB`;
}
