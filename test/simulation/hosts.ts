import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { systemClock } from '../../lib/base/clock.js';
import { seededRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { LedgerPlace } from '../../lib/ledger/ledger.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { DatabaseRelay } from '../servers/relay.js';
import { AskedFor } from './asked.js';
import type { Choice } from './choice.js';
import { type Scene, targetWord, writeScene } from './content.js';
import { partsLoser } from './faults.js';
import { Holders } from './holders.js';
import type { HostOrders, HostReport } from './host-orders.js';
import { HostProcess } from './host-process.js';
import { type HostsPlan, hostsPlanOf } from './hosts-plan.js';
import type { LedgerServer } from './ledger-servers.js';
import { assertCloned } from './oracle.js';
import type { SeedReport } from './simulate.js';
import { DataDirectories, type Login, type Stage } from './stage.js';
import { Striker } from './striker.js';

/** A seed that has not ended by then hangs. Real time, in milliseconds. */
const PATIENCE_MS = 240_000;
const LOG_LINES = 400;
/** Until a process that was killed is started again, in milliseconds. */
const RESTART_MS = 300;

/** One of the machines, which share nothing but the account and, on a server, the ledger. */
interface Machine {
  readonly number: number;
  readonly login: Login;
  readonly dataDir: string;
  /** Its way to the database. */
  readonly relay: DatabaseRelay | undefined;
  process: HostProcess | undefined;
  /** How many processes it has had. */
  lives: number;
}

interface Setting {
  readonly plan: HostsPlan;
  readonly sandbox: Sandbox;
  readonly scene: Scene;
  readonly choices: readonly Choice[];
  readonly machines: readonly Machine[];
  readonly holders: Holders;
  readonly place: LedgerPlace;
  readonly lines: string[];
  note(what: string): void;
}

/**
 * Runs a seed's clone on three machines at once, which take it over from one another as they are killed, stopped and cut
 * off from the database. Problems are reported, not thrown.
 */
export async function simulateHosts(stage: Stage, seed: string, server: LedgerServer): Promise<SeedReport> {
  const plan = hostsPlanOf(seed, server.kind !== 'sqlite');
  const began = performance.now();
  const struck = new Map<string, number>();
  const lines: string[] = [];
  const opened = await stage.open(plan.seed, systemClock, (sandbox) => writeScene(sandbox, plan));
  const { sandbox, scene } = opened;
  const directories = new DataDirectories();
  const closings: (() => Promise<void>)[] = [];
  let lives = 0;
  let problem: string | undefined;
  try {
    const shared = await server.database();
    if (shared) closings.push(() => shared.remove());
    const database = shared && serverDatabase(shared.address);
    if (database) closings.push(() => database.close());
    const machines: Machine[] = [];
    for (const [number, login] of opened.sessions.entries()) {
      const relay = shared && (await DatabaseRelay.start(shared.address.port));
      if (relay) closings.push(() => relay.cut());
      // Without a server, what moves from machine to machine is the directory.
      const dataDir = join(directories.base, shared ? `machine-${number}` : 'machine');
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      machines.push({ number, login, dataDir, relay, process: undefined, lives: 0 });
    }
    const asked = new AskedFor(sandbox, scene);
    const place = { dataDir: machines[0]?.dataDir ?? '', owner: DATABASE_OWNER, database };
    const choices: Choice[] = [];
    for (const job of scene.jobs.keys()) choices.push(await asked.begin(job, plan.lastChoice, place));
    const note = (what: string): void => void struck.set(what, (struck.get(what) ?? 0) + 1);
    const holders = new Holders(
      machines.map(({ login }) => login.authKey),
      note,
    );
    const setting = { plan, sandbox, scene, choices, machines, holders, place, lines, note };
    const striker = new Striker({ strikes: plan.strikes, machines, note });
    await withPatience(allLives(setting, shared?.address, striker), machines, () => striker.end());
    lives = machines.reduce((sum, machine) => sum + machine.lives, 0);
    await assertCloned({ sandbox, scene, asked }, place);
    await holders.assertAlone();
  } catch (error) {
    problem = inspect(error);
  } finally {
    for (const [fault, count] of Object.entries(sandbox.report().weather.faults)) struck.set(fault, count);
    await sandbox.close();
    for (const close of closings.reverse()) await close();
    directories.remove();
  }
  return { seed, faults: plan.faults, struck, lives, tookMs: performance.now() - began, problem, log: lines };
}

type Address = HostOrders['database'];

/** All machines at once while they are struck; and then one of them, which nothing disturbs. */
async function allLives(setting: Setting, address: Address, striker: Striker): Promise<void> {
  const { plan, sandbox, machines, holders } = setting;
  sandbox.weather.change({ ...plan.weather, ...plan.nature });
  sandbox.world.refuseRepeats = plan.faults.has('repeats-refused');
  const random = seededRandom(`${plan.seed}/parts`);
  const loseParts = partsLoser({
    files: sandbox.files,
    rate: plan.partsDroppedRate,
    random,
    note: setting.note,
  });
  sandbox.weather.judge = (method, _, caller) => {
    const machine = holders.machineOf(caller.key);
    if (machine !== undefined) {
      holders.asked(machine, method);
      striker.asked(machine, method);
    }
    loseParts(method);
    return undefined;
  };
  try {
    await Promise.all(machines.map((machine) => untilDone(setting, machine, address, striker)));
  } finally {
    await striker.end();
    sandbox.weather.judge = undefined;
  }
  sandbox.weather.change({ ...FAIR_WEATHER, ...plan.nature });
  sandbox.world.refuseRepeats = false;
  const [last] = machines;
  if (!last) return;
  const problems: string[] = [];
  const end = await begin(setting, last, address, (report) => {
    if (report.kind === 'done' && report.problem !== undefined) problems.push(report.problem);
  }).ended;
  if (end !== 'done') throw new Error('The undisturbed process failed.', { cause: end });
  if (problems.length > 0) throw new Error(problems.join('; '));
}

/** A process that is killed is started again. */
async function untilDone(
  setting: Setting,
  machine: Machine,
  address: Address,
  striker: Striker,
): Promise<void> {
  const { holders } = setting;
  for (;;) {
    const end = await begin(setting, machine, address, (report) => {
      if (report.kind === 'holds') {
        holders.holds(machine.number, report.job);
        striker.holds(machine.number);
      }
      if (report.kind === 'ended') holders.ended(machine.number);
    }).ended;
    holders.ended(machine.number);
    if (end === 'done' || striker.isOver) return;
    if (end !== 'killed') throw end;
    await systemClock.sleep(RESTART_MS);
    if (striker.isOver) return;
  }
}

function begin(
  { plan, sandbox, scene, choices, lines }: Setting,
  machine: Machine,
  address: Address,
  onReport: (report: HostReport) => void,
): HostProcess {
  const { number, login, dataDir, relay } = machine;
  machine.lives += 1;
  const { slots, connections, minIntervalMs, verifySource, ways } = plan;
  const process = new HostProcess(
    {
      host: `host-${number}`,
      dataDir,
      ...(address && relay && { database: { ...address, port: relay.port } }),
      server: sandbox.server,
      session: login.session,
      seed: `${plan.seed}/host/${number}/${machine.lives}`,
      clockOffMs: plan.clocksOffMs[number] ?? 0,
      plan: { slots, connections, minIntervalMs, verifySource, ways },
      bufferParts: plan.bufferParts,
      target: targetWord(scene),
      jobs: scene.jobs.map(({ source, ...route }, index) => ({
        job: { source: { id: source.id }, ...route },
        choice: {
          environment: choices[index]?.environment ?? {},
          appendMissed: choices[index]?.appendMissed ?? false,
        },
      })),
    },
    {
      onReport(report) {
        lines.push(
          `${new Date().toISOString()} host-${number} ${report.kind} ${'job' in report ? report.job : ''}`,
        );
        onReport(report);
      },
      onLine(line) {
        lines.push(`host-${number} ${line}`);
        if (lines.length > LOG_LINES) lines.shift();
      },
    },
  );
  machine.process = process;
  return process;
}

async function withPatience(
  work: Promise<void>,
  machines: readonly Machine[],
  end: () => Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No end after ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS);
  });
  try {
    await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
    await end();
    for (const { process } of machines) process?.kill();
    await Promise.all(machines.map(({ process }) => process?.ended));
    work.catch(() => {});
  }
}
