import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { LifePlan } from './plan.js';

/** No process has this id: Linux gives none above 4,194,304. */
const DEAD_PID = 4_194_305;

/**
 * Makes the locks in a crashed process's directory those of one that ran on this machine and is no more, that ran
 * before its last boot, or that ran on another machine. The simulated process is this one, which lives on.
 */
export function rewriteLocks(directory: string, files: readonly string[], next: LifePlan['next']): string[] {
  const locks = files.filter((file) => basename(file) === 'lock').map((file) => join(directory, file));
  for (const path of locks) {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const changes: Readonly<Record<LifePlan['next'], object>> = {
      same: { pid: DEAD_PID },
      rebooted: { birth: 'another boot:1' },
      other: { host: 'elsewhere.example' },
    };
    writeFileSync(path, `${JSON.stringify({ ...holder, ...changes[next] })}\n`);
  }
  return locks;
}
