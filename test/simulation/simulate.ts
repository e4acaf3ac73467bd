import { inspect } from 'node:util';
import { writeScene } from './content.js';
import { Damages } from './damage.js';
import { judge, OWN_FAULTS, requireNoFailures } from './excuses.js';
import { type LifeEnd, live } from './life.js';
import { assertCloned } from './oracle.js';
import { type LifePlan, type Plan, planOf } from './plan.js';
import { type Setting, withSetting } from './setting.js';
import type { Stage } from './stage.js';
import { verifyAndQueue } from './verifying.js';

/** The result of one seed. */
export interface SeedReport {
  readonly seed: string;
  readonly faults: Plan['faults'];
  /** How often each thing happened: mishaps, and the weather's faults by their words. */
  readonly struck: ReadonlyMap<string, number>;
  readonly lives: number;
  /** Milliseconds of the processes' time. */
  readonly tookMs: number;
  /** What was wrong; undefined when the target is as it should be. */
  readonly problem: string | undefined;
  /** The last lines of the log, for investigating a problem. */
  readonly log: readonly string[];
}

/** A run that has not finished by then hangs. Real time. */
const PATIENCE_MS = 120_000;

/** Runs a seed's clone through all its faults to its end. Problems are reported, not thrown. */
export async function simulate(stage: Stage, seed: string): Promise<SeedReport> {
  const plan = planOf(seed);
  let setting: Setting | undefined;
  let lives = 0;
  let problem: string | undefined;
  try {
    await withSetting(
      stage,
      plan,
      (sandbox) => writeScene(sandbox, plan),
      async (opened) => {
        setting = opened;
        lives = await withPatience(allLives(opened));
        await assertCloned(opened, opened.directories.current);
        lives += await withPatience(repairs(opened, lives));
      },
    );
  } catch (error) {
    problem = inspect(error);
  }
  return {
    seed,
    faults: plan.faults,
    struck: setting?.struck ?? new Map(),
    lives,
    tookMs: setting?.course.monotonic() ?? 0,
    problem,
    log: setting?.lines ?? [],
  };
}

/** The disturbed processes, and then for each job one that must finish. Returns how many there were. */
async function allLives(setting: Setting): Promise<number> {
  const { jobs } = setting.scene;
  const done = new Set<number>();
  const damages = new Damages(setting);
  let number = 0;
  for (const plan of setting.plan.lives) {
    number += 1;
    const end = await live(setting, { plan, job: plan.job, number });
    judge(end, setting.plan);
    await betweenLives(setting, end, plan);
    await damages.perhaps(plan.job);
    if (end.kind === 'done') done.add(plan.job);
    if (done.size === jobs.length) break;
  }
  setting.diskFull = false;
  for (const job of jobs.keys()) {
    number += 1;
    await liveUndisturbed(setting, job, number);
  }
  return number;
}

async function liveUndisturbed(setting: Setting, job: number, number: number): Promise<void> {
  const end = await live(setting, { plan: undefined, job, number });
  if (end.kind !== 'done') throw new Error('The undisturbed process failed.', { cause: errorOf(end) });
  requireNoFailures(end);
}

/** In some seeds, what is cloned has no difference; it is damaged, and then repaired. Returns how many processes did so. */
async function repairs(setting: Setting, lives: number): Promise<number> {
  const damages = new Damages(setting);
  if (!damages.drawn) return 0;
  let number = 0;
  for (const [index, job] of setting.scene.jobs.entries()) {
    const verified = await verifyAndQueue(setting, job);
    if (!verified) throw new Error(`Job ${index} has no copies.`);
    // What was sent later stands at the end.
    const isLate = setting.asked.of(index).appended.size > 0;
    const { ends } = setting.asked.of(index).last ?? {};
    const findings = verified.report.findings.filter(({ kind, why = '' }) => {
      const isOwnFault = kind === 'missing' && OWN_FAULTS.has(/^\w+/.exec(why)?.[0] ?? '');
      return !(isOwnFault || (isLate && kind === 'order') || (ends && kind === 'waiting'));
    });
    if (findings.length > 0) throw new Error('What is cloned differs.', { cause: findings });
    if ((await damages.some(index)) === 0) continue;
    number += 1;
    await liveUndisturbed(setting, index, lives + number);
  }
  if (number > 0) await assertCloned(setting, setting.directories.current);
  return number;
}

/** What happens to the machine while no process runs. */
async function betweenLives(setting: Setting, end: LifeEnd, { next, pauseMs }: LifePlan): Promise<void> {
  if (end.kind === 'done') return;
  await setting.course.sleep(pauseMs);
  setting.diskFull = false;
  if (end.kind !== 'died' || next === 'same') return;
  // The data directory has moved, with the lock of the process that died in it.
  setting.note('other-machine');
  setting.host += "'";
}

function errorOf(end: LifeEnd): unknown {
  return end.kind === 'failed' ? end.error : new Error(`It ended as ${end.kind}.`);
}

async function withPatience<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No end after ${PATIENCE_MS / 1000} s.`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, overdue]);
  } finally {
    clearTimeout(timer);
  }
}
