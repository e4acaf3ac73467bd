import type { Kysely, Transaction, Updateable } from 'kysely';
import { kindOf } from '../store/kind.js';
import { asNumber, chunked, clipped, DamagedValue, timeNow } from '../store/values.js';
import { itemsSent, noteItems } from './album-items.js';
import { noteContinuations } from './continuation-store.js';
import { contentColumns } from './fingerprint-columns.js';
import { lockJobsOfTarget } from './jobs-of-target.js';
import { addLosses, columnOf } from './losses-of-copy.js';
import { type FailedMessage, type SendingDetails, type SentMessage, wrongState } from './message-changes.js';
import { type MessageRow, messageRow } from './message-row.js';
import { giveUpMistaken } from './mistaken-copies.js';
import type { LedgerTables, MessageState, MessagesTable } from './schema.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';

/** Telegram knows its random_id: it was sent, so no edit of checkpoint.txt makes it be sent again. */
export const ALREADY_SENT = 'already_sent';
/** Reasons for skipping a message that leave open whether a copy of it exists. */
const LEAVING_DOUBT: readonly string[] = [ALREADY_SENT, 'deleted_in_doubt'];

const REASON_LENGTH = 128;
const DETAIL_LENGTH = 1000;

/** A job's messages. Each call is one transaction, durable when its promise resolves. */
export class MessageStore {
  readonly #options: StoreOptions;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Creates the missing rows in state `planned` and returns all rows as they are, in the order requested. */
  async plan(
    messages: readonly {
      readonly sourceId: number;
      readonly randomId: bigint;
      readonly groupedId?: bigint | undefined;
    }[],
  ): Promise<MessageRow[]> {
    const sourceIds = messages.map(({ sourceId }) => sourceId);
    const rows = await this.#transaction(async (db) => {
      const known = await this.#find(db, sourceIds);
      const missing = messages.filter(({ sourceId }) => !known.has(sourceId));
      for (const chunk of chunked(missing)) {
        await db
          .insertInto('ledger_messages')
          .values(chunk.map((message) => this.#planned(message)))
          .execute();
      }
      return missing.length > 0 ? this.#find(db, sourceIds) : known;
    });
    return sourceIds.map((sourceId) => {
      const row = rows.get(sourceId);
      if (row) return row;
      throw new DamagedValue('A message that was planned is not in the ledger.');
    });
  }

  /**
   * Called before a send: from here on a crash leaves in doubt whether the message is in the target. Adds 1 to the
   * attempts. Notes the details by which the message is looked for; if several sends are in doubt, the copy may come
   * from the first.
   */
  async sending(
    sourceIds: readonly number[],
    { afterId, contents, texts, items, losses, owed, ways }: SendingDetails = {},
  ): Promise<void> {
    const now = timeNow(this.#options.clock);
    await this.#transaction(async (db) => {
      for (const sourceId of sourceIds) {
        const { numUpdatedRows } = await this.#update(db, sourceId, ['planned', 'sending', 'failed'])
          .set((row) => ({
            state: 'sending' as const,
            attempts: row('attempts', '+', 1),
            reason: null,
            detail: null,
            sending_at: now,
            settled_at: null,
            ...contentColumns(contents?.get(sourceId)),
            owed: owed?.get(sourceId) ?? null,
            sent_text: texts?.get(sourceId)?.text ?? '',
            losses: columnOf(losses?.get(sourceId)),
            way: ways?.get(sourceId) ?? null,
            ...(afterId !== undefined && { after_id: row.fn.coalesce('after_id', row.val(afterId)) }),
            host: this.#options.host,
          }))
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) throw wrongState(sourceId, 'sending');
      }
      await noteContinuations(
        db,
        this.#options,
        new Map(sourceIds.map((sourceId) => [sourceId, texts?.get(sourceId)?.continuations ?? []])),
      );
      await noteItems(db, this.#options, sourceIds, items);
    });
  }

  /**
   * Records the copies that Telegram's answer has named. If one of them had been found for another message, that
   * message fails, so that it is looked for again. Returns the source ids of such messages of this job.
   */
  async sent(messages: readonly SentMessage[]): Promise<number[]> {
    return this.#settle(
      messages.map(({ sourceId, targetId, losses, way }) => ({
        sourceId,
        state: 'sent',
        from: ['planned', 'sending', 'skipped', 'failed'],
        values: {
          target_id: targetId,
          reason: null,
          detail: null,
          after_id: null,
          ...(losses && { losses: columnOf(losses) }),
          ...(way && { way }),
        },
      })),
      async (db) => {
        if (kindOf(db) !== 'sqlite') await lockJobsOfTarget(db, this.#options);
        for (const { sourceId, items = [] } of messages) await itemsSent(db, this.#options, sourceId, items);
        return giveUpMistaken(db, this.#options, messages);
      },
    );
  }

  async skipped(messages: readonly { readonly sourceId: number; readonly reason: string }[]): Promise<void> {
    await this.#settle(
      messages.map(({ sourceId, reason }) => ({
        sourceId,
        state: 'skipped',
        from: ['planned', 'sending', 'skipped', 'failed'],
        values: {
          reason: clipped(reason, REASON_LENGTH),
          detail: null,
          ...(!LEAVING_DOUBT.includes(reason) && { after_id: null }),
        },
      })),
    );
  }

  async failed(messages: readonly FailedMessage[]): Promise<void> {
    await this.#settle(
      messages.map(({ sourceId, reason, message, inDoubt }) => ({
        sourceId,
        state: 'failed',
        from: ['planned', 'sending', 'failed'],
        values: {
          reason: clipped(reason, REASON_LENGTH),
          detail: clipped(message, DETAIL_LENGTH),
          ...(inDoubt !== true && { after_id: null }),
        },
      })),
    );
  }

  /**
   * Notes that nothing is owed to the message's copy any more, and what it lacks besides. Returns what it lacked before.
   */
  async paid(sourceId: number, losses: readonly string[]): Promise<readonly string[]> {
    return this.#transaction((db) =>
      addLosses(db, this.#options, { sourceId, losses, values: { owed: null } }),
    );
  }

  /** Notes what the copy lacks besides, because of what continues it. Returns what it lacked before. */
  async lacks(sourceId: number, losses: readonly string[]): Promise<readonly string[]> {
    return this.#transaction((db) => addLosses(db, this.#options, { sourceId, losses }));
  }

  /** The messages to whose copies something is owed, oldest first. */
  async owing(): Promise<MessageRow[]> {
    return (await this.#inState('sent').where('owed', 'is not', null).execute()).map(messageRow);
  }

  /** The messages in one state, oldest first. */
  async inState(state: MessageState): Promise<MessageRow[]> {
    return (await this.#inState(state).execute()).map(messageRow);
  }

  /** The existing rows of some messages, by source id, oldest first. */
  async find(sourceIds: readonly number[]): Promise<Map<number, MessageRow>> {
    return this.#find(this.#options.db, sourceIds);
  }

  #inState(state: MessageState) {
    return this.#options.db
      .selectFrom('ledger_messages')
      .selectAll()
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId)
      .where('state', '=', state)
      .orderBy('source_id');
  }

  async #settle<T>(
    changes: readonly Settlement[],
    before: (db: Transaction<LedgerTables>) => Promise<T> = async () => undefined as T,
  ): Promise<T> {
    const now = timeNow(this.#options.clock);
    return this.#transaction(async (db) => {
      const answer = await before(db);
      for (const { sourceId, state, from, values } of changes) {
        const { numUpdatedRows } = await this.#update(db, sourceId, from)
          .set({ ...values, state, repair: null, settled_at: now, host: this.#options.host })
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n && !(await this.#isSame(db, sourceId, state, values))) {
          throw wrongState(sourceId, state);
        }
      }
      return answer;
    });
  }

  /** Settling a message twice in the same way is not an error. */
  async #isSame(
    db: Kysely<LedgerTables>,
    sourceId: number,
    state: MessageState,
    values: Settlement['values'],
  ): Promise<boolean> {
    const row = (await this.#find(db, [sourceId])).get(sourceId);
    return row?.state === state && state === 'sent' && row.targetId === Number(values.target_id);
  }

  #update(db: Transaction<LedgerTables>, sourceId: number, from: readonly MessageState[]) {
    return this.#ofJob(db).where('source_id', '=', sourceId).where('state', 'in', from);
  }

  #ofJob(db: Transaction<LedgerTables>) {
    return db
      .updateTable('ledger_messages')
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId);
  }

  async #find(db: Kysely<LedgerTables>, sourceIds: readonly number[]): Promise<Map<number, MessageRow>> {
    const found = new Map<number, MessageRow>();
    for (const chunk of chunked(sourceIds)) {
      const rows = await db
        .selectFrom('ledger_messages')
        .selectAll()
        .where('account_id', '=', this.#options.accountId)
        .where('job_id', '=', this.#options.jobId)
        .where('source_id', 'in', chunk)
        .orderBy('source_id')
        .execute();
      for (const row of rows) found.set(asNumber(row.source_id), messageRow(row));
    }
    return found;
  }

  #planned({ sourceId, randomId, groupedId }: Parameters<MessageStore['plan']>[0][number]) {
    const { accountId, jobId, host, clock } = this.#options;
    return {
      account_id: accountId,
      job_id: jobId,
      source_id: sourceId,
      state: 'planned' as const,
      random_id: randomId,
      grouped_id: groupedId ?? null,
      attempts: 0,
      planned_at: timeNow(clock),
      host,
    };
  }

  #transaction<T>(work: (db: Transaction<LedgerTables>) => Promise<T>): Promise<T> {
    return transactAsHolder(this.#options, work);
  }
}

interface Settlement {
  readonly sourceId: number;
  readonly state: MessageState;
  readonly from: readonly MessageState[];
  readonly values: Pick<
    Updateable<MessagesTable>,
    'target_id' | 'reason' | 'detail' | 'after_id' | 'losses' | 'way'
  >;
}
