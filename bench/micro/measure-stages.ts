import { PART_SIZE } from '../../lib/base/bytes.js';
import { messageOf } from '../../lib/base/errors.js';
import type { Sample } from '../scenarios/row.js';
import type { Stage } from './stage.js';
import { stagesOf } from './stages.js';

export interface StageOptions {
  readonly seed: string;
  readonly runs: number;
  /** Parts per run. */
  readonly parts: number;
  readonly isKnown: (variant: string, client: string, round: number) => boolean;
  readonly onSample: (sample: Sample) => void;
}

/** Measures every stage by itself, in this process, in rounds like the rows. */
export async function measureStages(options: StageOptions): Promise<void> {
  const { seed, runs, parts, isKnown, onSample } = options;
  const stages = await stagesOf(seed);
  try {
    for (let round = 1; round <= runs; round += 1) {
      for (const stage of stages) {
        if (isKnown(stage.name, stage.by, round)) continue;
        // The compiler's first work doesn't belong to the stage.
        if (round === 1) await stage.work(Math.ceil(parts / 4));
        onSample(await measure(stage, round, parts));
      }
    }
  } finally {
    for (const stage of stages) await stage.close?.();
  }
}

async function measure(stage: Stage, round: number, parts: number): Promise<Sample> {
  const cpu = process.cpuUsage();
  const beganAt = performance.now();
  let reason: string | undefined;
  try {
    await stage.work(parts);
  } catch (error) {
    reason = messageOf(error);
  }
  const seconds = (performance.now() - beganAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    scenario: 'micro',
    variant: stage.name,
    client: stage.by,
    round,
    bytes: parts * PART_SIZE,
    messages: parts,
    roundTripMs: 0,
    ok: reason === undefined,
    reason,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    serverCpuSeconds: 0,
    firstToLastSeconds: 0,
    requests: 0,
    connections: 0,
  };
}
