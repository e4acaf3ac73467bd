import type { ServerFile } from '../base/file-parts.js';
import type { AlbumItem } from './album-items.js';
import type { Claim, Claimed, TopicClaim } from './claim-store.js';
import type { ContinuationKey, ContinuationRow } from './continuation-store.js';
import type { FilePlan, FileRole, FileRow } from './file-store.js';
import type { JobNote } from './job-scene.js';
import type { JobTerm } from './job-term.js';
import type { FailedMessage, SendingDetails, SentMessage } from './message-changes.js';
import type { MessageRow } from './message-row.js';
import type { MissedMessages } from './missed-store.js';
import type { PinMarkStore } from './pin-mark.js';
import type { Repairs } from './repair-store.js';
import type { TopicMap } from './topic-map.js';
import type { TopicDetails, TopicInDoubt, TopicRow } from './topic-store.js';

export type { AlbumItem } from './album-items.js';
export type { Continuation, ContinuationRow } from './continuation-store.js';
export type { FilePlan, FileRole, FileRow } from './file-store.js';
export type { JobNote } from './job-scene.js';
export type { JobTerm } from './job-term.js';
export type { SentText } from './message-changes.js';
export type { MessageRow } from './message-row.js';
export type { TopicMap } from './topic-map.js';
export type { TopicInDoubt, TopicRow } from './topic-store.js';

/** A message that is about to be cloned. */
export interface MessagePlan {
  readonly sourceId: number;
  readonly randomId: bigint;
  /** The album it belongs to. */
  readonly groupedId?: bigint | undefined;
}

/**
 * The progress of one job. Until `close`, no other process can use it. Everything written is durable when its promise
 * resolves, and a call that changes several rows changes all or none. A write that fails throws, so that nothing is
 * sent that can't be recorded: STATE_UNWRITABLE, STATE_DAMAGED, LEDGER_BUSY.
 */
export interface Job {
  /** The job's folder. */
  readonly path: string;
  /** The durable random job id, 32 hex digits. */
  readonly id: string;
  /** The last finished source id; 0 before the first. */
  readonly checkpoint: number;
  /** Source topic id → target topic id. */
  readonly topicMap: TopicMap;
  /** The message that `saveTargetBefore` noted; undefined before. */
  readonly targetBefore: number | undefined;
  /** Paths of the older Python script's files that the job has just continued from. */
  readonly legacyFiles: readonly string[];
  /** The messages behind the checkpoint that were left out. */
  readonly missed: MissedMessages;
  /** What `telepi verify --repair` has queued. */
  readonly repairs: Repairs;
  /** Where the notes about its pins are, while a run pins. Absent: nothing is pinned. */
  readonly pinMark?: PinMarkStore | undefined;
  /** Findings from opening it: edits of the files, a lock that was left behind. */
  readonly notes: readonly JobNote[];
  /** The right to act for it at Telegram. Absent: no other machine can have the job. */
  readonly term?: JobTerm | undefined;

  /** Notes how many messages lie ahead of the checkpoint, if the server says so, for `telepi status`. */
  expect(ahead: number | undefined): Promise<void>;
  /**
   * Notes that the run has gone through everything: `telepi status` no longer counts messages that were expected and
   * didn't come.
   */
  complete(): Promise<void>;
  /**
   * Creates missing rows and returns all as they are: a row from before a crash keeps its state, random_id and target
   * id.
   */
  plan(messages: readonly MessagePlan[]): Promise<MessageRow[]>;
  /** Called before each call that sends. Throws LEDGER_STATE for a message that is already sent or skipped. */
  sending(sourceIds: readonly number[], details?: SendingDetails): Promise<void>;
  /**
   * Records the copies that Telegram's answer has named. If one of them had been found for another message, that
   * message fails.
   */
  sent(messages: readonly SentMessage[]): Promise<void>;
  /** The messages to whose copies something is owed (see `sending`), oldest first. */
  owing(): Promise<MessageRow[]>;
  /** Notes that nothing is owed to the message's copy any more, and what it lacks besides. Returns what it lacked before. */
  paid(sourceId: number, losses?: readonly string[]): Promise<readonly string[]>;
  /** Notes what a copy that is there lacks besides, because of what continues it. Returns what it lacked before. */
  lacks(sourceId: number, losses: readonly string[]): Promise<readonly string[]>;
  skipped(messages: readonly { readonly sourceId: number; readonly reason: string }[]): Promise<void>;
  failed(messages: readonly FailedMessage[]): Promise<void>;
  /** The messages that continue a message's copy, in order, as `sending` noted them. */
  continuationsOf(sourceId: number): Promise<ContinuationRow[]>;
  /** The further messages of a message's copy that is an album, in order, as `sending` noted them. */
  itemsOf(sourceId: number): Promise<readonly AlbumItem[]>;
  /** The continuations that aren't sent though their message is, in order. */
  owedContinuations(): Promise<ContinuationRow[]>;
  /** Called before each call that sends a continuation; its copy comes after the message `afterId` of the target. */
  continuing(key: ContinuationKey, afterId: number): Promise<void>;
  /** Records the message of the target that continues the copy. */
  continued(key: ContinuationKey, targetId: number): Promise<void>;
  /** Records that it was refused; `owedContinuations` still has it. */
  continuationFailed(key: ContinuationKey, reason: string, message: string): Promise<void>;
  /** The messages of the target among these that aren't known as a copy or as what continues one. */
  unclaimed(targetIds: readonly number[]): Promise<number[]>;
  /**
   * Takes a copy that was found in the target, if it surely belongs to these messages, and records it: see ClaimStore.
   */
  claim(claim: Claim): Promise<Claimed>;
  /** After which message of the target to look for candidates. */
  lookFrom(claim: Pick<Required<Claim>, 'sourceIds' | 'contents' | 'afterId'>): Promise<number>;
  /**
   * The messages in `sending`, oldest first: after a crash it is in doubt whether they are in the target. One with a
   * reason (`checkpoint`) has since been left out by hand: it is looked for, but not sent again.
   */
  unsettled(): Promise<MessageRow[]>;
  /** The messages in `failed`, oldest first. */
  failures(): Promise<MessageRow[]>;
  /** The reasons of the messages that failed after the last sent one with a file (or without one), oldest first. */
  failedSinceSent(which: { readonly withFile: boolean }): Promise<readonly string[]>;
  /** The existing rows of these messages, by source id. Writes nothing. */
  find(sourceIds: readonly number[]): Promise<ReadonlyMap<number, MessageRow>>;
  /** The highest id of this job's copies in the target as it is now; 0 before the first. */
  lastTargetId(): Promise<number>;
  /** Notes the target's newest message before the first send: this job's posts come after it. */
  saveTargetBefore(targetId: number): Promise<void>;
  /**
   * The newest message of the basic group that the target still was when the job last sent to it, which is known to be
   * older than all messages in doubt there. Undefined when nothing can be in doubt there.
   */
  formerTargetFloor(): Promise<number | undefined>;
  /** Notes that nothing is in doubt any more in the basic group that the target used to be. */
  formerTargetSettled(): Promise<void>;

  /**
   * The upload that a planned message's file goes by: its file_id is durable before the first part, and the same after
   * a crash.
   */
  planFile(file: FilePlan): Promise<FileRow>;
  /** As planFile, for several files: creates the missing rows and leaves the others alone. */
  planFiles(files: readonly FilePlan[]): Promise<void>;
  /** Adds parts that the server has, by file_id, to the recorded ones. */
  acknowledged(files: ReadonlyMap<bigint, Iterable<number>>): Promise<void>;
  /** Forgets these parts, or all, because the server has dropped them. */
  forgetParts(fileId: bigint, parts?: Iterable<number>): Promise<void>;
  /** Puts the same file under a new file_id, with nothing acknowledged. */
  restartFile(sourceId: number, role: FileRole, fileId: bigint): Promise<FileRow>;
  /** Called before each call that makes the server's file of these uploads, by file_id (messages.uploadMedia). */
  usingFiles(fileIds: readonly bigint[]): Promise<void>;
  /** Records what the call made: planFile returns it from then on, until `usingFiles` or `restartFile`. */
  madeFile(fileId: bigint, made: ServerFile): Promise<void>;

  /**
   * Called before a topic is created. `randomIdOf` is called once for each generation: 0, and 1 more each time the
   * entry was taken out by hand.
   */
  planTopic(
    sourceTopicId: number,
    randomIdOf: (generation: number) => bigint,
    details?: TopicDetails,
  ): Promise<TopicRow>;
  /** The topics whose creation was planned and isn't known to have happened, with what they are looked for by. */
  topicsInDoubt(): Promise<TopicInDoubt[]>;
  /** The topic that was surely created for this one: see ClaimStore. Records nothing. */
  chooseTopic(claim: TopicClaim): Promise<number | 'none' | 'unclear'>;
  /** Records that the topic exists: in topic_map.json, then in the ledger. */
  saveTopic(sourceTopicId: number, targetTopicId: number): Promise<void>;
  /** Forgets a topic that is gone from the target: it is planned again, with a new random_id. */
  forgetTopic(sourceTopicId: number): Promise<void>;
  /** Records that everything up to `lastId` is final: in the ledger, then in checkpoint.txt. */
  saveCheckpoint(lastId: number): Promise<void>;
  /** Releases the ledger and the lock. May be called more than once. */
  close(): Promise<void>;
}
