// Runs seeds until told otherwise, prints each that fails with the command that replays it, and ends with 1 then.
// npm run soak -- [--minutes N | --seeds N] [--seed S] [--kill] [--verbose]
import { parseArgs } from 'node:util';
import { systemRandom } from '../../lib/base/random.js';
import { FAULTS } from './plan.js';
import { type SeedReport, simulate } from './simulate.js';
import { Stage } from './stage.js';

const DEFAULT_MINUTES = 5;

interface SoakOptions {
  readonly first: number;
  /** Of seeds, and of milliseconds. Whichever comes first ends the soak. */
  readonly most: number;
  readonly untilMs: number;
  readonly verbose: boolean;
}

function optionsOf(words: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      minutes: { type: 'string' },
      seeds: { type: 'string' },
      seed: { type: 'string' },
      verbose: { type: 'boolean' },
    },
  });
  const { minutes, seeds, seed } = values;
  const first = seed === undefined ? systemRandom.integer(1, 999_999_999) : countOf('seed', seed);
  const most = seeds === undefined ? Number.POSITIVE_INFINITY : countOf('seeds', seeds);
  const limit = minutes ?? (seeds === undefined ? String(DEFAULT_MINUTES) : undefined);
  const untilMs = limit === undefined ? Number.POSITIVE_INFINITY : countOf('minutes', limit) * 60_000;
  return { first, most, untilMs, verbose: values.verbose === true };
}

function countOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`--${name} needs a whole number, not ${text}.`);
}

async function soak({ first, most, untilMs, verbose }: SoakOptions): Promise<number> {
  const stage = new Stage();
  const tally = new Tally();
  const began = performance.now();
  say(`Seeds from ${first} on.`);
  try {
    for (let n = 0; n < most && performance.now() - began < untilMs; n += 1) {
      const report = await simulate(stage, String(first + n));
      tally.add(report);
      if (verbose)
        say(`${report.seed}: ${report.lives} processes, ${[...report.faults].join(' ') || 'no faults'}`);
      if (report.problem !== undefined) tellProblem(report);
    }
  } finally {
    stage.close();
  }
  tally.print((performance.now() - began) / 1000);
  return tally.failed === 0 ? 0 : 1;
}

function tellProblem({ seed, faults, struck, problem, log }: SeedReport): void {
  say(`\nSeed ${seed} failed: npm run soak -- --seed ${seed} --seeds 1`);
  say(`  drawn: ${[...faults].join(' ')}`);
  say(`  came: ${[...struck].map(([what, count]) => `${count} × ${what}`).join(', ')}`);
  say(indented(problem ?? ''));
  say(indented(log.join('\n')));
}

class Tally {
  failed = 0;
  #seeds = 0;
  #lives = 0;
  #virtualMs = 0;
  readonly #drawn = new Map<string, number>();
  readonly #struck = new Map<string, number>();

  add({ faults, struck, lives, virtualMs, problem }: SeedReport): void {
    this.#seeds += 1;
    this.#lives += lives;
    this.#virtualMs += virtualMs;
    if (problem !== undefined) this.failed += 1;
    for (const fault of faults) this.#drawn.set(fault, (this.#drawn.get(fault) ?? 0) + 1);
    for (const [what, count] of struck) this.#struck.set(what, (this.#struck.get(what) ?? 0) + count);
  }

  print(seconds: number): void {
    say(`\n${this.#seeds} seeds, ${this.failed} failed, in ${seconds.toFixed(0)} s`);
    say(`  ${this.#lives} processes, ${(this.#virtualMs / 3_600_000).toFixed(0)} hours of their time`);
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

process.exitCode = await soak(optionsOf(process.argv.slice(2)));
