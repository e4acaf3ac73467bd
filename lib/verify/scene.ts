import { MIB } from '../base/bytes.js';
import type { DocumentReader } from './documents.js';
import type { VerifyOptions } from './options.js';
import type { PairCheck } from './pair-check.js';
import type { Position, VerifyRecord } from './record.js';

/** What the steps of a verification share. */
export interface VerifyScene
  extends Pick<VerifyOptions, 'client' | 'isWanted' | 'onEvent' | 'log' | 'signal' | 'clock'> {
  readonly source: DocumentReader;
  readonly target: DocumentReader;
  /** The newest messages when the verification began: what comes later is left alone. */
  readonly sourceUpTo: number;
  readonly targetUpTo: number;
  readonly record: VerifyRecord;
  readonly pairs: PairCheck;
}

/** After this many bytes of files a position is saved inside a page, too. */
export const SAVE_AFTER_BYTES = 64 * MIB;

/** How many files are read at once, at most. */
export const FILES_AT_ONCE = 6;

/** The phase that a position belongs to, with its state in JSON. */
export interface PhaseState extends Position {
  readonly phase: 'target' | 'source' | 'pairs' | 'files' | 'done';
  readonly after?: number;
}

/** Where an interrupted verification continues. */
export function phaseOf({ position }: VerifyRecord): Partial<PhaseState> {
  return position as Partial<PhaseState>;
}
