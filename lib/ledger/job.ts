import type { ServerFile } from '../base/file-parts.js';
import type { Claim, Claimed, TopicClaim } from './claim-store.js';
import type { FilePlan, FileRole, FileRow } from './file-store.js';
import type { JobNote } from './job-scene.js';
import type { MessageRow } from './message-row.js';
import type { FailedMessage, SendingDetails } from './message-store.js';
import type { TopicMap } from './topic-map.js';
import type { TopicDetails, TopicRow } from './topic-store.js';

export type { FilePlan, FileRole, FileRow } from './file-store.js';
export type { JobNote } from './job-scene.js';
export type { MessageRow } from './message-row.js';
export type { TopicMap } from './topic-map.js';
export type { TopicRow } from './topic-store.js';

/** A message that is about to be cloned. */
export interface MessagePlan {
  readonly sourceId: number;
  readonly randomId: bigint;
  /** Of an album. */
  readonly groupedId?: bigint | undefined;
}

/**
 * The progress of one job. This process alone has it until `close`. Everything written
 * is durable when its promise resolves, and a call that changes several rows changes all or none. A write that fails
 * throws, so that nothing is sent that can't be recorded: STATE_UNWRITABLE, STATE_DAMAGED, LEDGER_BUSY.
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
  /** What `saveTargetBefore` noted; undefined before. */
  readonly targetBefore: number | undefined;
  /** Paths of the older Python script's files from which the job has just continued. */
  readonly legacyFiles: readonly string[];
  /** Notes from opening it: edits of the files, a lock that was left behind. */
  readonly notes: readonly JobNote[];

  /** How many messages lie ahead of the checkpoint, where the server says so: for `telepi status`. */
  expect(ahead: number | undefined): Promise<void>;
  /**
   * The run has gone through everything: `telepi status` no longer counts messages that were expected and didn't
   * come.
   */
  complete(): Promise<void>;
  /** Rows are made where missing and answered as they are: one from before a crash keeps state, random_id, target id. */
  plan(messages: readonly MessagePlan[]): Promise<MessageRow[]>;
  /** Before each call that sends. Throws LEDGER_STATE for a message that is sent or skipped. */
  sending(sourceIds: readonly number[], details?: SendingDetails): Promise<void>;
  /** Telegram's answer has named their copies: a message for which one of these had been found fails. */
  sent(messages: readonly { readonly sourceId: number; readonly targetId: number }[]): Promise<void>;
  skipped(messages: readonly { readonly sourceId: number; readonly reason: string }[]): Promise<void>;
  failed(messages: readonly FailedMessage[]): Promise<void>;
  /** Takes a copy that was found in the target, if it is surely theirs, and records it: see ClaimStore. */
  claim(claim: Claim): Promise<Claimed>;
  /** After which message of the target to look for candidates. */
  lookFrom(claim: Pick<Required<Claim>, 'sourceIds' | 'contents' | 'afterId'>): Promise<number>;
  /**
   * Those in `sending`, oldest first: a crash left in doubt whether they are in the target. One with a reason
   * (`checkpoint`) was left out by hand since: it is looked for, and not sent again.
   */
  unsettled(): Promise<MessageRow[]>;
  /** Those in `failed`, oldest first. */
  failures(): Promise<MessageRow[]>;
  /**
   * Why messages failed after the last one that was sent with a file (or without one), oldest first.
   */
  failedSinceSent(which: { readonly withFile: boolean }): Promise<readonly string[]>;
  /** The rows that there are of these messages, by source id. Writes nothing. */
  find(sourceIds: readonly number[]): Promise<ReadonlyMap<number, MessageRow>>;
  /** The highest id that a message of this job has got in the target as it is now; 0 before the first. */
  lastTargetId(): Promise<number>;
  /** The target's newest message before the first send: what this job posts comes after it. */
  saveTargetBefore(targetId: number): Promise<void>;
  /**
   * The target was a basic group when it was sent to last: its newest message that is known to be none of those in
   * doubt, which come after it. Undefined when nothing can be in doubt there.
   */
  formerTargetFloor(): Promise<number | undefined>;
  /** What was in doubt in the basic group that the target was is settled. */
  formerTargetSettled(): Promise<void>;

  /**
   * The upload a planned message's file goes by: its file_id is durable before the first part, and the same after a
   * crash.
   */
  planFile(file: FilePlan): Promise<FileRow>;
  /** As planFile, of several: rows are made where there are none, and the others left as they are. */
  planFiles(files: readonly FilePlan[]): Promise<void>;
  /** Parts that the server has, by file_id; added to those recorded before. */
  acknowledged(files: ReadonlyMap<bigint, Iterable<number>>): Promise<void>;
  /** The server has let go of these parts, or of all. */
  forgetParts(fileId: bigint, parts?: Iterable<number>): Promise<void>;
  /** The same file under a new file_id, with nothing acknowledged. */
  restartFile(sourceId: number, role: FileRole, fileId: bigint): Promise<FileRow>;
  /** Before each call that makes the server's file of these uploads, by file_id (messages.uploadMedia). */
  usingFiles(fileIds: readonly bigint[]): Promise<void>;
  /** What it made: planFile answers it from then on, until `usingFiles` or `restartFile`. */
  madeFile(fileId: bigint, made: ServerFile): Promise<void>;

  /**
   * Before a topic is created. `randomIdOf` is asked once for each generation: 0, and 1 more for each entry taken out
   * by hand.
   */
  planTopic(
    sourceTopicId: number,
    randomIdOf: (generation: number) => bigint,
    details?: TopicDetails,
  ): Promise<TopicRow>;
  /** The topic that was surely created for it: see ClaimStore. Records nothing. */
  chooseTopic(claim: TopicClaim): Promise<number | 'none' | 'unclear'>;
  /** The topic exists: into topic_map.json, then the ledger. */
  saveTopic(sourceTopicId: number, targetTopicId: number): Promise<void>;
  /** All up to `lastId` is final: into the ledger, then checkpoint.txt. */
  saveCheckpoint(lastId: number): Promise<void>;
  /** Releases ledger and lock. May be called more than once. */
  close(): Promise<void>;
}
