import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import type { Reporter } from './reporter.js';
import { Screen, type ScreenSize, type Terminal } from './screen.js';
import { type Usage, UsageMeter } from './usage.js';

/** What a command draws while it works. */
export interface Drawing<Event> {
  /** What an event says in a line of its own, above the block. It is asked before the event is taken. */
  lineOf(event: Event): string | undefined;
  take(event: Event): void;
  /** The lines of the block. */
  frame(size: ScreenSize, usage: Usage | undefined): readonly string[];
}

/** A block at the bottom of the terminal, and lines that scroll away above it. */
export function drawnReporter<Event>(
  output: Output,
  terminal: Terminal,
  clock: Clock,
  drawing: Drawing<Event>,
): Reporter<Event> {
  const usage = new UsageMeter(clock);
  const screen = new Screen(terminal, (size) => drawing.frame(size, usage.latest));
  output.printThrough((line) => screen.above(line));
  screen.open(clock);
  return {
    show(event) {
      const line = drawing.lineOf(event);
      drawing.take(event);
      if (line !== undefined) output.line(line);
    },
    async close() {
      usage.close();
      await screen.close();
      output.printThrough(undefined);
    },
  };
}
