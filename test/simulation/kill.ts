import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../lib/base/clock.js';
import { seededRandom } from '../../lib/base/random.js';
import type { Via } from '../../lib/base/ways.js';
import type { Fate } from '../../lib/sandbox/rpc.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import { FAIR_WEATHER } from '../../lib/sandbox/weather/options.js';
import { SANDBOX_APP } from '../../lib/sandbox/world/world.js';
import { sandboxEnvironment } from '../support/sandbox-environment.js';
import { type TelepiOutcome, telepi } from '../support/telepi.js';
import { AskedFor } from './asked.js';
import type { ChoicePlan } from './choice.js';
import { type Scene, targetWord, writeScene } from './content.js';
import { OWN_FAULTS } from './excuses.js';
import { partsLoser, stepsOf } from './faults.js';
import { type Kill, type KillPlan, killPlanOf } from './kill-plan.js';
import { assertCloned } from './oracle.js';
import type { SeedReport } from './simulate.js';
import { DataDirectories, type Stage } from './stage.js';
import { environmentOf } from './ways.js';

/** A process that has not ended by then hangs. Real time, in milliseconds: other work may have most of the machine. */
const PATIENCE_MS = 300_000;
/** The ways by which files are streamed. */
const STREAMING: ReadonlySet<Via> = new Set(['stream', 'auto']);
const PROGRAM = fileURLToPath(new URL('pipe.js', import.meta.url));

interface Setting {
  readonly plan: KillPlan;
  readonly sandbox: Sandbox;
  readonly directories: DataDirectories;
  /** Of each job's processes. */
  readonly environments: readonly Readonly<Record<string, string>>[];
  readonly lines: string[];
  /** The processes that were killed on purpose. */
  readonly killed: Set<ChildProcess>;
  readonly asked: AskedFor;
  /** Where the ledger is. */
  readonly dataDir: string;
  note(what: string): void;
}

/** Runs a seed's clone as real processes of `telepi run`, of which all except the last get SIGKILL. */
export async function simulateKills(stage: Stage, seed: string): Promise<SeedReport> {
  const plan = killPlanOf(seed);
  const began = performance.now();
  const struck = new Map<string, number>();
  const lines: string[] = [];
  const { sandbox, scene, session } = await stage.open(plan.seed, systemClock, (opened) =>
    writeScene(opened, plan),
  );
  const directories = new DataDirectories();
  let lives = 0;
  let problem: string | undefined;
  try {
    mkdirSync(directories.current, { recursive: true });
    const asked = new AskedFor(sandbox, scene);
    const dataDir = join(directories.current, 'data');
    const environments = await environmentsOf({ plan, sandbox, scene, session, directories });
    const killed = new Set<ChildProcess>();
    const note = (what: string): void => void struck.set(what, (struck.get(what) ?? 0) + 1);
    lives = await allLives({ plan, sandbox, directories, environments, lines, killed, asked, dataDir, note });
    await assertCloned({ sandbox, scene, asked }, dataDir);
  } catch (error) {
    problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    for (const [fault, count] of Object.entries(sandbox.report().weather.faults)) struck.set(fault, count);
    await sandbox.close();
    directories.remove();
  }
  return {
    seed,
    faults: plan.faults,
    struck,
    lives,
    tookMs: performance.now() - began,
    problem,
    log: lines,
  };
}

async function allLives(setting: Setting): Promise<number> {
  const { plan, sandbox, directories } = setting;
  sandbox.weather.change({ ...plan.weather, ...plan.nature });
  sandbox.world.refuseRepeats = plan.faults.has('repeats-refused');
  let number = 0;
  for (const kill of plan.kills) {
    const outcomes = await liveUntil(setting, kill);
    number += outcomes.length;
    for (const outcome of outcomes) if (outcome.signal !== 'SIGKILL') requireDone(outcome);
    if (outcomes.every(({ signal }) => signal !== 'SIGKILL')) break;
    if (kill.next === 'same') continue;
    setting.note('other-machine');
    moveMachine(directories);
  }
  sandbox.weather.judge = undefined;
  sandbox.weather.change({ ...FAIR_WEATHER, ...plan.nature });
  sandbox.world.refuseRepeats = false;
  for (const job of setting.environments.keys()) {
    number += 1;
    requireDone(await run(setting, job, plan.lastChoice));
  }
  const left = directories.files().filter((name) => name.endsWith('.tmp'));
  if (left.length > 0) throw new Error(`The last process left ${left.join(', ')}.`);
  return number;
}

/** The processes of all jobs at once, of which one or all get SIGKILL. */
async function liveUntil(setting: Setting, kill: Kill): Promise<TelepiOutcome[]> {
  const { sandbox, plan } = setting;
  const random = seededRandom(`${plan.seed}/parts/${kill.at}/${kill.nth}`);
  const loseParts = partsLoser({
    files: sandbox.files,
    rate: plan.partsDroppedRate,
    random,
    note: setting.note,
  });
  const children: ChildProcess[] = [];
  let count = 0;
  sandbox.weather.judge = (method): Fate | undefined => {
    const kinds = stepsOf(method);
    if (kinds.includes(kill.at)) {
      count += 1;
      if (count === kill.nth) strike(setting, kill.all ? children : children.slice(0, 1), kill);
    }
    loseParts(method);
    return undefined;
  };
  return Promise.all(
    setting.environments.map((_, job) =>
      run(setting, job, kill.choice, (started) => {
        children.push(started);
      }),
    ),
  );
}

/** The lock that was left behind belongs to another machine: the data directory has moved since. */
function moveMachine(directories: DataDirectories): void {
  for (const name of directories.files().filter((file) => basename(file) === 'lock')) {
    const path = join(directories.current, name);
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    writeFileSync(path, JSON.stringify({ ...holder, host: 'elsewhere.example' }));
  }
}

function strike({ note, killed }: Setting, children: readonly ChildProcess[], { afterMs }: Kill): void {
  const end = (): void => {
    for (const child of children) {
      if (!child.kill('SIGKILL')) continue;
      killed.add(child);
      note('SIGKILL');
    }
  };
  if (afterMs === 0) end();
  else setTimeout(end, afterMs);
}

async function run(
  { plan, environments, directories, lines, killed, asked, dataDir }: Setting,
  job: number,
  choicePlan: ChoicePlan,
  onStart?: (child: ChildProcess) => void,
): Promise<TelepiOutcome> {
  const choice = await asked.begin(job, choicePlan, dataDir);
  const words = [
    'run',
    // It is refused where no file is streamed.
    ...(plan.verifySource && STREAMING.has(plan.ways.via) ? ['--verify-source'] : []),
    ...(choice.appendMissed ? ['--append-missed'] : []),
  ];
  let child: ChildProcess | undefined;
  const outcome = await telepi(words, {
    cwd: directories.current,
    environment: { ...environments[job], ...choice.environment },
    patienceMs: PATIENCE_MS,
    onStart(started) {
      child = started;
      onStart?.(started);
    },
  });
  lines.push(`${outcome.signal ?? outcome.status}`, outcome.stdout, outcome.stderr);
  const isHung = outcome.signal === 'SIGKILL' && !(child && killed.has(child));
  if (isHung) throw new Error(`telepi run had no end after ${PATIENCE_MS / 1000} s.`);
  return outcome;
}

/** Its end says that messages failed; why they may fail is for the oracle to say. */
function requireDone({ status, signal, stdout, stderr }: TelepiOutcome): void {
  const reasons = [...`${stdout}\n${stderr}`.matchAll(/^ +message -?\d+: ([a-z_]+)$/gm)].map(
    ([, reason = '']) => reason,
  );
  if (status === 1 && reasons.length > 0 && reasons.every((reason) => OWN_FAULTS.has(reason))) return;
  if (status !== 0) throw new Error(`telepi run ended with ${status ?? signal}.`);
}

async function environmentsOf({
  plan,
  sandbox,
  scene,
  session,
  directories,
}: Pick<Setting, 'plan' | 'sandbox' | 'directories'> & {
  readonly scene: Scene;
  readonly session: string;
}): Promise<Record<string, string>[]> {
  const { current } = directories;
  const connection = await sandboxEnvironment(sandbox, SANDBOX_APP, current);
  const data = join(current, 'data');
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(data, 'session'), session, { mode: 0o600 });
  return scene.jobs.map(({ source, sourceTopic, targetTopic, autoCreateTopics }) => ({
    ...connection,
    SOURCE_CHAT: String(source.id),
    TARGET_CHAT: targetWord(scene),
    ...(sourceTopic !== undefined && { SOURCE_TOPIC: String(sourceTopic) }),
    ...(targetTopic !== undefined && { TARGET_TOPIC: String(targetTopic) }),
    AUTO_CREATE_TOPICS: autoCreateTopics ? 'yes' : 'no',
    ...environmentOf(plan.ways),
    ...(plan.ways.pipe !== 'none' && { PIPE: `'${process.execPath}' '${PROGRAM}' ${plan.ways.pipe}` }),
    MIN_INTERVAL: '0',
    PARALLEL_UPLOADS: String(plan.slots),
    BUFFER_MB: String(Math.ceil((plan.bufferParts * 524_288) / 1_000_000)),
  }));
}
