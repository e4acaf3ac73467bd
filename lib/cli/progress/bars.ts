import { formatBytes } from '../../base/bytes.js';
import { plain } from '../plain.js';
import { fit } from '../width.js';
import type { FileTally, RunTally } from './tally.js';
import type { Usage } from './usage.js';
import {
  count,
  doneWords,
  endWords,
  formatMegabytes,
  formatMessageRate,
  formatRate,
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

const LINES_BELOW_FILES = 4;
const WIDEST_BAR = 30;
const NARROWEST_BAR = 8;

/** The lines of a frame: a bar for each file in flight, then the run as a whole. None is wider than the terminal. */
export function renderBars(view: BarsView): readonly string[] {
  const { tally, now } = view;
  const room = Math.max(1, view.rows - LINES_BELOW_FILES);
  const files = tally.files.slice(0, room).map((file) => fileLine(file, view.columns));
  const more = tally.files.length - files.length;
  const lines = [
    ...files,
    ...(more > 0 ? [`… and ${count(more, 'file')} more`] : []),
    overallLine(tally, now, view.columns),
    machineLine(view),
    ...(tally.wait ? [waitWords(tally.wait, now)] : []),
  ];
  return lines.map((line) => fit(line, view.columns));
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

function overallLine(tally: RunTally, now: number, columns: number): string {
  const { total, done } = tally;
  const share = total ? done / total : 0;
  const end = tally.endsAt;
  const details = [
    doneWords(tally),
    ...(tally.skipped > 0 ? [`${tally.skipped} skipped`] : []),
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    formatMessageRate(tally.messagesPerMinute),
    formatRate(tally.bytesPerSecond),
    ...(end === undefined ? [] : [endWords(end, now)]),
  ].join(', ');
  const barWidth = Math.min(WIDEST_BAR, columns - details.length - 3);
  return total && barWidth >= NARROWEST_BAR ? `${bar(share, barWidth)} ${details}` : details;
}

function machineLine(view: BarsView): string {
  const held = `holding ${formatMegabytes(view.tally.heldBytes)} of ${formatMegabytes(view.bufferBytes)} for files`;
  const { usage } = view;
  if (!usage) return held;
  const memory = `memory ${formatMegabytes(usage.memoryBytes)}`;
  const cpu = usage.cpuPercent === undefined ? [] : [`CPU ${Math.round(usage.cpuPercent)} %`];
  return [held, memory, ...cpu].join(', ');
}
