import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { renderBars } from './bars.js';
import { drawnReporter } from './drawn-reporter.js';
import type { Reporter } from './reporter.js';
import type { Terminal } from './screen.js';
import { TallyKeeper } from './tally.js';
import { eventWords } from './words.js';

export interface BarOptions {
  readonly clock: Clock;
  readonly bufferBytes: number;
  /** The shortest time from one message to the next at present, in milliseconds. */
  readonly intervalMs: () => number;
}

/** Bars at the bottom of the terminal; skips and failures are lines that scroll away above them. */
export function barReporter(output: Output, terminal: Terminal, options: BarOptions): Reporter {
  const { clock, bufferBytes, intervalMs } = options;
  const tally = new TallyKeeper(clock, intervalMs);
  return drawnReporter(output, terminal, clock, {
    take: (event) => tally.take(event),
    lineOf: eventWords,
    frame: ({ columns, rows }, usage) =>
      renderBars({ tally: tally.read(), usage, bufferBytes, now: clock.now(), columns, rows }),
  });
}
