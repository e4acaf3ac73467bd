import type { BenchOptions } from './arguments.js';
import { driver } from './clients/contenders.js';
import { measureStages } from './micro/measure-stages.js';
import { describeMachine } from './report/machine.js';
import { saveResults } from './report/results-file.js';
import { openSamples } from './report/samples-file.js';
import { markdown, tablesOf } from './report/tables.js';
import { installRivals, type LeftOut } from './rivals/install.js';
import { SCENARIOS } from './scenarios/catalogue.js';
import { type Bench, measureRow } from './scenarios/measure-row.js';
import { MICRO } from './scenarios/names.js';
import type { Contender, Sample } from './scenarios/row.js';
import { startSandboxProcess } from './server/sandbox-process.js';
import { sessionOf } from './server/sign-in.js';

/** Measures the chosen scenarios on the sandbox; answers 1 when a run failed or a digest was wrong. */
export async function benchSandbox(options: BenchOptions): Promise<number> {
  const { scenarios, sizes, roundTrips, runs, seed, timeoutMs } = options;
  const { rivals, leftOut } = await rivalsOf(options);
  const file = openSamples(options.samplesFile);
  const sandbox = await startSandboxProcess(seed);
  try {
    const bench: Bench = {
      sandbox,
      session: await sessionOf(sandbox.facts),
      timeoutMs,
      sources: new Map(),
      isKnown: (row, { name }, round) => file.isKnown(row, name, round),
      onSample(sample) {
        file.add(sample);
        tell(lineOf(sample));
      },
    };
    for (const name of scenarios) {
      const rows = SCENARIOS[name]?.({ sizes, roundTrips, runs, seed, rivals }) ?? [];
      for (const row of rows) await measureRow(bench, row);
    }
    if (scenarios.includes(MICRO)) {
      const isKnown = (variant: string, client: string, round: number): boolean =>
        file.isKnown({ scenario: MICRO, variant }, client, round);
      await measureStages({ seed, runs, parts: sizes.stageParts, isKnown, onSample: bench.onSample });
    }
  } finally {
    await sandbox.close();
  }
  report(options, file.samples, leftOut);
  return file.samples.every(({ ok }) => ok) ? 0 : 1;
}

async function rivalsOf(
  options: BenchOptions,
): Promise<{ readonly rivals: readonly Contender[]; readonly leftOut: readonly LeftOut[] }> {
  const isNeeded = options.scenarios.some((name) => name === 'file' || name === 'files');
  if (!isNeeded) return { rivals: [], leftOut: [] };
  const { programs, leftOut } = await installRivals(options.rivals, options.cacheDir, tell);
  return { rivals: programs.map(({ name, program }) => driver(name, program)), leftOut };
}

function report(options: BenchOptions, samples: readonly Sample[], leftOut: readonly LeftOut[]): void {
  const machine = describeMachine();
  const tables = tablesOf(samples);
  if (options.save) {
    const { seed, rivals } = options;
    tell(`Wrote ${saveResults({ machine, seed, tables, leftOut, rivals })}.`);
  }
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ machine, seed: options.seed, leftOut, samples })}\n`);
    return;
  }
  for (const [name, value] of Object.entries(machine)) process.stdout.write(`${name}: ${value}\n`);
  process.stdout.write(`seed: ${options.seed}\n\n`);
  for (const { name, reason } of leftOut) process.stdout.write(`Left out: ${name}, ${reason}\n\n`);
  for (const table of tables) process.stdout.write(`${markdown(table)}\n`);
}

function lineOf({ scenario, variant, client, round, ok, reason, bytes, messages, seconds }: Sample): string {
  const rate =
    bytes > 0 ? `${(bytes / seconds / 1e6).toFixed(1)} MB/s` : `${(messages / seconds).toFixed(0)}/s`;
  return `${scenario}, ${variant}, ${client}, round ${round}: ${ok ? rate : `failed: ${reason}`}`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
