import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { jsonReporter } from './json-reporter.js';
import { lineReporter } from './line-reporter.js';
import type { Reporter } from './reporter.js';
import type { Terminal } from './screen.js';

export interface ReporterOptions {
  readonly clock: Clock;
  readonly bufferBytes: number;
  /** The shortest time from one message to the next at present, in milliseconds. */
  readonly intervalMs: () => number;
  readonly terminalName: string | undefined;
}

/** JSON lines with --json, bars on a terminal that can move its cursor, plain lines elsewhere. */
export async function chooseReporter(output: Output, options: ReporterOptions): Promise<Reporter> {
  if (output.json) return jsonReporter(output, options);
  const terminal = terminalOf(output, options.terminalName);
  if (!terminal) return lineReporter(output, options);
  const { barReporter } = await import('./bar-reporter.js');
  return barReporter(output, terminal, options);
}

/** Standard output, if it is a terminal that can move its cursor. `name`: the variable TERM. */
export function terminalOf({ streams: { stdout } }: Output, name: string | undefined): Terminal | undefined {
  return stdout.isTTY && name !== 'dumb' ? stdout : undefined;
}
