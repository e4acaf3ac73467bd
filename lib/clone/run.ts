import type { PartUploader } from '../base/file-parts.js';
import type { SentContent } from '../base/fingerprint.js';
import type { Way } from '../base/ways.js';
import type { AlbumItem, SentText } from '../ledger/job.js';
import type { Means } from '../messages/recreate/means.js';
import type { AccountLimits } from '../telegram/limits.js';
import type { Choice } from './choice.js';
import type { TextOptions } from './compose/text-options.js';
import type { Interval } from './interval.js';
import type { LoneFaults } from './lone-fault.js';
import type { Losses } from './note-reduction.js';
import type { CloneOptions } from './options.js';
import type { PartJournal } from './part-journal.js';
import type { SendIdentity } from './random-id.js';
import type { SendRecord } from './send-record.js';
import type { SourceReader } from './source-reader.js';
import type { Tally } from './summary.js';
import type { TopicRouter } from './topic-router.js';
import type { TransferGate } from './transfer-gate.js';
import type { Unread } from './unread.js';

/** What the steps of a run share. */
export interface Run extends Omit<CloneOptions, 'text'> {
  readonly verifySource: boolean;
  /** The newest message that is known to be in the target: new posts come after it. */
  readonly posted: { lastId: number };
  readonly record: SendRecord;
  /** What the copies of the messages that are ready to be sent look like, by source id. */
  readonly contents: Map<number, SentContent>;
  /** How the messages that are ready to be sent go, by source id. */
  readonly ways: Map<number, Way>;
  /** What is sent in place of the messages' own texts, by source id, until it is noted in the ledger. */
  readonly texts: Map<number, SentText>;
  /** The messages that go behind these in albums of their own, by source id, until they are noted in the ledger. */
  readonly items: Map<number, readonly AlbumItem[]>;
  readonly text: TextOptions;
  /** What has to be done to their copies once they are there, by source id: see owed.ts. */
  readonly owed: Map<number, string>;
  /** What the sends that are under way have had to leave out. */
  readonly losses: Losses;
  /** What the copies of the messages that are ready to be sent are going to lack. */
  readonly expected: Losses;
  readonly reader: SourceReader;
  /** Which messages are cloned, and how. */
  readonly choice: Choice;
  /** How many messages may still be begun: `--limit`. */
  readonly allowance: Allowance;
  /** No unit that begins above this source id is cloned; Infinity for none. */
  readonly upTo: number;
  /** What lies above that and is not read. */
  readonly unread: readonly Unread[];
  /** How many messages above that were read all the same, as items of albums that began below. */
  readonly straddling: { messages: number };
  /** Records the parts of all files that the server has acknowledged. */
  readonly journal: PartJournal;
  /** Source ids that this run has handled out of turn, in `again`: the history will reach them once more. */
  readonly taken: Set<number>;
  /** Counts the messages that fail because Telegram has trouble with them alone. */
  readonly lone: LoneFaults;
  readonly limits: AccountLimits;
  /** What decides how messages are created again. */
  readonly means: Means;
  readonly identity: SendIdentity;
  readonly interval: Interval;
  /** Shared by all transfers, with its slots. */
  readonly uploader: PartUploader;
  readonly gate: TransferGate;
  readonly router: TopicRouter;
  readonly tally: Tally;
}

/** What is left of a run's limit; Infinity without one. */
export interface Allowance {
  left: number;
  /** Something was left for the next run. */
  isUsedUp: boolean;
}

/** Where the end of a message, and what its copy lacks, is counted and reported. */
export type Reporting = Pick<Run, 'tally' | 'onEvent' | 'log'>;
