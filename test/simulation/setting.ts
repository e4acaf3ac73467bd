import { inspect } from 'node:util';
import type { Log } from '../../lib/base/log.js';
import type { Sandbox } from '../../lib/sandbox/sandbox.js';
import type { SessionStore } from '../../lib/telegram/session-store.js';
import { memorySessionStore } from '../support/client-of.js';
import { JumpingClock, LifeClock } from '../support/jumping-clock.js';
import { AskedFor } from './asked.js';
import type { Scene } from './content.js';
import type { Disk } from './disk.js';
import { installDate } from './machine-date.js';
import type { Plan } from './plan.js';
import { DataDirectories, type Stage } from './stage.js';

/** What the processes of one run share. */
export interface Setting {
  readonly plan: Plan;
  readonly course: JumpingClock;
  readonly sandbox: Sandbox;
  readonly scene: Scene;
  readonly asked: AskedFor;
  readonly session: SessionStore;
  readonly directories: DataDirectories;
  readonly disk: Disk;
  readonly log: Log;
  /** The last lines of the log. */
  readonly lines: readonly string[];
  /** How often each thing happened: mishaps, and the weather's faults by their words. */
  readonly struck: Map<string, number>;
  /** How far the machine's wall clock is ahead, in milliseconds; it outlives a process. */
  wallOffMs: number;
  /** The name of the machine. */
  host: string;
  /** The clock of the process that runs. */
  clock: LifeClock;
  /** Whether the disk stays full after the process. */
  diskFull: boolean;
  /** Counts what happened, by its name. */
  note(what: string): void;
}

const LOG_LINES = 80;
const EPOCH_MS = Date.UTC(2026, 0, 15);

/** A sandbox with the scene that `write` makes, on a course of time of its own, for as long as `work` takes. */
export async function withSetting<T>(
  stage: Stage,
  plan: Plan,
  write: (sandbox: Sandbox) => Scene,
  work: (setting: Setting) => Promise<T>,
): Promise<T> {
  const course = new JumpingClock(EPOCH_MS);
  const struck = new Map<string, number>();
  const lines: string[] = [];
  const { sandbox, scene, session } = await stage.open(plan.seed, course, write);
  const setting: Setting = {
    plan,
    course,
    sandbox,
    scene,
    asked: new AskedFor(sandbox, scene),
    session: memorySessionStore(session),
    directories: new DataDirectories(),
    disk: stage.disk,
    log: memoryLog(lines, () => course.monotonic()),
    lines,
    struck,
    wallOffMs: 0,
    host: 'machine',
    clock: new LifeClock(course),
    diskFull: false,
    note: (what) => void struck.set(what, (struck.get(what) ?? 0) + 1),
  };
  const restoreDate = installDate(() => setting.clock);
  course.start();
  try {
    return await work(setting);
  } finally {
    course.stop();
    restoreDate();
    for (const [fault, count] of Object.entries(sandbox.report().weather.faults)) struck.set(fault, count);
    await sandbox.close();
    setting.directories.remove();
  }
}

function memoryLog(lines: string[], now: () => number): Log {
  const write =
    (level: string) =>
    (event: string, fields: object = {}): void => {
      const facts = inspect(fields, { breakLength: Number.POSITIVE_INFINITY, depth: 4 });
      lines.push(`${Math.round(now())} ${level} ${event} ${facts}`);
      if (lines.length > LOG_LINES) lines.shift();
    };
  return { debug: () => {}, info: write('info'), warn: write('warn'), error: write('error') };
}
