// Loaded before a command's own code (`node --import`): reports on descriptor 3, at the end, what the process used.
import { readFileSync, writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What the probe writes, as one line of JSON. */
export interface ProbeReport {
  /** User and system time of all threads, from the start of the process. */
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  /** Milliseconds. The longest delays are those of start-up, while modules are loaded. */
  readonly loopDelay: { readonly p99: number; readonly max: number };
}

const REPORT_DESCRIPTOR = 3;
const KIB = 1024;

if (isMainThread) {
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  process.once('exit', () => {
    const { user, system } = process.cpuUsage();
    const report: ProbeReport = {
      cpuSeconds: (user + system) / 1e6,
      peakRssBytes: peakRss(),
      loopDelay: { p99: loop.percentile(99) / 1e6, max: loop.max / 1e6 },
    };
    writeSync(REPORT_DESCRIPTOR, `${JSON.stringify(report)}\n`);
  });
}

/** From resourceUsage only if there is no VmHWM, because it includes what the parent held when it forked. */
function peakRss(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * KIB;
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * KIB;
}
