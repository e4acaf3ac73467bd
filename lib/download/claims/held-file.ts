import type { LinkedAbort } from '../../base/abort.js';
import type { LeaseTerm } from '../../store/lease-term.js';
import type { ChosenFile } from '../chosen-file.js';

/** A file that this run may fetch. */
export interface HeldFile {
  readonly name: string;
  readonly file: ChosenFile;
  /** False: the database was away for too long, and nobody has claimed it. */
  readonly isHeld: boolean;
  /** Nothing was noted of it when it was claimed. */
  readonly isNew: boolean;
  /** Of the claim. */
  readonly term: LeaseTerm;
  /** Ends its download. */
  ending?: LinkedAbort;
}
