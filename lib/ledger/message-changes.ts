import { FailedError } from '../base/errors.js';
import type { SentContent } from '../base/fingerprint.js';
import { shownId } from '../base/source-ids.js';
import type { Way } from '../base/ways.js';
import type { AlbumItem } from './album-items.js';
import type { Continuation } from './continuation-store.js';
import type { MessageState } from './schema.js';

/** The details by which a message is looked for when its send is in doubt. */
export interface SendingDetails {
  /** The newest known message of the target: the copy comes after it. */
  readonly afterId?: number;
  /** By source id. */
  readonly contents?: ReadonlyMap<number, SentContent>;
  /** What has to be done to a copy once it is there, by source id. */
  readonly owed?: ReadonlyMap<number, string>;
  /** The texts that aren't the source's own, by source id. */
  readonly texts?: ReadonlyMap<number, SentText>;
  /** The further messages of copies that are albums, by source id. */
  readonly items?: ReadonlyMap<number, readonly AlbumItem[]>;
  /** What the copies are going to lack, by stable names, by source id. */
  readonly losses?: ReadonlyMap<number, readonly string[]>;
  /** How the messages go, by source id. */
  readonly ways?: ReadonlyMap<number, Way>;
}

/** What is sent in place of a message's own text. */
export interface SentText {
  /** JSON of the clone. */
  readonly text: string;
  /** The messages that continue it, in order. */
  readonly continuations: readonly Continuation[];
}

/** What an edit has made of a copy. */
export interface EditedCopy {
  /** As SentText's; absent when the copy has the source's own text. */
  readonly text?: string | undefined;
  /** What it lacks besides. */
  readonly losses: readonly string[];
}

export interface FailedMessage {
  readonly sourceId: number;
  /** A stable name. */
  readonly reason: string;
  /** A sentence. */
  readonly message: string;
  /** Whether a copy may exist in spite of the failure, because nothing refused the send. */
  readonly inDoubt?: boolean;
}

export interface SentMessage {
  readonly sourceId: number;
  readonly targetId: number;
  /** The further messages of a copy that is an album, in order. */
  readonly items?: readonly number[];
  /** What the copy lacks, by stable names; absent when it is as `sending` has noted it. */
  readonly losses?: readonly string[] | undefined;
  /** How it went; absent when it is as `sending` has noted it. */
  readonly way?: Way | undefined;
}

/** Exactly-once depends on this: a message that is sent according to the ledger is never begun again. */
export function wrongState(sourceId: number, state: MessageState): FailedError {
  return new FailedError(
    'LEDGER_STATE',
    `The ledger doesn't let message ${shownId(sourceId)} become ${state}: another run changed it, or TelePi has a bug; run again.`,
    { fields: { sourceId, state } },
  );
}
