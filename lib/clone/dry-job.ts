import { PartSet } from '../base/part-set.js';
import type { Job, MessagePlan, MessageRow } from '../ledger/job.js';
import type { SendingDetails } from '../ledger/message-changes.js';
import type { MissedMessages } from '../ledger/missed-store.js';
import type { PeekedJob } from '../ledger/peek-job.js';
import type { Repairs } from '../ledger/repair-store.js';

/** How much text is kept at most, in UTF-16 units: messages are quoted soon, if at all. */
const MOST_TEXT = 8_000_000;

/** Progress that is kept in memory and forgotten, on top of a job that is only read. */
export class DryJob implements Job {
  readonly path: string;
  readonly id: string;
  readonly legacyFiles: readonly string[] = [];
  readonly notes = [];
  readonly targetBefore = 0;
  readonly topicMap: Map<number, number>;
  readonly #peeked: PeekedJob;
  /** The rows behind the checkpoint that differ from the ledger's. */
  readonly #rows = new Map<number, MessageRow>();
  /** The copies that were counted, by source id. */
  readonly #copies = new Map<number, number>();
  /** The latest texts that aren't the source's own, by source id: what later messages quote must be in them. */
  readonly #texts = new Map<number, string>();
  #textLength = 0;
  #checkpoint: number;

  constructor(peeked: PeekedJob, start: number) {
    this.#peeked = peeked;
    this.path = peeked.path;
    this.id = peeked.id ?? '0'.repeat(32);
    this.topicMap = new Map(peeked.topicMap);
    Object.assign(this.missed, { passedOver: peeked.passedOver, comparison: peeked.comparison });
    this.#checkpoint = peeked.checkpoint === 0 ? start : peeked.checkpoint;
  }

  get checkpoint(): number {
    return this.#checkpoint;
  }

  readonly missed: MissedMessages = {
    passedOver: [],
    savePassedOver: async (stretches) => {
      Object.assign(this.missed, { passedOver: stretches });
    },
    comparison: undefined,
    saveComparison: async (comparison) => {
      Object.assign(this.missed, { comparison });
    },
    skippedAfter: (sourceId, most) => this.#peeked.skippedAfter(sourceId, most),
    lastSkipped: () => this.#peeked.lastSkipped(),
    reopen: async (sourceIds) => {
      for (const sourceId of sourceIds) this.#settle(sourceId, { state: 'planned' });
    },
    leftBehind: (checkpoint, most) => this.#leftBehind(checkpoint, most),
  };

  readonly repairs: Repairs = {
    messages: async () => [],
    edited: async () => {},
    done: async () => {},
    continuations: async () => [],
    continuationDone: async () => {},
  };

  async expect(): Promise<void> {}
  async complete(): Promise<void> {}

  async plan(messages: readonly MessagePlan[]): Promise<MessageRow[]> {
    const known = await this.find(messages.map(({ sourceId }) => sourceId));
    return messages.map(({ sourceId, randomId, groupedId }) => {
      const row: MessageRow = known.get(sourceId) ?? {
        sourceId,
        randomId,
        state: 'planned',
        attempts: 0,
        ...(groupedId !== undefined && { groupedId }),
      };
      this.#rows.set(sourceId, row);
      return row;
    });
  }

  async sending(sourceIds: readonly number[], { texts }: SendingDetails = {}): Promise<void> {
    for (const sourceId of sourceIds) {
      const text = texts?.get(sourceId)?.text;
      if (text !== undefined) this.#keepText(sourceId, text);
    }
  }

  async sent(messages: readonly { readonly sourceId: number; readonly targetId: number }[]): Promise<void> {
    for (const { sourceId, targetId } of messages) {
      this.#copies.set(sourceId, targetId);
      this.#settle(sourceId, { state: 'sent', targetId });
    }
  }

  async owing(): Promise<MessageRow[]> {
    return [];
  }

  async paid(): Promise<[]> {
    return [];
  }

  async lacks(): Promise<[]> {
    return [];
  }

  async continuationsOf(): Promise<[]> {
    return [];
  }

  async itemsOf(): Promise<[]> {
    return [];
  }

  async owedContinuations(): Promise<[]> {
    return [];
  }

  async continuing(): Promise<void> {}
  async continued(): Promise<void> {}
  async continuationFailed(): Promise<void> {}

  async unclaimed(): Promise<[]> {
    return [];
  }

  async skipped(messages: readonly { readonly sourceId: number; readonly reason: string }[]): Promise<void> {
    for (const { sourceId, reason } of messages) this.#settle(sourceId, { state: 'skipped', reason });
  }

  async failed(messages: readonly { readonly sourceId: number; readonly reason: string }[]): Promise<void> {
    for (const { sourceId, reason } of messages) this.#settle(sourceId, { state: 'failed', reason });
  }

  /** The run itself will look for messages in doubt; here they count as messages that are still to be sent. */
  async unsettled(): Promise<MessageRow[]> {
    return [];
  }

  async failures(): Promise<MessageRow[]> {
    return [...(await this.#peeked.inStates(['failed']))];
  }

  async failedSinceSent(): Promise<readonly string[]> {
    return [];
  }

  async find(sourceIds: readonly number[]): Promise<ReadonlyMap<number, MessageRow>> {
    const found = new Map<number, MessageRow>();
    const others: number[] = [];
    for (const sourceId of sourceIds) {
      const targetId = this.#copies.get(sourceId);
      const row = this.#rows.get(sourceId);
      const sentText = this.#texts.get(sourceId);
      const noted = sentText !== undefined && { sentText };
      if (row) found.set(sourceId, row.state === 'sent' ? { ...row, ...noted } : row);
      else if (targetId !== undefined) {
        found.set(sourceId, { sourceId, state: 'sent', targetId, randomId: 0n, attempts: 1, ...noted });
      } else others.push(sourceId);
    }
    for (const row of await this.#peeked.find(others)) found.set(row.sourceId, row);
    return found;
  }

  async claim(): Promise<'none'> {
    return 'none';
  }

  async lookFrom({ afterId }: { readonly afterId: number }): Promise<number> {
    return afterId;
  }

  async lastTargetId(): Promise<number> {
    return 0;
  }

  async saveTargetBefore(): Promise<void> {}

  async formerTargetFloor(): Promise<undefined> {
    return undefined;
  }

  async formerTargetSettled(): Promise<void> {}

  async planFile({ parts }: { readonly parts: number }) {
    return { fileId: 0n, acknowledged: new PartSet(parts) };
  }

  async planFiles(): Promise<void> {}
  async acknowledged(): Promise<void> {}
  async forgetParts(): Promise<void> {}

  async restartFile(): Promise<never> {
    throw new Error('A dry run carries no file.');
  }

  async usingFiles(): Promise<void> {}
  async madeFile(): Promise<void> {}

  async planTopic(sourceTopicId: number, randomIdOf: (generation: number) => bigint) {
    return { sourceTopicId, generation: 0, randomId: randomIdOf(0) };
  }

  async topicsInDoubt(): Promise<[]> {
    return [];
  }

  async chooseTopic(): Promise<'none'> {
    return 'none';
  }

  async saveTopic(sourceTopicId: number, targetTopicId: number): Promise<void> {
    this.topicMap.set(sourceTopicId, targetTopicId);
  }

  async forgetTopic(sourceTopicId: number): Promise<void> {
    this.topicMap.delete(sourceTopicId);
  }

  async saveCheckpoint(lastId: number): Promise<void> {
    this.#checkpoint = lastId;
    for (const sourceId of this.#rows.keys()) if (sourceId <= lastId) this.#rows.delete(sourceId);
  }

  async close(): Promise<void> {}

  async #leftBehind(checkpoint: number, most: number): Promise<readonly MessageRow[]> {
    const known = await this.#peeked.inStates(['planned']);
    const rows = new Map([...known.map((row) => [row.sourceId, row] as const), ...this.#rows]);
    return [...rows.values()]
      .filter(
        ({ sourceId, state }) => state === 'planned' && sourceId <= checkpoint && !this.#copies.has(sourceId),
      )
      .sort((one, other) => one.sourceId - other.sourceId)
      .slice(0, most);
  }

  #keepText(sourceId: number, text: string): void {
    this.#textLength += text.length - (this.#texts.get(sourceId)?.length ?? 0);
    this.#texts.set(sourceId, text);
    for (const [oldest, { length }] of this.#texts) {
      if (this.#textLength <= MOST_TEXT) return;
      this.#texts.delete(oldest);
      this.#textLength -= length;
    }
  }

  #settle(sourceId: number, change: Partial<MessageRow>): void {
    const row = this.#rows.get(sourceId) ?? { sourceId, randomId: 0n, state: 'planned', attempts: 0 };
    this.#rows.set(sourceId, { ...row, ...change });
  }
}
