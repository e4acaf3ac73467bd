import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { jsonReporter } from './json-reporter.js';
import { lineReporter } from './line-reporter.js';
import type { Reporter } from './reporter.js';

/** JSON lines with --json, bars on a terminal that can move its cursor, plain lines elsewhere. */
export async function chooseReporter(
  output: Output,
  options: { readonly clock: Clock; readonly bufferBytes: number; readonly terminalName: string | undefined },
): Promise<Reporter> {
  if (output.json) return jsonReporter(output);
  const { stdout } = output.streams;
  if (!stdout.isTTY || options.terminalName === 'dumb') return lineReporter(output, options.clock);
  const { barReporter } = await import('./bar-reporter.js');
  return barReporter(output, stdout, options);
}
