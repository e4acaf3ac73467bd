import { FailedError } from '../../base/errors.js';
import type { ClaimOfFile } from '../../store/tables/claimed-notes.js';
import type { ChosenFile } from '../chosen-file.js';

/** Another process downloads the file, or has taken it over from this one: it is put aside until that one ends. */
export class FileClaimed extends FailedError {
  constructor({ planned }: ChosenFile) {
    super(
      'FILE_CLAIMED',
      `Another process is downloading ${planned.path}: wait for it to end, then run again.`,
      {
        fields: { path: planned.path },
      },
    );
  }
}

/** Who fetches which file, among all processes that share a database. What one has claimed, no other fetches. */
export interface FileClaims {
  /** Whether files are claimed at all: then of each there is one copy, whichever host has it. */
  readonly areUsed: boolean;
  /** Whether a file may be fetched: it is claimed, or can't be and needn't. */
  has(file: ChosenFile): boolean;
  /**
   * Claims a file. Returns whether nothing is noted of it; otherwise it must be looked for again, since another host may have
   * brought it. @throws FileClaimed; the signal's reason
   */
  take(file: ChosenFile): Promise<boolean>;
  /** Whether the file is claimed, and nothing was noted of it by then: it need not be looked for. */
  isNew(file: ChosenFile): boolean;
  /** Whether another process held the file a moment ago: then it needn't be asked for. */
  isTaken(file: ChosenFile): boolean;
  /**
   * Called right before the first request for the file's bytes. @throws FileClaimed when the claim was lost, or has ended by this
   * machine's clocks and can't be renewed
   */
  begin(file: ChosenFile): Promise<void>;
  /** Called before the file gets its name. @throws FileClaimed when the claim was lost */
  confirm(file: ChosenFile): Promise<void>;
  /** Aborts when the file's claim is lost, or `signal` aborts; `end` releases it. */
  watch(file: ChosenFile, signal: AbortSignal): { readonly signal: AbortSignal; end(): void };
  /** The claim by whose right the file's copy is noted, which ends it; undefined without one. */
  rightTo(file: ChosenFile): ClaimOfFile | undefined;
  /** The claim has ended with what was noted, or was lost by then. */
  ended(file: ChosenFile, how: 'noted' | 'lost'): void;
  /** Whether this run has begun the file and lost it to another process. */
  wasLost(file: ChosenFile): boolean;
  /** Gives a claim back that has not ended. */
  giveBack(file: ChosenFile): void;
  /** Of files that were put aside, those to be looked at again; and the hosts that have the others. */
  free<Of extends { readonly file: ChosenFile }>(aside: readonly Of[]): Promise<Freed<Of>>;
  /** Gives everything back. */
  close(): Promise<void>;
}

export interface Freed<Of> {
  readonly free: readonly Of[];
  readonly hosts: readonly string[];
}

/** For a database that one data directory has: locks in the folder keep its processes apart. */
export const NO_CLAIMS: FileClaims = {
  areUsed: false,
  has: () => true,
  take: async () => true,
  isNew: () => false,
  isTaken: () => false,
  begin: async () => {},
  confirm: async () => {},
  watch: (_, signal) => ({ signal, end() {} }),
  rightTo: () => undefined,
  ended() {},
  wasLost: () => false,
  giveBack() {},
  free: async (aside) => ({ free: aside, hosts: [] }),
  close: async () => {},
};
