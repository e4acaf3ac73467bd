import type { BenchOptions } from './arguments.js';
import { measureStages } from './micro/measure-stages.js';
import { report, tell, tellSample } from './report/report.js';
import { openSamples } from './report/samples-file.js';
import { installRivals } from './rivals/install.js';
import { SCENARIOS } from './scenarios/catalogue.js';
import { type Bench, measureRow } from './scenarios/measure-row.js';
import { MICRO } from './scenarios/names.js';
import { startSandboxProcess } from './server/sandbox-process.js';
import { sessionOf } from './server/sign-in.js';

/** The scenarios that rivals take part in. */
const CONTESTS = ['file', 'command', 'files', 'download', 'scan'];

/** Measures the chosen scenarios on the sandbox; returns 1 when a run failed or a digest was wrong. */
export async function benchSandbox(options: BenchOptions): Promise<number> {
  const { scenarios, sizes, roundTrips, runs, seed, timeoutMs } = options;
  const file = openSamples(options.samplesFile);
  const isContest = scenarios.some((name) => CONTESTS.includes(name));
  // Those of samples from before are asked for their versions.
  const met = options.rivals.filter((name) => file.samples.some(({ client }) => client === name));
  const installed = await installRivals(isContest ? options.rivals : met, options.cacheDir, tell);
  const sandbox = await startSandboxProcess(seed);
  try {
    const bench: Bench = {
      sandbox,
      session: await sessionOf(sandbox.facts),
      timeoutMs,
      sources: new Map(),
      isKnown: (row, { name }, round) => file.isKnown(row, name, round),
      onSample(sample) {
        file.add(sample);
        tellSample(sample);
      },
    };
    for (const name of scenarios) {
      const rows =
        SCENARIOS[name]?.({
          sizes,
          roundTrips,
          runs,
          seed,
          rivals: installed.rivals,
          before: options.before,
        }) ?? [];
      for (const row of rows) await measureRow(bench, row);
    }
    if (scenarios.includes(MICRO)) {
      const isKnown = (variant: string, client: string, round: number): boolean =>
        file.isKnown({ scenario: MICRO, variant }, client, round);
      await measureStages({ seed, runs, parts: sizes.stageParts, isKnown, onSample: bench.onSample });
    }
  } finally {
    await sandbox.close();
  }
  report(options, file.samples, installed);
  return file.samples.every(({ ok }) => ok) ? 0 : 1;
}
