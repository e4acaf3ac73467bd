import { inspect } from 'node:util';
import type { Log } from '../../lib/base/log.js';
import { memorySessionStore } from '../support/client-of.js';
import { LifeClock } from '../support/jumping-clock.js';
import { judge, requireNoFailures } from './excuses.js';
import { type LifeEnd, live, type Setting } from './life.js';
import { installDate } from './machine-date.js';
import { assertCloned } from './oracle.js';
import { type LifePlan, type Plan, planOf } from './plan.js';
import { DataDirectories, newCourse, type Stage } from './stage.js';

/** What became of one seed. */
export interface SeedReport {
  readonly seed: string;
  readonly faults: Plan['faults'];
  /** How often each thing happened: mishaps, and the weather's faults by their words. */
  readonly struck: ReadonlyMap<string, number>;
  readonly lives: number;
  readonly virtualMs: number;
  /** What was wrong; undefined when the target is as it should be. */
  readonly problem: string | undefined;
  /** The last lines of the log, for who looks into a problem. */
  readonly log: readonly string[];
}

const LOG_LINES = 80;
/** A run that has not come to its end by then hangs. Real time. */
const PATIENCE_MS = 60_000;

/** Runs a seed's clone through all its faults to its end. Problems are in the report, not thrown. */
export async function simulate(stage: Stage, seed: string): Promise<SeedReport> {
  const plan = planOf(seed);
  const course = newCourse();
  const struck = new Map<string, number>();
  const lines: string[] = [];
  const note = (what: string): void => void struck.set(what, (struck.get(what) ?? 0) + 1);
  const { sandbox, scene, session } = await stage.open(plan, course);
  const setting: Setting = {
    plan,
    course,
    sandbox,
    scene,
    session: memorySessionStore(session),
    directories: new DataDirectories(),
    disk: stage.disk,
    log: memoryLog(lines, () => course.monotonic()),
    wallOffMs: 0,
    host: 'machine',
    clock: new LifeClock(course),
    diskFull: false,
    note,
  };
  const restoreDate = installDate(() => setting.clock);
  course.start();
  let lives = 0;
  let problem: string | undefined;
  try {
    lives = await withPatience(allLives(setting));
    await assertCloned(sandbox, scene);
  } catch (error) {
    problem = inspect(error);
  } finally {
    course.stop();
    restoreDate();
    for (const [fault, count] of Object.entries(sandbox.report().weather.faults)) struck.set(fault, count);
    await sandbox.close();
    setting.directories.remove();
  }
  return { seed, faults: plan.faults, struck, lives, virtualMs: course.monotonic(), problem, log: lines };
}

/** The disturbed processes, and then one that must come to the end. Answers how many there were. */
async function allLives(setting: Setting): Promise<number> {
  let number = 0;
  for (const plan of setting.plan.lives) {
    number += 1;
    const end = await live(setting, plan, number);
    judge(end, setting.plan);
    between(setting, end, plan);
    if (end.kind === 'done') break;
  }
  setting.diskFull = false;
  const end = await live(setting, undefined, number + 1);
  if (end.kind !== 'done') throw new Error('The undisturbed process failed.', { cause: endError(end) });
  requireNoFailures(end);
  return number + 1;
}

/** What happens to the machine while no process runs. */
function between(setting: Setting, end: LifeEnd, { next }: LifePlan): void {
  if (end.kind === 'done') return;
  setting.diskFull = false;
  if (end.kind !== 'died') return;
  if (next === 'rebooted') setting.note('reboot');
  if (next !== 'other') return;
  // The data directory has moved, with the lock of the process that died in it.
  setting.note('other-machine');
  setting.host += "'";
}

function endError(end: LifeEnd): unknown {
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

function memoryLog(lines: string[], now: () => number): Log {
  const write =
    (level: string) =>
    (event: string, fields: object = {}): void => {
      lines.push(
        `${Math.round(now())} ${level} ${event} ${inspect(fields, { breakLength: Number.POSITIVE_INFINITY, depth: 4 })}`,
      );
      if (lines.length > LOG_LINES) lines.shift();
    };
  return { debug: () => {}, info: write('info'), warn: write('warn'), error: write('error') };
}
