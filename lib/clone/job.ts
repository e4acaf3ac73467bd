import type { Clock } from '../base/clock.js';
import type { PartUploader } from '../base/file-parts.js';
import type { Log } from '../base/log.js';
import type { Random } from '../base/random.js';
import type { Job } from '../ledger/job.js';
import type { Reduction } from '../messages/losses.js';
import type { ByteBudget } from '../pace/byte-budget.js';
import type { SendPacer } from '../pace/send-pacer.js';
import type { Chat } from '../telegram/chats.js';
import type { TelepiClient } from '../telegram/client.js';
import type { SentContent } from '../telegram/find-sent.js';
import type { AccountLimits } from '../telegram/limits.js';
import type { LoneFaults } from './lone-fault.js';
import type { CloneObserver } from './observer.js';
import type { PartJournal } from './part-journal.js';
import type { SendIdentity } from './random-id.js';
import type { SendRecord } from './send-record.js';
import type { SourceReader } from './source-reader.js';
import type { Tally } from './summary.js';
import type { TopicRouter } from './topic-router.js';
import type { TransferGate } from './transfer-gate.js';

export interface CloneOptions {
  readonly client: TelepiClient;
  readonly source: Chat;
  readonly target: Chat;
  /** Clones this topic (or, in a group that is no forum, this thread) alone. */
  readonly sourceTopic?: number | undefined;
  /** Puts every message into this topic of the target. */
  readonly targetTopic?: number | undefined;
  /** Creates each source topic in the target and puts its messages there. */
  readonly autoCreateTopics: boolean;
  /** Goes on where the owner has restricted saving content (noforwards). */
  readonly allowProtected: boolean;
  /** Tries the messages that failed in earlier runs again, before the others. */
  readonly retryFailed?: boolean;
  /** Stops at the first message that can't be cloned, instead of going on after it. */
  readonly stopOnError?: boolean;
  /** Compares what is read of each file with Telegram's SHA-256 of it, before it is sent. */
  readonly verifySource?: boolean;
  readonly job: Job;
  readonly budget: ByteBudget;
  /** Parts that are sent at once, of all files together. */
  readonly slots: number;
  /** Connections that the parts are spread over. */
  readonly connections: number;
  /** Milliseconds between two messages; an album counts as its items. */
  readonly minIntervalMs: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly observer: CloneObserver;
  readonly signal: AbortSignal;
}

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

/** Counts and tells that a copy lacks something. */
export function noteReduction(
  run: Pick<Run, 'tally' | 'observer' | 'log'>,
  sourceId: number,
  kind: Reduction,
): void {
  run.tally.reduced(kind);
  run.observer.onReduced({ sourceId, kind });
  run.log.info('message_reduced', { sourceId, kind });
}
