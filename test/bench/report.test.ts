import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseBenchArguments } from '../../bench/arguments.js';
import { spreadOf } from '../../bench/report/statistics.js';
import { markdown, tablesOf } from '../../bench/report/tables.js';
import type { Sample } from '../../bench/scenarios/row.js';

const base: Sample = {
  scenario: 'file',
  variant: '1 GiB, 40 ms',
  client: 'telepi',
  round: 1,
  bytes: 2 ** 30,
  messages: 1,
  roundTripMs: 40,
  ok: true,
  seconds: 10,
  cpuSeconds: 8,
  peakRssBytes: 200 * 2 ** 20,
  serverCpuSeconds: 5,
  firstToLastSeconds: 9.5,
  requests: 4100,
  connections: 8,
};
const sample = (changes: Partial<Sample>): Sample => ({ ...base, ...changes });
const tableNamed = (samples: readonly Sample[], title: string) =>
  tablesOf(samples).find((table) => table.title === title);

test('the report shows median, minimum and maximum', () => {
  assert.deepEqual(spreadOf([5, 1, 3]), { median: 3, min: 1, max: 5 });
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
  assert.equal(spreadOf([]), undefined);
});

test('ratios compare runs of the same round, and show their spread', () => {
  const samples = [1, 2, 3].flatMap((round) => [
    sample({ round, seconds: 10 * round }),
    sample({ round, client: 'telethon', seconds: 40 * round + 10, cpuSeconds: 16 }),
  ]);
  const ratios = tableNamed(samples, 'Ratios');
  assert.deepEqual(ratios?.cells[1], [
    ...['file', '1 GiB, 40 ms', 'telepi', 'telethon', '4.50 (4.33–5.00)', '0.50', '1.00', '3'],
  ]);
});

test("a wrong or failed run doesn't count, and is named", () => {
  const samples = [
    sample({}),
    sample({ round: 2, seconds: 0.001, ok: false, reason: 'message 0 has another file\nmore' }),
  ];
  const table = tableNamed(samples, 'Transfers');
  assert.equal(table?.cells[1]?.[3], '107.4');
  assert.equal(table?.cells[1]?.at(-1), '1 of 2');
  assert.match(table?.notes.join(' ') ?? '', /round 2: message 0 has another file$/);
});

test('the table says where the server was the limit', () => {
  const at = (serverCpuSeconds: number) => tableNamed([sample({ serverCpuSeconds })], 'Transfers');
  assert.match(at(9.6)?.cells[1]?.[3] ?? '', / \*$/);
  assert.match(at(9.6)?.notes[0] ?? '', /sandbox's own thread/);
  assert.doesNotMatch(at(5)?.cells[1]?.[3] ?? '', /\*/);
  assert.deepEqual(at(5)?.notes, []);
});

test('messages have rows of their own: time per message, also in round trips', () => {
  const [table] = tablesOf([sample({ scenario: 'texts', bytes: 0, messages: 250, cpuSeconds: 0.5 })]);
  const cells = Object.fromEntries((table?.cells[0] ?? []).map((head, n) => [head, table?.cells[1]?.[n]]));
  assert.equal(table?.title, 'Messages');
  assert.deepEqual(
    [cells['messages/s'], cells['round trips each'], cells['CPU ms each']],
    ['25.0', '1.00', '2.00'],
  );
  assert.match(table ? markdown(table) : '', /^### Messages\n\n\| scenario/);
});

test('flags are parsed, and bad ones are refused by name', () => {
  const names = { scenarios: ['file', 'texts'], rivals: ['gotd'] };
  const parse = (...argv: string[]) => parseBenchArguments(argv, names);
  assert.deepEqual(parse().scenarios, ['file', 'texts']);
  assert.deepEqual(parse('--rivals', 'none').rivals, []);
  assert.equal(parse('--file-mib', '3').sizes.file, 3 * 2 ** 20);
  assert.equal(parse('--quick').runs, 1);
  assert.equal(parse('--source', 'a', '--target', 'b').mode, 'real');
  for (const [argv, words] of [
    [['--scenario', 'files'], /--scenario knows file, texts/],
    [['--runs', '0'], /--runs/],
    [['--round-trips', '0,x'], /--round-trips/],
    [['--source', 'a'], /--target/],
    [['--before', '/nowhere'], /--before names no built checkout/],
    [['--nonsense'], /nonsense/],
  ] as const) {
    assert.throws(() => parse(...argv), words);
  }
});

test('another checkout is a rival of each of our clients', () => {
  const samples = ['telepi run', 'telepi run again', 'telepi run before', 'gotd'].map((client, nth) =>
    sample({ scenario: 'command', client, seconds: 10 + nth }),
  );
  const pairs = tableNamed(samples, 'Ratios')
    ?.cells.slice(1)
    .map((cells) => cells.slice(2, 5));
  assert.deepEqual(pairs, [
    ['telepi run', 'telepi run before', '1.20'],
    ['telepi run', 'gotd', '1.30'],
    ['telepi run again', 'telepi run before', '1.09'],
    ['telepi run again', 'gotd', '1.18'],
  ]);
});

test('a start-up is shown by its first requests, in their order, up to the first part that goes up', () => {
  const start = { scenario: 'startup', variant: '40 ms' };
  const firstRequests = { 'help.GetConfig': 0.3, 'upload.SaveBigFilePart': 0.7, 'messages.SendMedia': 1.1 };
  const other = { ...firstRequests, 'users.GetUsers': 0.2, 'upload.SaveBigFilePart': 0.9 };
  const samples = [
    sample({ ...start, client: 'telepi run', firstRequests }),
    sample({
      ...start,
      client: 'telepi run',
      round: 2,
      firstRequests: { ...firstRequests, 'help.GetConfig': 0.4 },
    }),
    sample({ ...start, client: 'telepi run before', firstRequests: other }),
  ];
  assert.deepEqual(tableNamed(samples, 'Start-up to the first part, 40 ms')?.cells, [
    ['ms until the first', 'telepi run', 'telepi run before'],
    ['users.GetUsers', '–', '200'],
    ['help.GetConfig', '350 (300–400)', '300'],
    ['upload.SaveBigFilePart', '700', '900'],
  ]);
});
