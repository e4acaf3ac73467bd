import type { PartUploader } from '../base/file-parts.js';
import type { SentContent } from '../base/fingerprint.js';
import type { SendPacer } from '../pace/send-pacer.js';
import type { AccountLimits } from '../telegram/limits.js';
import type { LoneFaults } from './lone-fault.js';
import type { CloneOptions } from './options.js';
import type { PartJournal } from './part-journal.js';
import type { SendIdentity } from './random-id.js';
import type { SendRecord } from './send-record.js';
import type { SourceReader } from './source-reader.js';
import type { Tally } from './summary.js';
import type { TopicRouter } from './topic-router.js';
import type { TransferGate } from './transfer-gate.js';

/** What the steps of a run share. */
export interface Run extends CloneOptions {
  readonly verifySource: boolean;
  /** The newest message of the target that is known to be there: what is posted now comes after it. */
  readonly posted: { lastId: number };
  readonly record: SendRecord;
  /** What the copies of messages look like that are ready to be sent, by source id. */
  readonly contents: Map<number, SentContent>;
  readonly reader: SourceReader;
  /** Records the parts that the server has acknowledged, of all files. */
  readonly journal: PartJournal;
  /** Source ids that this run has taken up out of their turn, by `again`: the history comes to them once more. */
  readonly taken: Set<number>;
  /** Counts the messages that fail since Telegram has trouble with them alone. */
  readonly lone: LoneFaults;
  readonly limits: AccountLimits;
  readonly identity: SendIdentity;
  readonly interval: SendPacer;
  /** Shared by all transfers, with its slots. */
  readonly uploader: PartUploader;
  readonly gate: TransferGate;
  readonly router: TopicRouter;
  readonly tally: Tally;
}
