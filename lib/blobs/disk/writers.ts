import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from '../../base/system-errors.js';

/** Whose files under way are whose: a file is continued only when its writer has ended. */
export interface Writers {
  /** This process: letters, digits and `.`, and no other process has the same. */
  readonly own: string;
  /** Whether the process of this name has certainly ended. */
  hasEnded(other: string): boolean;
}

/** What an operating system says of processes. */
export interface ProcessTable {
  readonly host: string;
  readonly pid: number;
  /**
   * Names the time since this machine, or this container, was started: pids of another such time mean nothing now. Empty where the
   * system doesn't say.
   */
  readonly era: string;
  /** When the process of a pid was started, as a word; `unknown` where nobody says; undefined when there is none. */
  startOf(pid: number): string | undefined;
}

/**
 * Names processes by host, era, pid and start. A process of another host never counts as ended; what it left is removed by its
 * age. One of this host has ended when its machine or container was started again, and when its pid is nobody's, or
 * somebody's who was started at another time.
 */
export function systemWriters(processes: ProcessTable = systemProcesses()): Writers {
  const host = digest(processes.host, 12);
  const { pid, era } = processes;
  const started = processes.startOf(pid) ?? '';
  return {
    own: [host, era, pid, started].join('.'),
    hasEnded(other) {
      const [otherHost, otherEra, otherPid, otherStart] = other.split('.');
      if (otherHost !== host || otherStart === undefined) return false;
      if (otherEra !== era) return true;
      const start = processes.startOf(Number(otherPid));
      return start !== UNKNOWN && start !== otherStart;
    },
  };
}

const UNKNOWN = 'unknown';

function systemProcesses(): ProcessTable {
  const era = linuxEra();
  const ownStart = Math.round(performance.timeOrigin * 1000).toString(36);
  return {
    host: hostname(),
    pid: process.pid,
    era: era ?? '',
    startOf(pid) {
      if (era !== undefined) return linuxStart(pid);
      if (pid === process.pid) return ownStart;
      return isAlive(pid) ? UNKNOWN : undefined;
    },
  };
}

/** By Linux: the boot of the machine, and the namespace in which pids count. A container has another one each time it is started. */
function linuxEra(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return digest(`${boot} ${readlinkSync('/proc/self/ns/pid')}`, 8);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  }
}

/** proc(5): the 22nd field of /proc/pid/stat, in clock ticks since boot. The second one is a name in parentheses, of any characters. */
function linuxStart(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
