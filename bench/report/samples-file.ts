import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Row, Sample } from '../scenarios/row.js';

/** Samples on disk, one JSON object per line, so that a bench that was stopped continues where it was. */
export interface SamplesFile {
  readonly samples: readonly Sample[];
  isKnown(row: Pick<Row, 'scenario' | 'variant'>, client: string, round: number): boolean;
  add(sample: Sample): void;
}

/** `path` undefined: only in memory. */
export function openSamples(path?: string): SamplesFile {
  const samples: Sample[] = path !== undefined && existsSync(path) ? readSamples(path) : [];
  if (path !== undefined) mkdirSync(dirname(path), { recursive: true });
  return {
    samples,
    isKnown: ({ scenario, variant }, client, round) =>
      samples.some(
        (one) =>
          one.ok &&
          one.scenario === scenario &&
          one.variant === variant &&
          one.client === client &&
          one.round === round,
      ),
    add(sample) {
      samples.push(sample);
      if (path !== undefined) appendFileSync(path, `${JSON.stringify(sample)}\n`);
    },
  };
}

/** Failed runs are measured again, and then not shown. */
function readSamples(path: string): Sample[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Sample).filter(({ ok }) => ok);
}
