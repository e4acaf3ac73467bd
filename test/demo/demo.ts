// A demonstration of the main job: a sandbox is filled with a forum, the `telepi` that users run signs in to it and
// clones the forum into another one in rough weather, and every message and file of the clone is compared with its
// original. Then it clones each chat of the showcase in each way, and telepi verifies the copies.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { formatBytes } from '../../lib/base/bytes.js';
import { messageOf } from '../../lib/base/errors.js';
import { systemRandom } from '../../lib/base/random.js';
import { type Filled, fillSandbox } from '../../lib/sandbox/fill.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import { canWatchProcesses, type ProcessFootprint, watchProcess } from '../support/process-watch.js';
import { loginSettings, sandboxEnvironment } from '../support/sandbox-environment.js';
import { type TelepiOptions, telepi } from '../support/telepi.js';
import { assertFootprint, assertWeatherCame, compareForums, describeSource } from './checks.js';
import { showShowcase } from './showcase.js';
import { roughWeather, type StormReport } from './storm.js';

/** Service messages, polls and other things that aren't cloned are among them. */
const MESSAGES = 380;

/** On a machine with other work the run takes longer than it should. */
const PATIENCE_MS = 5 * 60_000;

/** Lines that `telepi run` prints for each message and each small file: hundreds of them, which hide the others. */
const OF_ONE_SMALL_MESSAGE =
  /^message \d+(?: skipped| sent, but|: \d+\s%\sof\s[\d.]+\s(?:B|KiB)|: \d+\s%\sof\s\d\d?\.\d\sMiB)/;

const say = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const seed = process.argv[2] ?? systemRandom.bytes(4).toString('hex');
  const directory = await mkdtemp(join(tmpdir(), 'telepi-demo-'));
  say(`TelePi demo, seed ${seed} (npm run demo -- ${seed} repeats it)\n`);
  try {
    await showForum(seed, directory);
    say('\n6. Everything that a message can hold, cloned in each way, and what telepi verify --hashes says:');
    await showShowcase(seed, directory, say);
    say('\nAll is equal.');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function showForum(seed: string, directory: string): Promise<void> {
  const sandbox = await startSandbox({ seed, weather: { latencyMs: 2 }, redrawPhotos: true });
  try {
    await show(sandbox, seed, directory);
  } finally {
    await sandbox.close();
  }
}

async function show(sandbox: Sandbox, seed: string, directory: string): Promise<void> {
  const dcs = sandbox.dcs.map(({ id, host, port }) => `DC ${id} at ${host}:${port}`);
  say(`1. The sandbox serves MTProto: ${dcs.join(', ')}.`);
  const filled = fillSandbox(sandbox, { seed, messages: MESSAGES });
  say(`2. ${describeSource(sandbox, filled)}`);
  const storm = roughWeather(sandbox.weather);
  const options: TelepiOptions = {
    cwd: directory,
    environment: await cloneEnvironment(sandbox, filled, directory),
  };
  const login = await telepi(['login'], options);
  if (login.status !== 0) throw new Error(`telepi login ended with ${login.status}:\n${login.stderr}`);
  say('3. telepi login: signed in with code and two-step password.');

  say('4. telepi run:');
  const started = performance.now();
  const footprint = await clone(options);
  const seconds = (performance.now() - started) / 1000;

  const compared = await compareForums(sandbox, filled);
  say(
    `5. Compared: ${compared.messages} messages in ${compared.topics} topics are equal, one by one and in order;`,
  );
  say(
    `   ${compared.files} files (${formatBytes(compared.bytes)}) are equal by SHA-256; nothing came twice.`,
  );
  const weather = storm.report();
  assertWeatherCame(weather);
  if (canWatchProcesses) assertFootprint(footprint, directory);
  printFigures({ compared, seconds, footprint, weather });
}

async function cloneEnvironment(
  sandbox: Sandbox,
  filled: Filled,
  directory: string,
): Promise<Record<string, string>> {
  return {
    ...(await sandboxEnvironment(sandbox, filled, directory)),
    ...loginSettings(filled),
    SOURCE_CHAT: String(filled.source.id),
    TARGET_CHAT: String(filled.target.id),
    AUTO_CREATE_TOPICS: 'yes',
    MIN_INTERVAL: '0',
  };
}

async function clone(options: TelepiOptions): Promise<ProcessFootprint> {
  let watch: ReturnType<typeof watchProcess> | undefined;
  const { status } = await telepi(['run'], {
    ...options,
    patienceMs: PATIENCE_MS,
    onStart: (child) => {
      watch = watchProcess(child.pid);
      for (const input of [child.stdout, child.stderr]) if (input) forward(input);
    },
  });
  const footprint = watch?.stop();
  if (status !== 0 || !footprint) throw new Error(`telepi run ended with ${status}.`);
  return footprint;
}

function forward(input: Readable): void {
  createInterface({ input }).on('line', (line) => {
    if (!OF_ONE_SMALL_MESSAGE.test(line)) say(`   ${line}`);
  });
}

interface Figures {
  readonly compared: { readonly messages: number; readonly bytes: number };
  readonly seconds: number;
  readonly footprint: ProcessFootprint;
  readonly weather: StormReport;
}

function printFigures({ compared, seconds, footprint, weather }: Figures): void {
  const megabytesPerSecond = compared.bytes / 1e6 / seconds;
  const messagesPerMinute = (compared.messages / seconds) * 60;
  say('\nFigures');
  say(`   time of telepi run    ${seconds.toFixed(1)} s`);
  say(`   files                 ${megabytesPerSecond.toFixed(1)} MB/s, down and up at once`);
  say(`   messages              ${messagesPerMinute.toFixed(0)} a minute (MIN_INTERVAL is 0 here)`);
  if (canWatchProcesses) {
    say(`   memory at most        ${formatBytes(footprint.peakRssBytes)} resident`);
    say(`   written to disk       ${formatBytes(footprint.writtenBytes)}, state and log`);
  }
  say(`   weather               ${weather.faults.map(({ name }) => name).join(', ')}`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
