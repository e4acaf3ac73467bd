import type { Selectable, Transaction } from 'kysely';
import type { SentContent } from '../base/fingerprint.js';
import {
  asBigInt,
  asNumber,
  asOptionalNumber,
  chunked,
  clipped,
  DamagedValue,
  timeNow,
} from '../store/values.js';
import { CONTINUATION_STATES, type ContinuationsTable, type LedgerTables } from './schema.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';

/** A message that continues a copy. */
export interface Continuation {
  /** 1, 2, 3, … */
  readonly part: number;
  readonly randomId: bigint;
  /** JSON of the clone. */
  readonly text: string;
  /** SHA-256 of its text in hex. */
  readonly textHash: string;
}

export interface ContinuationRow extends Omit<Continuation, 'text'> {
  readonly sourceId: number;
  readonly state: ContinuationsTable['state'];
  /** Absent when it isn't known: it was sent by an older version. */
  readonly text?: string;
  readonly targetId?: number;
  /** What the next run is to repair. */
  readonly repair?: 'edit';
  /** A copy that no answer has named comes after this message of the target. */
  readonly afterId?: number;
}

/** Which continuation of which message. */
export type ContinuationKey = Pick<ContinuationRow, 'sourceId' | 'part'>;

/**
 * Notes which messages are going to continue the copies of some messages whose sends begin, in place of what was noted
 * at earlier attempts.
 */
export async function noteContinuations(
  db: Transaction<LedgerTables>,
  { accountId, jobId, host }: StoreOptions,
  continuations: ReadonlyMap<number, readonly Continuation[]>,
): Promise<void> {
  if (continuations.size === 0) return;
  await db
    .deleteFrom('ledger_continuations')
    .where('account_id', '=', accountId)
    .where('job_id', '=', jobId)
    .where('source_id', 'in', [...continuations.keys()])
    .execute();
  const rows = [...continuations].flatMap(([sourceId, parts]) =>
    parts.map(({ part, randomId, text, textHash }) => ({
      account_id: accountId,
      job_id: jobId,
      source_id: sourceId,
      part,
      state: 'planned' as const,
      random_id: randomId,
      sent_text: text,
      text_hash: textHash,
      host,
    })),
  );
  if (rows.length > 0) await db.insertInto('ledger_continuations').values(rows).execute();
}

/**
 * The messages that continue copies, are in doubt and look like the one that is looked for. A job sends one message after
 * another, so the one that it is about to send is not a rival.
 */
export async function continuationsInDoubt(
  db: Transaction<LedgerTables>,
  { accountId, jobId }: StoreOptions,
  jobIds: readonly string[],
  contents: readonly SentContent[],
): Promise<Pick<Selectable<ContinuationsTable>, 'after_id'>[]> {
  const [content, ...others] = contents;
  if (content?.kind !== 'text' || others.length > 0) return [];
  return db
    .selectFrom('ledger_continuations')
    .select('after_id')
    .where('account_id', '=', accountId)
    .where('job_id', 'in', jobIds)
    .where('text_hash', '=', content.textHash)
    .where('target_id', 'is', null)
    .where('after_id', 'is not', null)
    .where((row) => row.or([row('job_id', '!=', jobId), row('state', '=', 'failed')]))
    .execute();
}

/** The messages that continue copies. Each call is one transaction, durable when its promise resolves. */
export class ContinuationStore {
  readonly #options: StoreOptions;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** The continuations of a message, in order. */
  async of(sourceId: number): Promise<ContinuationRow[]> {
    const rows = await this.#rows()
      .where('source_id', '=', sourceId)
      .where('part', '>', 0)
      .orderBy('part')
      .execute();
    return rows.map(continuationRow);
  }

  /** The continuations whose message has its copy and that haven't theirs, in order. */
  async owed(): Promise<ContinuationRow[]> {
    const { db, accountId, jobId } = this.#options;
    const rows = await this.#rows()
      .where('state', '!=', 'sent')
      .where('part', '>', 0)
      .where(
        'source_id',
        'in',
        db
          .selectFrom('ledger_messages')
          .select('source_id')
          .where('account_id', '=', accountId)
          .where('job_id', '=', jobId)
          .where('state', '=', 'sent'),
      )
      .orderBy('source_id')
      .orderBy('part')
      .execute();
    return rows.map(continuationRow);
  }

  /** Called before each call that sends it. */
  async sending(key: ContinuationKey, afterId: number): Promise<void> {
    await this.#change(key, { state: 'sending', reason: null, detail: null }, afterId);
  }

  async sent(key: ContinuationKey, targetId: number): Promise<void> {
    const now = timeNow(this.#options.clock);
    await this.#change(key, {
      state: 'sent',
      target_id: targetId,
      after_id: null,
      settled_at: now,
    });
  }

  async failed(key: ContinuationKey, reason: string, message: string): Promise<void> {
    const now = timeNow(this.#options.clock);
    const detail = clipped(message, 1000);
    await this.#change(key, { state: 'failed', reason: clipped(reason, 128), detail, settled_at: now });
  }

  /** The continuations that `telepi verify --repair` has found wrong, in order. */
  async toRepair(): Promise<ContinuationRow[]> {
    const rows = await this.#rows()
      .where('state', '=', 'sent')
      .where('part', '>', 0)
      .where('repair', 'is not', null)
      .orderBy('source_id')
      .orderBy('part')
      .execute();
    return rows.map(continuationRow);
  }

  async repaired(key: ContinuationKey): Promise<void> {
    await this.#change(key, { repair: null });
  }

  /** The continuations of these messages, in order, by source id. */
  async ofAll(sourceIds: readonly number[]): Promise<Map<number, ContinuationRow[]>> {
    const found = new Map<number, ContinuationRow[]>();
    for (const chunk of chunked(sourceIds)) {
      const rows = await this.#rows()
        .where('source_id', 'in', chunk)
        .where('part', '>', 0)
        .orderBy('part')
        .execute();
      for (const row of rows.map(continuationRow))
        found.set(row.sourceId, [...(found.get(row.sourceId) ?? []), row]);
    }
    return found;
  }

  /** The further messages of copies that are albums of their own, in order, by source id. */
  async itemsOf(sourceIds: readonly number[]): Promise<Map<number, number[]>> {
    const found = new Map<number, number[]>();
    for (const chunk of chunked(sourceIds)) {
      const rows = await this.#rows()
        .where('source_id', 'in', chunk)
        .where('part', '<', 0)
        .where('target_id', 'is not', null)
        .orderBy('part', 'desc')
        .execute();
      for (const { sourceId, targetId } of rows.map(continuationRow))
        if (targetId !== undefined) found.set(sourceId, [...(found.get(sourceId) ?? []), targetId]);
    }
    return found;
  }

  #rows() {
    const { db, accountId, jobId } = this.#options;
    return db
      .selectFrom('ledger_continuations')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId);
  }

  /** `afterId`: noted unless an earlier attempt noted one, whose copy may be there. */
  async #change(
    { sourceId, part }: ContinuationKey,
    values: Partial<Omit<Selectable<ContinuationsTable>, 'account_id' | 'job_id'>>,
    afterId?: number,
  ): Promise<void> {
    const { accountId, jobId, host } = this.#options;
    await transactAsHolder(this.#options, async (transaction) => {
      await transaction
        .updateTable('ledger_continuations')
        .where('account_id', '=', accountId)
        .where('job_id', '=', jobId)
        .where('source_id', '=', sourceId)
        .where('part', '=', part)
        .set((row) => ({
          ...values,
          ...(afterId !== undefined && { after_id: row.fn.coalesce('after_id', row.val(afterId)) }),
          host,
        }))
        .executeTakeFirstOrThrow();
    });
  }
}

function continuationRow(row: Selectable<ContinuationsTable>): ContinuationRow {
  const targetId = asOptionalNumber(row.target_id);
  const afterId = asOptionalNumber(row.after_id);
  if (!CONTINUATION_STATES.includes(row.state)) {
    throw new DamagedValue('A message that continues another has an unknown state.');
  }
  return {
    sourceId: asNumber(row.source_id),
    part: asNumber(row.part),
    state: row.state,
    randomId: asBigInt(row.random_id),
    textHash: row.text_hash,
    ...(row.sent_text !== null && { text: row.sent_text }),
    ...(targetId !== undefined && { targetId }),
    ...(row.repair != null && { repair: row.repair }),
    ...(afterId !== undefined && { afterId }),
  };
}
