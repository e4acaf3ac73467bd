import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startChild } from '../process/child.js';
import type { ProbeReport } from '../process/probe.js';
import type { Store } from './stores.js';

const LAUNCHER = fileURLToPath(new URL('../../../bin/telepi', import.meta.url));
const PROBE = new URL('../process/probe.js', import.meta.url).href;

/** Runs `telepi` with these words on a store, from its start to its end. Throws its complaint unless it ended with 0. */
export async function measureCommand(
  words: readonly string[],
  { dataDir, environment }: Pick<Store, 'dataDir' | 'environment'>,
): Promise<Pick<ProbeReport, 'cpuSeconds' | 'peakRssBytes'> & { readonly seconds: number }> {
  const begun = performance.now();
  const child = startChild({
    command: process.execPath,
    args: ['--import', PROBE, LAUNCHER, ...words],
    environment: { DATA_DIR: dataDir, ...environment },
    cwd: dataDir,
  });
  child.stdin.end();
  child.stdout.resume();
  const [report, status] = await Promise.all([text(child.report), child.ended]);
  const seconds = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(`telepi ended with status ${status}: ${child.complaint()}`);
  const { cpuSeconds, peakRssBytes } = JSON.parse(report) as ProbeReport;
  return { seconds, cpuSeconds, peakRssBytes };
}
