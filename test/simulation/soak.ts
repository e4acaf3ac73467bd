// Runs seeds until it is stopped, prints each failing one with the command that replays it, and then exits with 1. npm
// run soak -- --help says more.
import { availableParallelism } from 'node:os';
import { inspect, parseArgs } from 'node:util';
import { systemRandom } from '../../lib/base/random.js';
import type { DatabaseKind } from '../../lib/store/kind.js';
import { simulateDay } from './day.js';
import { simulateHosts } from './hosts.js';
import { soakIdle } from './idle.js';
import { idlePlanOf } from './idle-plan.js';
import { simulateKills } from './kill.js';
import { ledgerServer } from './ledger-servers.js';
import { FAULTS } from './plan.js';
import { type SeedReport, simulate } from './simulate.js';
import { Stage } from './stage.js';

const DEFAULT_MINUTES = 5;
const IDLE_MINUTES = 60;
const IDLE_CUTS = 2;
/** How many seeds between two lines. */
const PROGRESS_EVERY = 100;

const HELP = `npm run soak -- [--minutes N | --seeds N] [--seed S] [--kill | --hosts DB] [--verbose]
  Clones through random faults, seed after seed. Ends with 1 when a seed failed, and prints how to replay it.
  --minutes N   ends after so many minutes; default: ${DEFAULT_MINUTES}, or none with --seeds
  --seeds N     ends after so many seeds
  --seed S      the first seed; default: random
  --kill        real processes and SIGKILL instead of processes that are simulated
  --hosts DB    three machines that take the job over from one another, as real processes that are killed and stopped;
                their ledger is on DB: sqlite, postgres or mariadb
  --verbose     a line for each seed
npm run soak -- --day [--seed S]
  One simulated day of one clone, and what memory it took.
npm run soak -- --idle [--minutes N] [--cuts N] [--seed S]
  A client that idles in real time while its wire to the server is cut without a word. It must notice and connect again
  by itself, hear every message that is pushed, and grow in nothing. Ends with 1 and a sentence for each fault.
  --minutes N   of idling; default: ${IDLE_MINUTES}
  --cuts N      how often the wire is cut; default: ${IDLE_CUTS}
`;

interface SoakOptions {
  readonly first: number;
  /** Of seeds, and of milliseconds. Whichever comes first ends the soak. */
  readonly most: number;
  readonly untilMs: number;
  /** Real processes and SIGKILL instead of processes that are simulated. */
  readonly kill: boolean;
  /** Three machines that take the job over from one another, and where their ledger is. */
  readonly hosts: DatabaseKind | undefined;
  /** One simulated day of one clone, and the memory it took. */
  readonly day: boolean;
  /** A client that idles in real time, and how often its wire is cut. */
  readonly idle: boolean;
  readonly cuts: number;
  readonly help: boolean;
  readonly verbose: boolean;
}

function optionsOf(words: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      minutes: { type: 'string' },
      seeds: { type: 'string' },
      seed: { type: 'string' },
      kill: { type: 'boolean' },
      hosts: { type: 'string' },
      day: { type: 'boolean' },
      idle: { type: 'boolean' },
      cuts: { type: 'string' },
      help: { type: 'boolean' },
      verbose: { type: 'boolean' },
    },
  });
  const { minutes, seeds, seed, cuts, hosts, idle = false } = values;
  const first = seed === undefined ? systemRandom.integer(1, 999_999_999) : countOf('seed', seed);
  const most = seeds === undefined ? Number.POSITIVE_INFINITY : countOf('seeds', seeds);
  const defaultMinutes = idle ? IDLE_MINUTES : DEFAULT_MINUTES;
  const limit = minutes ?? (seeds === undefined || idle ? String(defaultMinutes) : undefined);
  const untilMs = limit === undefined ? Number.POSITIVE_INFINITY : countOf('minutes', limit) * 60_000;
  return {
    first,
    most,
    untilMs,
    kill: values.kill === true,
    hosts: hosts === undefined ? undefined : databaseOf(hosts),
    day: values.day === true,
    idle,
    cuts: cuts === undefined ? IDLE_CUTS : countOf('cuts', cuts),
    help: values.help === true,
    verbose: values.verbose === true,
  };
}

function countOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} needs a whole number, not ${text}.`);
}

function databaseOf(word: string): DatabaseKind {
  const kinds: Readonly<Record<string, DatabaseKind>> = {
    sqlite: 'sqlite',
    postgres: 'postgres',
    mariadb: 'mysql',
  };
  const kind = kinds[word];
  if (kind) return kind;
  throw new Error(`--hosts needs sqlite, postgres or mariadb, not ${word}.`);
}

async function soak({ first, most, untilMs, kill, hosts, verbose }: SoakOptions): Promise<number> {
  const stage = new Stage();
  const server = hosts && (await ledgerServer(hosts));
  const tally = new Tally();
  const began = performance.now();
  const flags = [
    ...(kill ? ['--kill'] : []),
    ...(hosts ? ['--hosts', hosts === 'mysql' ? 'mariadb' : hosts] : []),
  ];
  const run = (seed: string): Promise<SeedReport> => {
    if (server) return simulateHosts(stage, seed, server);
    return kill ? simulateKills(stage, seed) : simulate(stage, seed);
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < most && performance.now() - began < untilMs) {
      const report = await run(String(first + next++));
      tally.add(report);
      if (verbose)
        say(`${report.seed}: ${report.lives} processes, ${[...report.faults].join(' ') || 'no faults'}`);
      if (report.problem !== undefined) tellProblem(report, flags);
      if (tally.seeds % PROGRESS_EVERY === 0) say(`${tally.seeds} seeds, ${tally.failed} failed`);
    }
  };
  say(`Seeds from ${first} on.`);
  try {
    // A simulated process has this one to itself; real ones leave it idle, and machines wait for leases.
    const atOnce = (kill ? 1 : 0) + (server ? 2 : 0);
    await Promise.all(Array.from({ length: Math.max(1, atOnce * availableParallelism()) }, worker));
  } finally {
    await server?.close();
    stage.close();
  }
  tally.print((performance.now() - began) / 1000);
  return tally.failed === 0 ? 0 : 1;
}

function tellProblem({ seed, faults, struck, problem, log }: SeedReport, flags: readonly string[]): void {
  say(`\nSeed ${seed} failed: npm run soak -- --seed ${seed} --seeds 1 ${flags.join(' ')}`);
  say(`  drawn: ${[...faults].join(' ')}`);
  say(`  came: ${[...struck].map(([what, count]) => `${count} × ${what}`).join(', ')}`);
  say(indented(problem ?? ''));
  say(indented(log.join('\n')));
}

class Tally {
  failed = 0;
  seeds = 0;
  #lives = 0;
  #tookMs = 0;
  readonly #drawn = new Map<string, number>();
  readonly #struck = new Map<string, number>();

  add({ faults, struck, lives, tookMs, problem }: SeedReport): void {
    this.seeds += 1;
    this.#lives += lives;
    this.#tookMs += tookMs;
    if (problem !== undefined) this.failed += 1;
    for (const fault of faults) this.#drawn.set(fault, (this.#drawn.get(fault) ?? 0) + 1);
    for (const [what, count] of struck) this.#struck.set(what, (this.#struck.get(what) ?? 0) + count);
  }

  print(seconds: number): void {
    const perMinute = seconds > 0 ? (this.seeds / seconds) * 60 : 0;
    say(
      `\n${this.seeds} seeds, ${this.failed} failed, in ${seconds.toFixed(0)} s: ${perMinute.toFixed(0)} seeds per minute`,
    );
    say(`  ${this.#lives} processes, ${(this.#tookMs / 3_600_000).toFixed(0)} hours of their time`);
    say('Seeds that drew each kind of fault');
    for (const fault of FAULTS) say(`  ${fault.padEnd(16)} ${this.#drawn.get(fault) ?? 0}`);
    say('Faults that came');
    for (const [what, count] of [...this.#struck].sort(([one], [other]) => one.localeCompare(other))) {
      say(`  ${what.padEnd(28)} ${count}`);
    }
  }
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function day({ first }: SoakOptions): Promise<number> {
  const stage = new Stage();
  try {
    await simulateDay(stage, String(first), say);
    return 0;
  } catch (error) {
    say(`The day failed: npm run soak -- --day --seed ${first}\n${inspect(error)}`);
    return 1;
  } finally {
    stage.close();
  }
}

async function idle({ first, untilMs, cuts }: SoakOptions): Promise<number> {
  const minutes = untilMs / 60_000;
  const replay = `npm run soak -- --idle --minutes ${minutes} --cuts ${cuts} --seed ${first}`;
  try {
    const faults = await soakIdle(idlePlanOf({ seed: String(first), minutes, cuts }), say);
    for (const fault of faults) say(fault);
    say(faults.length === 0 ? 'The client idled as it should.' : `It failed: ${replay}`);
    return faults.length === 0 ? 0 : 1;
  } catch (error) {
    say(`It failed: ${replay}\n${inspect(error)}`);
    return 1;
  }
}

function run(options: SoakOptions): Promise<number> {
  if (options.idle) return idle(options);
  return options.day ? day(options) : soak(options);
}

const options = optionsOf(process.argv.slice(2));
if (options.help) process.stdout.write(HELP);
else process.exitCode = await run(options);
