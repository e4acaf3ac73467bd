import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { codeOf } from '../../base/system-errors.js';

/** Whose files under way are whose: a file is continued only when its writer has ended. */
export interface Writers {
  /** This process: letters, digits and `.`, and no other process has the same. */
  readonly own: string;
  /** Whether the process of this name has certainly ended. */
  hasEnded(other: string): boolean;
}

/**
 * Names processes by host, pid and start. A process of another host never counts as ended; neither does one whose pid somebody
 * else has now. What they left is removed by its age.
 */
export function systemWriters(): Writers {
  const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 12);
  const started = Math.round(performance.timeOrigin * 1000).toString(36);
  return {
    own: `${host}.${process.pid}.${started}`,
    hasEnded(other) {
      const [otherHost, pid, otherStart] = other.split('.');
      if (otherHost !== host) return false;
      if (Number(pid) === process.pid) return otherStart !== started;
      return !isAlive(Number(pid));
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
