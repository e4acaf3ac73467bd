import type { Clock } from '../../base/clock.js';
import type { Output } from '../output.js';
import { renderBars } from './bars.js';
import type { Reporter } from './reporter.js';
import { Screen, type Terminal } from './screen.js';
import { TallyKeeper } from './tally.js';
import { UsageMeter } from './usage.js';
import { failureWords, reductionWords, skipWords, topicWords } from './words.js';

export interface BarOptions {
  readonly clock: Clock;
  readonly bufferBytes: number;
  /** How long it is from one message sent to the next at present, at least. */
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
    plan: (total) => tally.plan(total),
    transfer: (file) => tally.transfer(file),
    transferEnded: (file) => tally.transferEnded(file),
    sent: (sourceIds) => tally.sent(sourceIds.length),
    sentBefore: () => tally.sentBefore(),
    skipped(sourceId, reason) {
      tally.skipped();
      output.line(skipWords(sourceId, reason));
    },
    failed(sourceId, reason, message) {
      tally.failed();
      output.line(failureWords(sourceId, reason, message));
    },
    reduced: (sourceId, kind) => output.line(reductionWords(sourceId, kind)),
    topicCreated: (_sourceTopic, targetTopic, title) => output.line(topicWords(targetTopic, title)),
    wait: (wait) => tally.wait(wait),
    async close() {
      usage.close();
      await screen.close();
      output.printThrough(undefined);
    },
  };
}
