import { formatBytes } from '../../base/bytes.js';
import { plain } from '../plain.js';
import { fit, flow, widthOf } from '../width.js';
import type { FileTally, RunTally } from './tally.js';
import type { Usage } from './usage.js';
import {
  count,
  doneWords,
  endFields,
  formatMegabytes,
  formatMessageRate,
  formatRate,
  waitFields,
  waitWords,
} from './words.js';

export interface BarsView {
  readonly tally: RunTally;
  readonly usage: Usage | undefined;
  readonly bufferBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
}

const WIDEST_BAR = 30;
const NARROWEST_BAR = 8;

/**
 * The lines of a frame: a bar for each file in flight, then the run as a whole. No line is wider than the terminal, and
 * a narrow terminal shows the same on more lines; there are fewer lines than the terminal has rows. The progress and
 * the estimated end are dropped last.
 */
export function renderBars(view: BarsView): readonly string[] {
  const { tally, columns } = view;
  const most = Math.max(1, view.rows - 1);
  const wait = waitLines(view);
  const run = runLines(view).slice(0, Math.max(1, most - wait.length));
  const below = [...run, ...wait].slice(0, most);
  const room = most - below.length;
  const shown = tally.files.length <= room ? tally.files : tally.files.slice(0, Math.max(0, room - 1));
  const more = tally.files.length - shown.length;
  const lines = [
    ...shown.map((file) => fileLine(file, columns)),
    ...(more > 0 && room > 0 ? [`… and ${count(more, 'file')} more`] : []),
    ...below,
  ];
  return lines.map((line) => fit(line, columns));
}

function fileLine(file: FileTally, columns: number): string {
  const share = file.size === 0 ? 1 : file.bytesUp / file.size;
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  const figures = `${percent} % of ${formatBytes(file.size)}, ${formatRate(file.bytesPerSecond)}`;
  const name = plain(file.name);
  const free = columns - figures.length - 4;
  const barWidth = Math.min(WIDEST_BAR, Math.floor(free / 2));
  if (barWidth < NARROWEST_BAR) return `${figures} ${name}`;
  return `${bar(share, barWidth)} ${figures} ${fit(name, Math.max(0, free - barWidth))}`;
}

function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`;
}

/** On a wide terminal: the run with a bar, and the machine; otherwise everything in a row of fields. */
function runLines(view: BarsView): string[] {
  const { tally, now, columns } = view;
  const { total, done } = tally;
  const end = tally.endsAt === undefined ? [] : endFields(tally.endsAt, now);
  const counts = [
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    ...(tally.skipped > 0 ? [`${tally.skipped} skipped`] : []),
    formatMessageRate(tally.messagesPerMinute),
    formatRate(tally.bytesPerSecond),
  ];
  const whole = [doneWords(tally), ...end, ...counts].join(', ');
  const barWidth = Math.min(WIDEST_BAR, columns - whole.length - 3);
  const machine = machineFields(view);
  if (total && barWidth >= NARROWEST_BAR) {
    return [`${bar(done / total, barWidth)} ${whole}`, ...flow(machine, columns)];
  }
  return flow([doneWords(tally), ...end, ...counts, ...machine], columns);
}

function machineFields({ tally, bufferBytes, usage }: BarsView): string[] {
  return [
    `holding ${formatMegabytes(tally.heldBytes)} of ${formatMegabytes(bufferBytes)} for files`,
    ...(usage ? [`memory ${formatMegabytes(usage.memoryBytes)}`] : []),
    ...(usage?.cpuPercent === undefined ? [] : [`CPU ${Math.round(usage.cpuPercent)} %`]),
  ];
}

function waitLines({ tally: { wait }, now, columns }: BarsView): string[] {
  if (!wait) return [];
  const sentence = waitWords(wait, now);
  return widthOf(sentence) <= columns ? [sentence] : flow(waitFields(wait, now), columns);
}
