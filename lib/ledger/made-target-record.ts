import type { LedgerPlace } from './ledger.js';

/** For which source a target is made, and where that is noted. Ids are marked. */
export interface MadeTargetKey extends LedgerPlace {
  readonly accountId: number;
  /** See JobSelection. */
  readonly server?: string | undefined;
  readonly sourceId: number;
  /** The basic group that the source used to be. */
  readonly formerSourceId?: number | undefined;
  readonly sourceTopic?: number | undefined;
}

/** A target that is made for a source, from before the call that makes it. */
export interface MadeTarget {
  readonly version: 1;
  /** What the chat is recognised by: see createChannel. */
  readonly mark: string;
  readonly kind: 'channel' | 'supergroup' | 'forum';
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly plannedAt: number;
  /** Once it is known to exist: its marked id, and the access hash, decimal. */
  readonly targetId?: number;
  readonly accessHash?: string;
  /** It has the source's description and photo. */
  readonly dressed?: true;
}

/** One that exists. */
export interface Made extends MadeTarget {
  readonly targetId: number;
  readonly accessHash: string;
}

export function isMade(record: MadeTarget | undefined): record is Made {
  return record?.targetId !== undefined && record.accessHash !== undefined;
}
