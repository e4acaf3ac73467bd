import type { BenchOptions } from '../arguments.js';
import type { InstalledRivals } from '../rivals/install.js';
import { RIVALS } from '../rivals/rivals.js';
import type { Sample } from '../scenarios/row.js';
import { describeMachine } from './machine.js';
import { saveResults } from './results-file.js';
import { markdown, tablesOf } from './tables.js';

/** Prints the measurements, as tables or as one JSON object, and saves them on request. */
export function report(
  options: BenchOptions,
  samples: readonly Sample[],
  { leftOut, versions }: Pick<InstalledRivals, 'leftOut' | 'versions'>,
): void {
  const { seed, save, json } = options;
  const machine = describeMachine();
  const tables = tablesOf(samples);
  const clients = new Set(samples.map(({ client }) => client));
  const rivals = new Map(
    Object.keys(RIVALS).flatMap((name) => (clients.has(name) ? [[name, versions.get(name) ?? '']] : [])),
  );
  if (save) tell(`Wrote ${saveResults({ machine, seed, tables, leftOut, rivals })}.`);
  if (json) {
    process.stdout.write(`${JSON.stringify({ machine, seed, leftOut, samples })}\n`);
    return;
  }
  for (const [name, value] of Object.entries({ ...machine, seed }))
    process.stdout.write(`${name}: ${value}\n`);
  process.stdout.write('\n');
  for (const { name, reason } of leftOut) process.stdout.write(`Left out: ${name}, ${reason}\n\n`);
  for (const table of tables) process.stdout.write(`${markdown(table)}\n`);
}

/** Reports how a run went, while the others continue: on standard error. */
export function tellSample(sample: Sample): void {
  const { scenario, variant, client, round, ok, reason, bytes, messages, seconds } = sample;
  const rate =
    bytes > 0 ? `${(bytes / seconds / 1e6).toFixed(1)} MB/s` : `${(messages / seconds).toFixed(0)}/s`;
  tell(`${scenario}, ${variant}, ${client}, round ${round}: ${ok ? rate : `failed: ${reason}`}`);
}

export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
