import { GIB, MIB } from '../../lib/base/bytes.js';
import type { Sample } from '../scenarios/row.js';
import { type Spread, spreadOf } from './statistics.js';

export interface Column {
  readonly head: string;
  /** `samples`: the good runs of one client, at least one. */
  readonly cell: (samples: readonly Sample[]) => string;
}

const MB = 1_000_000;
/** From this share of one core on, the client is waiting for the server's only thread. */
const SERVER_BOUND_SHARE = 0.9;

export const FILE_COLUMNS: readonly Column[] = [
  {
    head: 'MB/s',
    cell: (samples) => withSpread(samples, (one) => one.bytes / one.seconds / MB) + bound(samples),
  },
  { head: 'whole s', cell: each((one) => one.wholeSeconds, 2) },
  { head: 'CPU s/GiB', cell: each((one) => perGib(one, one.cpuSeconds)) },
  { head: 'server CPU s/GiB', cell: each((one) => perGib(one, one.serverCpuSeconds || undefined)) },
  { head: 'peak RSS MiB', cell: each((one) => one.peakRssBytes && one.peakRssBytes / MIB, 0) },
  { head: 'held/budget MB', cell: held },
  { head: 'first→last s', cell: each((one) => one.firstToLastSeconds || undefined, 2) },
  { head: 'requests', cell: each((one) => one.requests || undefined, 0) },
  { head: 'connections', cell: each((one) => one.connections || undefined, 0) },
  { head: 'loop p99/max ms', cell: loop },
];

export const MESSAGE_COLUMNS: readonly Column[] = [
  {
    head: 'messages/s',
    cell: (samples) => withSpread(samples, (one) => one.messages / one.seconds) + bound(samples),
  },
  { head: 'ms each', cell: each((one) => (one.seconds * 1000) / one.messages, 2) },
  {
    head: 'round trips each',
    cell: each(
      (one) => (one.roundTripMs > 0 ? (one.seconds * 1000) / one.messages / one.roundTripMs : undefined),
      2,
    ),
  },
  { head: 'CPU ms each', cell: each((one) => one.cpuSeconds && (one.cpuSeconds * 1000) / one.messages, 2) },
  { head: 'server CPU ms each', cell: each((one) => (one.serverCpuSeconds * 1000) / one.messages, 2) },
  { head: 'peak RSS MiB', cell: each((one) => one.peakRssBytes && one.peakRssBytes / MIB, 0) },
  { head: 'requests', cell: each((one) => one.requests || undefined, 0) },
  { head: 'connections', cell: each((one) => one.connections || undefined, 0) },
  { head: 'loop p99/max ms', cell: loop },
];

export const STAGE_COLUMNS: readonly Column[] = [
  { head: 'MB/s', cell: (samples) => withSpread(samples, (one) => one.bytes / one.seconds / MB) },
  { head: 'CPU s/GiB', cell: each((one) => perGib(one, one.cpuSeconds), 2) },
];

export const STARTUP_COLUMNS: readonly Column[] = [
  { head: 'ms', cell: (samples) => withSpread(samples, (one) => one.seconds * 1000) },
];

/** Whether the server's thread was busy all the time in most of these runs. */
export function isServerBound(samples: readonly Sample[]): boolean {
  const share = spreadOf(samples.map(({ serverCpuSeconds, seconds }) => serverCpuSeconds / seconds));
  return share !== undefined && share.median >= SERVER_BOUND_SHARE;
}

function bound(samples: readonly Sample[]): string {
  return isServerBound(samples) ? ' *' : '';
}

function withSpread(samples: readonly Sample[], figure: (sample: Sample) => number): string {
  return spreadWords(spreadOf(samples.map(figure)), 1);
}

/** `91.2 (88.0–93.1)`; without a range where there is only one run. */
export function spreadWords(spread: Spread | undefined, digits: number): string {
  if (!spread) return '–';
  const { median, min, max } = spread;
  const range = min === max ? '' : ` (${min.toFixed(digits)}–${max.toFixed(digits)})`;
  return median.toFixed(digits) + range;
}

function each(figure: (sample: Sample) => number | undefined, digits = 1): Column['cell'] {
  return (samples) => {
    const values = samples.map(figure).filter((value) => value !== undefined);
    return spreadOf(values)?.median.toFixed(digits) ?? '–';
  };
}

function perGib({ bytes }: Sample, seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : (seconds / bytes) * GIB;
}

function held(samples: readonly Sample[]): string {
  const most = spreadOf(samples.flatMap(({ heldBytes }) => heldBytes ?? []));
  const budget = samples[0]?.budgetBytes;
  return most && budget ? `${(most.max / MB).toFixed(1)}/${budget / MB}` : '–';
}

function loop(samples: readonly Sample[]): string {
  const delays = samples.flatMap(({ loopDelay }) => loopDelay ?? []);
  const [p99, max] = [spreadOf(delays.map((one) => one.p99)), spreadOf(delays.map((one) => one.max))];
  return p99 && max ? `${p99.median.toFixed(0)}/${max.max.toFixed(0)}` : '–';
}
