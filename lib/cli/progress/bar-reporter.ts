import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { renderBars } from './bars.js';
import type { Reporter } from './reporter.js';
import { Screen, type Terminal } from './screen.js';
import { TallyKeeper } from './tally.js';
import { UsageMeter } from './usage.js';
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
  const usage = new UsageMeter(clock);
  const screen = new Screen(terminal, ({ columns, rows }) =>
    renderBars({ tally: tally.read(), usage: usage.latest, bufferBytes, now: clock.now(), columns, rows }),
  );
  output.printThrough((line) => screen.above(line));
  screen.open(clock);
  return {
    show(event) {
      tally.take(event);
      const line = eventWords(event);
      if (line !== undefined) output.line(line);
    },
    async close() {
      usage.close();
      await screen.close();
      output.printThrough(undefined);
    },
  };
}
