import { join } from 'node:path';
import type { ServerFile } from '../base/file-parts.js';
import { shownId } from '../base/source-ids.js';
import { type AlbumItem, itemsInDoubt, itemsKey } from './album-items.js';
import { CHECKPOINT_FILE, writeCheckpoint } from './checkpoint.js';
import { type Claim, type Claimed, ClaimStore, type TopicClaim } from './claim-store.js';
import { type ContinuationKey, type ContinuationRow, ContinuationStore } from './continuation-store.js';
import { failedSinceSent } from './failed-since-sent.js';
import { type FilePlan, type FileRole, type FileRow, FileStore } from './file-store.js';
import type { Identified } from './identify.js';
import type { Job, MessagePlan } from './job.js';
import { endRights, type JobRights } from './job-rights.js';
import type { JobNote, JobScene } from './job-scene.js';
import { type JobChange, noteAhead, updateJob } from './job-store.js';
import type { JobTerm } from './job-term.js';
import { reading } from './ledger-errors.js';
import type { FailedMessage, SendingDetails, SentMessage } from './message-changes.js';
import type { MessageRow } from './message-row.js';
import { MessageStore } from './message-store.js';
import { MissedStore } from './missed-store.js';
import { PinMarkStore } from './pin-mark.js';
import type { Agreed } from './reconcile.js';
import { RepairStore } from './repair-store.js';
import { noteRunEnd } from './run-end.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';
import { lastTargetId } from './target-ids.js';
import { TOPIC_MAP_FILE, type TopicMap, writeTopicMap } from './topic-map.js';
import { type TopicInDoubt, type TopicRow, TopicStore } from './topic-store.js';

/** A job's rows, its folder and its lock in one: see Job. */
export class LedgerJob implements Job {
  readonly path: string;
  readonly id: string;
  topicMap: TopicMap;
  readonly legacyFiles: readonly string[];
  readonly notes: readonly JobNote[];
  readonly term: JobTerm | undefined;
  readonly missed: MissedStore;
  readonly repairs: RepairStore;
  readonly pinMark: PinMarkStore;
  readonly #scene: JobScene;
  readonly #store: StoreOptions;
  readonly #messages: MessageStore;
  readonly #claims: ClaimStore;
  readonly #continuations: ContinuationStore;
  readonly #files: FileStore;
  readonly #topics: TopicStore;
  readonly #rights: JobRights;
  #checkpoint: number;
  /** The checkpoint that the run started from: see `expect`. */
  #runFrom: number;
  #targetBefore: number | undefined;
  #formerTargetFloor: number | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    scene: JobScene,
    { job, legacyFiles }: Identified,
    agreed: Agreed,
    notes: readonly JobNote[],
    rights: JobRights,
  ) {
    const { accountId, host, clock, session } = scene;
    this.path = scene.path;
    this.id = job.jobId;
    this.legacyFiles = legacyFiles;
    this.notes = notes;
    this.term = rights.lease;
    this.#scene = scene;
    const { db } = scene.ledger;
    this.#store = { accountId, jobId: job.jobId, db, host, clock, session, lease: rights.lease };
    this.#messages = new MessageStore(this.#store);
    this.#claims = new ClaimStore(this.#store);
    this.#continuations = new ContinuationStore(this.#store);
    this.#files = new FileStore(this.#store);
    this.#topics = new TopicStore(this.#store);
    this.topicMap = agreed.topicMap;
    this.missed = new MissedStore(this.#store, job, scene.ledger);
    this.repairs = new RepairStore(this.#store, scene.ledger);
    this.pinMark = new PinMarkStore(this.#store, scene.path);
    this.#rights = rights;
    this.#checkpoint = agreed.checkpoint;
    this.#runFrom = agreed.checkpoint;
    this.#targetBefore = job.targetBefore;
    this.#formerTargetFloor = job.formerTargetFloor;
  }

  get checkpoint(): number {
    return this.#checkpoint;
  }

  get targetBefore(): number | undefined {
    return this.#targetBefore;
  }

  async expect(ahead: number | undefined): Promise<void> {
    await this.#update({ runFrom: this.#checkpoint, runAhead: ahead ?? null });
    this.#runFrom = this.#checkpoint;
  }

  complete(): Promise<void> {
    return noteAhead(this.#store, this.#runFrom);
  }

  plan(messages: readonly MessagePlan[]): Promise<MessageRow[]> {
    return this.#reading(this.#messages.plan(messages));
  }

  sending(sourceIds: readonly number[], details?: SendingDetails): Promise<void> {
    return this.#messages.sending(sourceIds, details);
  }

  async sent(messages: readonly SentMessage[]): Promise<void> {
    const mistaken = await this.#reading(this.#messages.sent(messages));
    if (mistaken.length > 0) this.#scene.log.warn('copies_mistaken', { messages: mistaken });
  }

  owing(): Promise<MessageRow[]> {
    return this.#reading(this.#messages.owing());
  }

  paid(sourceId: number, losses: readonly string[] = []): Promise<readonly string[]> {
    return this.#reading(this.#messages.paid(sourceId, losses));
  }

  lacks(sourceId: number, losses: readonly string[]): Promise<readonly string[]> {
    return this.#reading(this.#messages.lacks(sourceId, losses));
  }

  skipped(messages: readonly { readonly sourceId: number; readonly reason: string }[]): Promise<void> {
    return this.#messages.skipped(messages);
  }

  failed(messages: readonly FailedMessage[]): Promise<void> {
    const { withoutSecrets: hide = (text) => text } = this.#scene;
    return this.#messages.failed(
      messages.map((each) => ({ ...each, reason: hide(each.reason), message: hide(each.message) })),
    );
  }

  continuationsOf(sourceId: number): Promise<ContinuationRow[]> {
    return this.#reading(this.#continuations.of(sourceId));
  }

  async itemsOf(sourceId: number): Promise<readonly AlbumItem[]> {
    const { db, jobId } = this.#store;
    const items = await this.#reading(itemsInDoubt(db, this.#store, [jobId]));
    return items.get(itemsKey(jobId, sourceId)) ?? [];
  }

  owedContinuations(): Promise<ContinuationRow[]> {
    return this.#reading(this.#continuations.owed());
  }

  continuing(key: ContinuationKey, afterId: number): Promise<void> {
    return this.#continuations.sending(key, afterId);
  }

  continued(key: ContinuationKey, targetId: number): Promise<void> {
    return this.#continuations.sent(key, targetId);
  }

  continuationFailed(key: ContinuationKey, reason: string, message: string): Promise<void> {
    const { withoutSecrets = (text) => text } = this.#scene;
    return this.#continuations.failed(key, withoutSecrets(reason), withoutSecrets(message));
  }

  unclaimed(targetIds: readonly number[]): Promise<number[]> {
    return this.#reading(this.#claims.unclaimed(targetIds));
  }

  claim(claim: Claim): Promise<Claimed> {
    return this.#reading(this.#claims.claim(claim));
  }

  lookFrom(claim: Pick<Required<Claim>, 'sourceIds' | 'contents' | 'afterId'>): Promise<number> {
    return this.#reading(this.#claims.lookFrom(claim));
  }

  chooseTopic(claim: TopicClaim): Promise<number | 'none' | 'unclear'> {
    return this.#reading(this.#claims.chooseTopic(claim));
  }

  unsettled(): Promise<MessageRow[]> {
    return this.#reading(this.#messages.inState('sending'));
  }

  failures(): Promise<MessageRow[]> {
    return this.#reading(this.#messages.inState('failed'));
  }

  failedSinceSent({ withFile }: { readonly withFile: boolean }): Promise<readonly string[]> {
    return this.#reading(failedSinceSent(this.#store, withFile));
  }

  find(sourceIds: readonly number[]): Promise<ReadonlyMap<number, MessageRow>> {
    return this.#reading(this.#messages.find(sourceIds));
  }

  lastTargetId(): Promise<number> {
    return lastTargetId(this.#store, 'now');
  }

  async saveTargetBefore(targetId: number): Promise<void> {
    await this.#update({ targetBefore: targetId });
    this.#targetBefore = targetId;
  }

  async formerTargetFloor(): Promise<number | undefined> {
    if (this.#formerTargetFloor === undefined) return undefined;
    return Math.max(this.#formerTargetFloor, await lastTargetId(this.#store, 'former'));
  }

  async formerTargetSettled(): Promise<void> {
    await this.#update({ formerTargetFloor: null });
    this.#formerTargetFloor = undefined;
  }

  planFile(file: FilePlan): Promise<FileRow> {
    return this.#reading(this.#files.plan(file));
  }

  planFiles(files: readonly FilePlan[]): Promise<void> {
    return this.#reading(this.#files.planMissing(files));
  }

  acknowledged(files: ReadonlyMap<bigint, Iterable<number>>): Promise<void> {
    return this.#reading(this.#files.acknowledged(files));
  }

  forgetParts(fileId: bigint, parts?: Iterable<number>): Promise<void> {
    return this.#reading(this.#files.forget(fileId, parts));
  }

  restartFile(sourceId: number, role: FileRole, fileId: bigint): Promise<FileRow> {
    return this.#reading(this.#files.restart({ sourceId, role }, fileId));
  }

  usingFiles(fileIds: readonly bigint[]): Promise<void> {
    return this.#reading(this.#files.using(fileIds));
  }

  madeFile(fileId: bigint, made: ServerFile): Promise<void> {
    return this.#reading(this.#files.made(fileId, made));
  }

  planTopic(...topic: Parameters<TopicStore['plan']>): Promise<TopicRow> {
    return this.#reading(this.#topics.plan(...topic));
  }

  topicsInDoubt(): Promise<TopicInDoubt[]> {
    return this.#reading(this.#topics.inDoubt());
  }

  async saveTopic(sourceTopicId: number, targetTopicId: number): Promise<void> {
    await this.#writeMap(new Map(this.topicMap).set(sourceTopicId, targetTopicId));
    await this.#topics.save(sourceTopicId, targetTopicId);
  }

  async forgetTopic(sourceTopicId: number): Promise<void> {
    await this.#writeMap(new Map([...this.topicMap].filter(([topic]) => topic !== sourceTopicId)));
    await this.#topics.drop(sourceTopicId);
  }

  async #writeMap(map: TopicMap): Promise<void> {
    await writeTopicMap(join(this.path, TOPIC_MAP_FILE), map);
    this.topicMap = map;
  }

  async saveCheckpoint(lastId: number): Promise<void> {
    if (lastId < this.#checkpoint) {
      throw new RangeError(`Checkpoint ${shownId(this.#checkpoint)} can't go back to ${shownId(lastId)}.`);
    }
    if (lastId === this.#checkpoint) return;
    await this.#update({ checkpoint: lastId, checkpointBefore: this.#checkpoint });
    await writeCheckpoint(join(this.path, CHECKPOINT_FILE), lastId);
    this.#checkpoint = lastId;
  }

  #reading<T>(work: Promise<T>): Promise<T> {
    return reading(this.#scene.ledger, work);
  }

  async #update(change: JobChange): Promise<void> {
    await transactAsHolder(this.#store, (db) => updateJob(db, this.#store, change));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await noteRunEnd(this.#scene, this.#store, this.#checkpoint);
    } finally {
      await endRights(this.#rights, this.#scene);
    }
  }
}
