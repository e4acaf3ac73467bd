import { readFileSync } from 'node:fs';

/** What a running process has used so far; undefined on systems other than Linux. */
export interface ProcessUsage {
  /** User and system time of all its threads, in steps of 10 ms. */
  readonly cpuSeconds: number;
  /** VmHWM: the most memory that was resident at once. */
  readonly peakRssBytes: number;
}

/** USER_HZ: fixed at 100 in what Linux shows to programs, whatever the kernel's own value. */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

export function usageOf(pid: number | undefined): ProcessUsage | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    // After the name in brackets, which may contain anything: utime and stime are fields 14 and 15 of all.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const peakKib = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    return { cpuSeconds: ticks / TICKS_PER_SECOND, peakRssBytes: peakKib * KIB };
  } catch {
    return undefined;
  }
}
