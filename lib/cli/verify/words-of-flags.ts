import { UsageError } from '../../base/errors.js';
import type { Sample } from '../../verify/sample.js';
import type { CommandContext } from '../command.js';

/** What the flags of `telepi verify` say, checked. */
export interface Words {
  readonly sample: Sample | undefined;
  readonly seed: string | undefined;
  readonly withoutLedger: boolean;
  readonly repair: boolean;
}

/** @throws UsageError for flags that contradict one another. */
export function readWords({ flags }: CommandContext): Words {
  const withoutLedger = flags['without-ledger'] === true;
  const repair = flags['repair'] === true;
  const hashes = flags['hashes'] === true;
  const sample = flags['sample'] as string | undefined;
  const seed = flags['sample-seed'] as string | undefined;
  if (repair && withoutLedger) {
    throw new UsageError(
      'CONTRADICTION',
      '--repair queues work in the ledger, and --without-ledger leaves it alone: leave one of them out.',
    );
  }
  if (sample !== undefined && !hashes) {
    throw new UsageError(
      'CONTRADICTION',
      '--sample says which files --hashes reads: add --hashes, or leave it out.',
    );
  }
  if (seed !== undefined && sample === undefined) {
    throw new UsageError(
      'CONTRADICTION',
      '--sample-seed says which files are in the sample: add --sample, or leave it out.',
    );
  }
  return { sample: hashes ? sampleOf(sample) : undefined, seed, withoutLedger, repair };
}

const MOST_SAMPLED = 10_000;

function sampleOf(text: string | undefined): Sample {
  if (text === undefined) return { kind: 'all' };
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (number !== undefined && percent === '%' && value > 0 && value <= 100)
    return { kind: 'share', share: value / 100 };
  if (
    number !== undefined &&
    percent === '' &&
    Number.isInteger(value) &&
    value >= 1 &&
    value <= MOST_SAMPLED
  )
    return { kind: 'count', count: value };
  throw new UsageError(
    'BAD_SETTING',
    `--sample must be a number of messages from 1 to ${MOST_SAMPLED}, or a share such as 5%.`,
  );
}
