import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../lib/base/clock.js';
import type { DatabaseAddress } from '../lib/base/database-address.js';
import { systemRandom } from '../lib/base/random.js';
import { enqueue } from '../lib/queue/enqueue.js';
import { sweepDead } from '../lib/queue/sweep.js';
import { beat, SEEN_EVERY_MS } from '../lib/queue/workers.js';
import { LEASE_TIMES } from '../lib/store/lease-term.js';
import { renewLease, takeLease } from '../lib/store/tables/leases.js';
import { administer } from '../test/servers/administer.js';
import { addressOf } from '../test/servers/databases.js';
import { startInstance } from '../test/servers/instance.js';
import { describeMachine } from './report/machine.js';
import { type Measured, Meter } from './scale/meter.js';
import { type Cost, type Costs, type Fleet, load, rates, UNITS, type Unit } from './scale/model.js';
import { ACCOUNTS, openBench, orderOf, runJob, work, workerOf } from './scale/worker.js';

/*
 * What many workers cost the one Postgres that they share. First each thing that a worker asks of it is measured alone, many
 * times over; from these a model (scale/model.ts) says what a fleet needs. Then the fleet runs: the loop of `telepi worker`, with jobs
 * that record messages in a ledger as a clone does, at the rate that Telegram allows; what the server did is compared with the
 * model. At last the same fleet runs without waiting for Telegram, until the server gives way. Only Telegram is left out.
 * The server is one of our own, in TMPDIR, with fsync on.
 *
 *   npm run bench:scale [-- WORKERS JOBS SECONDS]
 */

/** 2,000 messages an hour is what a user account is known to manage at best over a day (README). */
const MESSAGES_PER_SECOND = 2000 / 3600;
const MESSAGES_PER_JOB = 20;
const TIMES = 300;
const RAMP_MS = 20_000;

const [workers = 100, jobs = 10_000, seconds = 120] = process.argv.slice(2).map(Number);

const instance = await startInstance('postgres', { fsync: 'on', max_connections: '400' });
const directory = await mkdtemp(join(tmpdir(), 'telepi-bench-'));
try {
  const admin = addressOf(instance);
  await administer(admin, 'create database telepi');
  const address = addressOf(instance, 'telepi');
  const meter = await Meter.open(address, instance.directory);
  try {
    await report(address, meter);
  } finally {
    await meter.close();
  }
} finally {
  await instance.stop();
  await rm(directory, { recursive: true });
}

async function report(address: DatabaseAddress, meter: Meter): Promise<void> {
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  const row = (...cells: (string | number)[]): boolean => say(`| ${cells.join(' | ')} |`);
  for (const [name, value] of Object.entries(describeMachine())) say(`${name}: ${value}`);
  const queued = await fill(address, jobs, meter);
  say(`\n${jobs} jobs queued: ${(jobs / queued.seconds).toFixed(0)} a second\n`);
  const costs = await measureUnits(address, meter);
  row('one', 'transactions', 'rows', 'WAL bytes', 'CPU ms of the server');
  row('---', '---', '---', '---', '---');
  for (const unit of UNITS) row(unit, ...cells(costs[unit]));
  const fleet: Fleet = { workers, messagesPerSecond: MESSAGES_PER_SECOND, messagesPerJob: MESSAGES_PER_JOB };
  const expected = load(costs, rates(fleet, { beatMs: SEEN_EVERY_MS, renewalMs: LEASE_TIMES.renewalMs }));
  const paced = await runFleet(address, meter, 1000 / MESSAGES_PER_SECOND);
  const free = await runFleet(address, meter, 0);
  say(`\n${workers} workers of ${ACCOUNTS} accounts, ${seconds} s each\n`);
  row('a second', 'messages', 'jobs', 'transactions', 'rows', 'WAL bytes', 'CPU ms of the server');
  row('---', '---', '---', '---', '---', '---', '---');
  const wanted = rates(fleet, { beatMs: SEEN_EVERY_MS, renewalMs: LEASE_TIMES.renewalMs });
  row('the model', wanted.message.toFixed(1), wanted.job.toFixed(2), ...cells(expected));
  for (const [name, { measured, done, ended }] of [
    ['the fleet', paced],
    ['without waiting', free],
  ] as const) {
    const each = perOne(measured, measured.seconds);
    row(name, (done / measured.seconds).toFixed(1), (ended / measured.seconds).toFixed(2), ...cells(each));
  }
  say(
    `\nThe fleet did ${percent(paced.measured.transactions / paced.measured.seconds / expected.transactions)} of the model's transactions, and the ` +
      `server ${percent(paced.measured.cpuMs / paced.measured.seconds / expected.cpuMs)} of its work.`,
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function cells({ transactions, rows, walBytes, cpuMs }: Cost): string[] {
  return [transactions.toFixed(1), rows.toFixed(1), walBytes.toFixed(0), cpuMs.toFixed(2)];
}

function perOne({ transactions, rows, walBytes, cpuMs }: Measured, count: number): Cost {
  return {
    transactions: transactions / count,
    rows: rows / count,
    walBytes: walBytes / count,
    cpuMs: cpuMs / count,
  };
}

async function fill(address: DatabaseAddress, count: number, meter: Meter): Promise<Measured> {
  const { queue, close } = await openBench(address);
  try {
    return await meter.during(async () => {
      for (let number = 0; number < count; number += 1)
        await enqueue(queue, orderOf(number), { priority: number % 5, retryLimit: 5 });
    });
  } finally {
    await close();
  }
}

/** Each many times over, and nothing else. */
async function measureUnits(address: DatabaseAddress, meter: Meter): Promise<Costs> {
  const { queue, close } = await openBench(address);
  const measure = async (work: (number: number) => Promise<unknown>, times = TIMES): Promise<Cost> => {
    const measured = await meter.during(async () => {
      for (let number = 0; number < times; number += 1) await work(number);
    });
    return perOne(measured, times);
  };
  try {
    const worker = await workerOf(directory, 0);
    const lease = { name: 'bench', holder: worker.holder, host: 'bench' };
    await takeLease(queue.db, lease, 60_000);
    const costs: Partial<Record<Unit, Cost>> = {};
    costs.beat = await measure(async () => {
      await beat(queue.db, worker, { state: 'working', running: [], moved: [] });
      await sweepDead(queue, { mayJudge: () => true });
    });
    costs.renewal = await measure(() => renewLease(queue.db, lease, 60_000));
    const few = TIMES / 30;
    const empty = await measure(
      (number) => runJob({ address, directory }, { number: 1_000_000 + number, count: 0 }),
      few,
    );
    const whole = await measure(
      (number) => runJob({ address, directory }, { number: 2_000_000 + number, count: 20 }),
      few,
    );
    costs.message = difference(whole, empty, 20);
    const taking = await measureTaking(address, meter, few);
    costs.job = sum(empty, taking);
    return costs as Costs;
  } finally {
    await close();
  }
}

/** What the queue asks for a job that is taken and done. */
async function measureTaking(address: DatabaseAddress, meter: Meter, times: number): Promise<Cost> {
  let left = times;
  const stop = new AbortController();
  const measured = await meter.during(() =>
    work({ address, directory }, 0, stop.signal, async () => {
      left -= 1;
      if (left <= 0) stop.abort();
    }),
  );
  return perOne(measured, times);
}

function sum(one: Cost, other: Cost): Cost {
  return {
    transactions: one.transactions + other.transactions,
    rows: one.rows + other.rows,
    walBytes: one.walBytes + other.walBytes,
    cpuMs: one.cpuMs + other.cpuMs,
  };
}

function difference(whole: Cost, empty: Cost, count: number): Cost {
  return {
    transactions: (whole.transactions - empty.transactions) / count,
    rows: (whole.rows - empty.rows) / count,
    walBytes: (whole.walBytes - empty.walBytes) / count,
    cpuMs: (whole.cpuMs - empty.cpuMs) / count,
  };
}

interface FleetRun {
  readonly measured: Measured;
  readonly done: number;
  readonly ended: number;
}

/** All workers at once, for a while that begins when each of them works. */
async function runFleet(address: DatabaseAddress, meter: Meter, intervalMs: number): Promise<FleetRun> {
  const stop = new AbortController();
  let done = 0;
  let ended = 0;
  let number = 0;
  const all = Array.from({ length: workers }, async (_, index) => {
    // Workers don't start in one moment.
    await systemClock.sleep(systemRandom.float() * RAMP_MS);
    await work({ address, directory }, index, stop.signal, async (signal) => {
      number += 1;
      await runJob(
        { address, directory },
        {
          number: number + (intervalMs === 0 ? 4_000_000 : 3_000_000),
          count: MESSAGES_PER_JOB,
          intervalMs,
          signal,
          onMessage: () => {
            done += 1;
          },
        },
      );
      ended += 1;
    });
  });
  await systemClock.sleep(RAMP_MS);
  const [doneBefore, endedBefore] = [done, ended];
  const measured = await meter.during(() => systemClock.sleep(seconds * 1000));
  const counted = { done: done - doneBefore, ended: ended - endedBefore };
  stop.abort();
  await Promise.all(all);
  return { measured, ...counted };
}
