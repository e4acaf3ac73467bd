import { MICRO } from '../scenarios/names.js';
import { BEFORE, type Sample } from '../scenarios/row.js';
import {
  type Column,
  FILE_COLUMNS,
  isServerBound,
  MESSAGE_COLUMNS,
  STAGE_COLUMNS,
  STARTUP_COLUMNS,
  spreadWords,
} from './columns.js';
import { spreadOf } from './statistics.js';
import { stepTables } from './steps.js';
import { groups, type Table } from './table.js';

const TELEPI = 'telepi';
/** Below this many bytes per message, the message rate is the figure, not the rate of bytes. */
const SMALL_BYTES = 1_000_000;

/** All measurements, as one table of transfers, one of messages and one of ratios; empty tables are left out. */
export function tablesOf(samples: readonly Sample[]): Table[] {
  const starts = samples.filter(({ scenario }) => scenario === 'startup');
  const stages = samples.filter(({ scenario }) => scenario === MICRO);
  const carried = samples.filter(({ scenario }) => scenario !== 'startup' && scenario !== MICRO);
  const small = ({ bytes, messages }: Sample): boolean => bytes < messages * SMALL_BYTES;
  const large = carried.filter((sample) => !small(sample));
  return [
    table('Transfers', large, FILE_COLUMNS),
    table('Messages', carried.filter(small), MESSAGE_COLUMNS),
    table('Stages of a part', stages, STAGE_COLUMNS),
    table('Start-up', starts, STARTUP_COLUMNS),
    ...stepTables(starts),
    ratioTable(carried),
  ].filter(({ cells }) => cells.length > 1);
}

/** As lines of Markdown, which read well on a terminal too. */
export function markdown({ title, cells, notes }: Table): string {
  const widths = (cells[0] ?? []).map((_, nth) => Math.max(...cells.map((line) => line[nth]?.length ?? 0)));
  const row = (line: readonly string[]): string =>
    `| ${line.map((cell, nth) => cell.padEnd(widths[nth] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const foot = notes.length === 0 ? [] : ['', ...notes];
  return [`### ${title}`, '', row(head), rule, ...body.map(row), ...foot, ''].join('\n');
}

function table(title: string, samples: readonly Sample[], columns: readonly Column[]): Table {
  const head = ['scenario', 'what', 'client', ...columns.map((column) => column.head), 'runs'];
  const lines = [...groups(samples, rowAndClient).values()].map((group) => {
    const [first] = group;
    const good = group.filter(({ ok }) => ok);
    const cells = columns.map(({ cell }) => (good.length > 0 ? cell(good) : '–'));
    const runs = good.length === group.length ? `${good.length}` : `${good.length} of ${group.length}`;
    return [first?.scenario ?? '', first?.variant ?? '', first?.client ?? '', ...cells, runs];
  });
  return { title, cells: [head, ...lines], notes: notesOn(samples) };
}

function notesOn(samples: readonly Sample[]): string[] {
  const good = samples.filter(({ ok }) => ok);
  const bound = [...groups(good, rowAndClient).values()].some(isServerBound);
  const faults = samples
    .filter(({ ok }) => !ok)
    .map((one) => `Not counted: ${rowAndClient(one)}, round ${one.round}: ${firstLine(one.reason)}`);
  const limit = "\\* The sandbox's own thread was the limit; CPU per GiB is the figure that counts.";
  return [...(bound ? [limit.replace('\\', '')] : []), ...faults];
}

function ratioTable(samples: readonly Sample[]): Table {
  const head = ['scenario', 'what', 'client', 'against', 'throughput ×', 'CPU ×', 'peak RSS ×', 'rounds'];
  const rows = groups(samples, ({ scenario, variant }) => `${scenario}, ${variant}`);
  const lines = [...rows.values()].flatMap((row) => {
    const clients = [
      ...groups(
        row.filter(({ ok }) => ok),
        ({ client }) => client,
      ),
    ];
    const isOurs = (client: string): boolean => client.startsWith(TELEPI) && client !== BEFORE;
    const others = clients.filter(([client]) => !isOurs(client));
    return clients
      .filter(([client]) => isOurs(client))
      .flatMap(([, ours]) => others.map(([name, theirs]) => ratioLine(name, ours, theirs)));
  });
  return { title: 'Ratios', cells: [head, ...lines], notes: [] };
}

/** Compares runs of the same round: a disturbance of one has most likely hit the other too. */
function ratioLine(name: string, ours: readonly Sample[], theirs: readonly Sample[]): string[] {
  const pairs = ours.flatMap((mine) => {
    const other = theirs.find(({ round }) => round === mine.round);
    return other ? [{ mine, other }] : [];
  });
  const ratio = (figure: (sample: Sample) => number | undefined): string => {
    const values = pairs.map(
      ({ mine, other }) => (figure(mine) ?? Number.NaN) / (figure(other) ?? Number.NaN),
    );
    return spreadWords(spreadOf(values.filter(Number.isFinite)), 2);
  };
  const [first] = ours;
  return [
    first?.scenario ?? '',
    first?.variant ?? '',
    first?.client ?? '',
    name,
    ratio(({ bytes, seconds }) => bytes / seconds),
    ratio(({ cpuSeconds }) => cpuSeconds),
    ratio(({ peakRssBytes }) => peakRssBytes),
    String(pairs.length),
  ];
}

function rowAndClient({ scenario, variant, client }: Sample): string {
  return `${scenario}, ${variant}, ${client}`;
}

function firstLine(text = ''): string {
  return text.split('\n')[0] ?? '';
}
