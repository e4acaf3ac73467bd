import type { Kysely, Selectable, Transaction, Updateable } from 'kysely';
import type { Clock } from '../base/clock.js';
import { FailedError } from '../base/errors.js';
import { shownId } from '../base/source-ids.js';
import { type LedgerTables, MESSAGE_STATES, type MessageState, type MessagesTable } from './schema.js';
import { asBigInt, asNumber, asOptionalNumber, chunked, clipped, DamagedValue, timeNow } from './values.js';

/** A message of the source, and how far its copy is. */
export interface MessageRow {
  readonly sourceId: number;
  readonly state: MessageState;
  readonly randomId: bigint;
  readonly targetId?: number;
  /** Why it was skipped or failed: a stable name. */
  readonly reason?: string;
  /** Why it failed: a sentence. */
  readonly detail?: string;
  /** How often a send was begun. */
  readonly attempts: number;
  readonly groupedId?: bigint;
}

/** What a job's rows are found by. */
export interface JobKey {
  readonly accountId: number;
  readonly jobId: string;
}

export interface StoreOptions extends JobKey {
  readonly db: Kysely<LedgerTables>;
  readonly host: string;
  readonly clock: Clock;
}

/** Left out since checkpoint.txt was moved beyond it by hand: the reason of a row in `skipped`, and of one in `sending`. */
export const SKIPPED_BY_CHECKPOINT = 'checkpoint';
/** Telegram knows its random_id: it was sent, so no edit of checkpoint.txt has it sent again. */
const ALREADY_SENT = 'already_sent';

const REASON_LENGTH = 128;
const DETAIL_LENGTH = 1000;

/** A job's messages. Each call is one transaction, durable when its promise resolves. */
export class MessageStore {
  readonly #options: StoreOptions;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Makes the rows that are missing, in state `planned`, and answers all as they are, in the order asked for. */
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
          .insertInto('messages')
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

  /** Before a send: from here on a crash leaves in doubt whether the message is in the target. Attempts + 1. */
  async sending(sourceIds: readonly number[]): Promise<void> {
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
            host: this.#options.host,
          }))
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) throw wrongState(sourceId, 'sending');
      }
    });
  }

  async sent(messages: readonly { readonly sourceId: number; readonly targetId: number }[]): Promise<void> {
    await this.#settle(
      messages.map(({ sourceId, targetId }) => ({
        sourceId,
        state: 'sent',
        from: ['planned', 'sending', 'skipped', 'failed'],
        values: { target_id: targetId, reason: null, detail: null },
      })),
    );
  }

  async skipped(messages: readonly { readonly sourceId: number; readonly reason: string }[]): Promise<void> {
    await this.#settle(
      messages.map(({ sourceId, reason }) => ({
        sourceId,
        state: 'skipped',
        from: ['planned', 'sending', 'skipped', 'failed'],
        values: { reason: clipped(reason, REASON_LENGTH), detail: null },
      })),
    );
  }

  async failed(
    messages: readonly { readonly sourceId: number; readonly reason: string; readonly message: string }[],
  ): Promise<void> {
    await this.#settle(
      messages.map(({ sourceId, reason, message }) => ({
        sourceId,
        state: 'failed',
        from: ['planned', 'sending', 'failed'],
        values: { reason: clipped(reason, REASON_LENGTH), detail: clipped(message, DETAIL_LENGTH) },
      })),
    );
  }

  /** Those in one state, oldest first. */
  async inState(state: MessageState): Promise<MessageRow[]> {
    const rows = await this.#options.db
      .selectFrom('messages')
      .selectAll()
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId)
      .where('state', '=', state)
      .orderBy('source_id')
      .execute();
    return rows.map(messageRow);
  }

  /** The rows of some messages that are there, by source id. */
  async find(sourceIds: readonly number[]): Promise<Map<number, MessageRow>> {
    return this.#find(this.#options.db, sourceIds);
  }

  /** What lies behind `sourceId` and isn't sent is decided anew. Answers how many rows. */
  async reopenAfter(db: Transaction<LedgerTables>, sourceId: number): Promise<number> {
    const { numUpdatedRows } = await this.#ofJob(db)
      .where('source_id', '>', sourceId)
      .where((row) =>
        row.or([
          row('state', '=', 'failed'),
          row.and([row('state', '=', 'skipped'), row('reason', '!=', ALREADY_SENT)]),
        ]),
      )
      .set({ state: 'planned', reason: null, detail: null, settled_at: null, host: this.#options.host })
      .executeTakeFirstOrThrow();
    await this.#ofJob(db)
      .where('source_id', '>', sourceId)
      .where('state', '=', 'sending')
      .set({ reason: null, host: this.#options.host })
      .execute();
    return Number(numUpdatedRows);
  }

  /**
   * What is behind `after` and up to `upTo`, and not begun, is left out. One whose send is in doubt gets the reason, which
   * it keeps until it is settled: it is looked for, and not sent again. Answers how many rows are left out.
   */
  async leaveOut(db: Transaction<LedgerTables>, after: number, upTo: number): Promise<number> {
    const { numUpdatedRows } = await this.#ofJob(db)
      .where('source_id', '>', after)
      .where('source_id', '<=', upTo)
      .where('state', 'in', ['planned', 'failed'])
      .set({
        state: 'skipped',
        reason: SKIPPED_BY_CHECKPOINT,
        detail: null,
        settled_at: timeNow(this.#options.clock),
        host: this.#options.host,
      })
      .executeTakeFirstOrThrow();
    await this.#ofJob(db)
      .where('source_id', '>', after)
      .where('source_id', '<=', upTo)
      .where('state', '=', 'sending')
      .set({ reason: SKIPPED_BY_CHECKPOINT, host: this.#options.host })
      .execute();
    return Number(numUpdatedRows);
  }

  async #settle(changes: readonly Settlement[]): Promise<void> {
    const now = timeNow(this.#options.clock);
    await this.#transaction(async (db) => {
      for (const { sourceId, state, from, values } of changes) {
        const { numUpdatedRows } = await this.#update(db, sourceId, from)
          .set({ ...values, state, settled_at: now, host: this.#options.host })
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n && !(await this.#isSame(db, sourceId, state, values))) {
          throw wrongState(sourceId, state);
        }
      }
    });
  }

  /** A settlement that is told twice is no error. */
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
      .updateTable('messages')
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId);
  }

  async #find(db: Kysely<LedgerTables>, sourceIds: readonly number[]): Promise<Map<number, MessageRow>> {
    const found = new Map<number, MessageRow>();
    for (const chunk of chunked(sourceIds)) {
      const rows = await db
        .selectFrom('messages')
        .selectAll()
        .where('account_id', '=', this.#options.accountId)
        .where('job_id', '=', this.#options.jobId)
        .where('source_id', 'in', chunk)
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
    return this.#options.db.transaction().execute(work);
  }
}

interface Settlement {
  readonly sourceId: number;
  readonly state: MessageState;
  readonly from: readonly MessageState[];
  readonly values: Pick<Updateable<MessagesTable>, 'target_id' | 'reason' | 'detail'>;
}

function messageRow(row: Selectable<MessagesTable>): MessageRow {
  const targetId = asOptionalNumber(row.target_id);
  if (!MESSAGE_STATES.includes(row.state)) throw new DamagedValue('A message is in no state there is.');
  return {
    sourceId: asNumber(row.source_id),
    state: row.state,
    randomId: asBigInt(row.random_id),
    ...(targetId !== undefined && { targetId }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.detail !== null && { detail: row.detail }),
    attempts: asNumber(row.attempts),
    ...(row.grouped_id !== null && { groupedId: asBigInt(row.grouped_id) }),
  };
}

/** Exactly once hangs on this: a message that the ledger has as sent is never begun again. */
function wrongState(sourceId: number, state: MessageState): FailedError {
  return new FailedError(
    'LEDGER_STATE',
    `The ledger doesn't let message ${shownId(sourceId)} become ${state}: another run, or a fault of TelePi; run again.`,
    { fields: { sourceId, state } },
  );
}
