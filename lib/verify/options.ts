import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Copies } from '../ledger/copies.js';
import type { MessageDocument } from '../messages/document/document.js';
import type { ByteBudget } from '../pace/byte-budget.js';
import type { TelepiClient } from '../telegram/client.js';
import type { VerifiedSide } from './documents.js';
import type { Finding } from './findings.js';
import type { Sample } from './sample.js';

/** Whether a message is verified; `album`: the items of its album, in order, or the message alone. */
export type Wanted = (document: MessageDocument, album: readonly MessageDocument[]) => boolean;

export interface VerifyOptions {
  readonly client: TelepiClient;
  readonly source: VerifiedSide;
  readonly target: VerifiedSide;
  /** The user id of this account. */
  readonly self: number;
  /** What the ledger knows; undefined: messages are matched by their order and content. */
  readonly copies: Copies | undefined;
  /** Which messages of the source are verified. Default: all. */
  readonly isWanted?: Wanted | undefined;
  /** Names the selection behind `isWanted`: a verification continues only with the same one. */
  readonly selection?: string;
  /** Whose files are read and compared; undefined: nobody's. */
  readonly sample: Sample | undefined;
  /** Decides which files are in the sample; absent: the earlier seed of a verification that continues, or a new one. */
  readonly seed?: string | undefined;
  readonly newSeed: () => string;
  /** The path of the journal: see Journal. */
  readonly journalPath: string;
  readonly budget: ByteBudget;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with each event as it happens. Must not throw, and should be quick. */
  readonly onEvent: (event: VerifyEvent) => void;
  readonly signal: AbortSignal;
}

/** What a verification reports while it runs. */
export type VerifyEvent =
  /** It has begun, or continues: `total` messages to go through, if Telegram says how many. */
  | { readonly kind: 'plan'; readonly total: number | undefined; readonly continues: boolean }
  | { readonly kind: 'checked'; readonly messages: number }
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'difference'; readonly finding: Finding };
