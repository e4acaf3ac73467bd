import { frameOf, machineFields, overallLines, waitLines } from './frame.js';
import type { RunTally } from './tally.js';
import type { Usage } from './usage.js';
import { doneWords, endFields, formatMessageRate, formatRate } from './words.js';

export interface BarsView {
  readonly tally: RunTally;
  readonly usage: Usage | undefined;
  readonly bufferBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * The lines of a run's frame: see frameOf. A narrow terminal shows the same on more lines; the progress and the
 * estimated end are dropped last.
 */
export function renderBars(view: BarsView): readonly string[] {
  const { tally, now, columns, rows } = view;
  return frameOf({
    files: tally.files,
    run: runLines(view),
    wait: waitLines(tally.wait, now, columns),
    columns,
    rows,
  });
}

function runLines({ tally, bufferBytes, usage, now, columns }: BarsView): string[] {
  const { total, done } = tally;
  const fields = [
    doneWords(tally),
    ...(tally.endsAt === undefined ? [] : endFields(tally.endsAt, now)),
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    ...(tally.skipped > 0 ? [`${tally.skipped} skipped`] : []),
    formatMessageRate(tally.messagesPerMinute),
    formatRate(tally.bytesPerSecond),
  ];
  const machine = machineFields(tally.heldBytes, bufferBytes, usage);
  return overallLines(fields, total ? done / total : undefined, machine, columns);
}
