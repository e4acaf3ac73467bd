import { formatBytes } from '../../base/bytes.js';
import { plain } from '../plain.js';
import { fit, flow, widthOf } from '../width.js';
import type { FileTally, WaitTally } from './tally.js';
import type { Usage } from './usage.js';
import { count, formatMegabytes, formatRate, waitFields, waitWords } from './words.js';

/** A file in transfer, as its bar shows it. */
export type FileBar = Pick<FileTally, 'name' | 'size' | 'bytesUp' | 'bytesPerSecond'>;

/** What stands below the bars of the files. */
export interface FrameParts {
  readonly files: readonly FileBar[];
  /** The work as a whole. */
  readonly run: readonly string[];
  readonly wait: readonly string[];
  readonly columns: number;
  readonly rows: number;
}

const WIDEST_BAR = 30;
const NARROWEST_BAR = 8;

/**
 * The lines of a frame: a bar for each file in flight, then the work as a whole. No line is wider than the terminal, and
 * there are fewer lines than the terminal has rows: files give way first, the beginning of `run` last.
 */
export function frameOf({ files, run, wait, columns, rows }: FrameParts): readonly string[] {
  const most = Math.max(1, rows - 1);
  const kept = run.slice(0, Math.max(1, most - wait.length));
  const below = [...kept, ...wait].slice(0, most);
  const room = most - below.length;
  const shown = files.length <= room ? files : files.slice(0, Math.max(0, room - 1));
  const more = files.length - shown.length;
  const lines = [
    ...shown.map((file) => fileLine(file, columns)),
    ...(more > 0 && room > 0 ? [`… and ${count(more, 'file')} more`] : []),
    ...below,
  ];
  return lines.map((line) => fit(line, columns));
}

/**
 * The work as a whole in fields, the most important first: next to a bar and with the machine below where there is room,
 * otherwise in a row. `share`: how much of it is done, from 0 to 1, if that is known.
 */
export function overallLines(
  fields: readonly string[],
  share: number | undefined,
  machine: readonly string[],
  columns: number,
): string[] {
  const whole = fields.join(', ');
  const barWidth = Math.min(WIDEST_BAR, columns - widthOf(whole) - 3);
  if (share !== undefined && barWidth >= NARROWEST_BAR)
    return [`${bar(share, barWidth)} ${whole}`, ...flow(machine, columns)];
  return flow([...fields, ...machine], columns);
}

/** What the process holds and uses. */
export function machineFields(
  heldBytes: number,
  bufferBytes: number,
  usage: Usage | undefined,
): readonly string[] {
  return [
    `holding ${formatMegabytes(heldBytes)} of ${formatMegabytes(bufferBytes)} for files`,
    ...(usage ? [`memory ${formatMegabytes(usage.memoryBytes)}`] : []),
    ...(usage?.cpuPercent === undefined ? [] : [`CPU ${Math.round(usage.cpuPercent)} %`]),
  ];
}

export function waitLines(wait: WaitTally | undefined, now: number, columns: number): string[] {
  if (!wait) return [];
  const sentence = waitWords(wait, now);
  return widthOf(sentence) <= columns ? [sentence] : flow(waitFields(wait, now), columns);
}

function fileLine(file: FileBar, columns: number): string {
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
