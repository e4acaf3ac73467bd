import type { Transaction } from 'kysely';
import type { SentContent } from '../base/fingerprint.js';
import { asNumber, asOptionalNumber, chunked, timeNow } from '../store/values.js';
import { itemsInDoubt, itemsSent } from './album-items.js';
import { continuationsInDoubt } from './continuation-store.js';
import { type JobOfTarget, lockJobsOfTarget } from './jobs-of-target.js';
import { mayHaveMade, type RowInDoubt, sendsOf } from './rivals.js';
import type { LedgerTables } from './schema.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';

/** The reason of a sent message whose copy was found in the target instead of being named by Telegram's answer. */
export const FOUND = 'found';

/** Messages of one send that is in doubt, and the messages of the target that could be their copies. */
export interface Claim {
  readonly sourceIds: readonly number[];
  /** What the copies look like, in the order of `sourceIds`. */
  readonly contents: readonly SentContent[];
  /** For each of `sourceIds`, in their order, ids of the target, oldest first. No id is in two of the lists. */
  readonly candidates: readonly (readonly number[])[];
  /**
   * The messages' own copies come after this message of the target; earlier candidates are evidence of rivals. Default
   * 0.
   */
  readonly afterId?: number;
  /** Telegram has said that their copies are there. */
  readonly areThere?: boolean;
}

/** A rival's copies that may be up to this many ids before one's own are counted among the candidates. */
const NEAR = 1_000;

/** `unclear`: there are candidates, and another send that is in doubt may have made them. */
export type Claimed = readonly number[] | 'none' | 'unclear';

/** A topic whose creation is in doubt, and the topics of the target that could be it. */
export interface TopicClaim {
  readonly sourceTopicId: number;
  readonly titleHash: string;
  /** Oldest first. */
  readonly candidates: readonly number[];
}

/**
 * Decides which message a copy belongs to when no answer has named it. Jobs of one account may share a target, and may
 * run at once:
 *
 * 1. A copy that is in a row of any of these jobs belongs to that row.
 * 2. A send is a rival when its copy would look the same and it is also in doubt: a send of another job, or of an
 *    earlier message of this job that ended without a copy. A job sends one message after another, so the first of its
 *    own messages in doubt has the first copy, and the later ones aren't rivals.
 * 3. The first candidate is taken when there are more candidates than rivals, counted from where the rivals' copies may
 *    begin: then one of them belongs to this message, whichever rivals succeeded. Otherwise it is unclear, and the
 *    caller has to ask Telegram by repeating the call: a message that is sent once more is there, but one that is
 *    wrongly taken for sent is not.
 * 4. When Telegram has said that the message is there, a single candidate is its copy, whatever the rivals.
 *
 * The target is read before a claim is made, and a row is in `sending` before its call, so a rival's message that was
 * seen there has a row here, as a rival or with its copy. Claims for one target happen one after another.
 */
export class ClaimStore {
  readonly #options: StoreOptions;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Takes a copy if it surely belongs to these messages, and records it as found. */
  async claim(claim: Claim): Promise<Claimed> {
    const { sourceIds, contents, candidates, afterId = 0, areThere = false } = claim;
    const { clock, host, accountId, jobId } = this.#options;
    return transactAsHolder(this.#options, async (db) => {
      const jobs = await lockJobsOfTarget(db, this.#options);
      const before = await this.#claimedBefore(db, sourceIds, candidates);
      if (before) return before;
      const taken = await this.#takenCopies(db, jobs, candidates.flat());
      const free = candidates.filter((run) => !run.some((id) => taken.has(id)));
      const own = free.filter(([id = 0]) => id > afterId);
      const [first] = own;
      if (!first) return 'none';
      const isCertain = areThere && own.length === 1;
      const rivals = await this.#rivals(db, jobs, sourceIds, contents);
      if (free.length <= rivals.length && !isCertain) return 'unclear';
      const now = timeNow(clock);
      for (const [index, sourceId] of sourceIds.entries()) {
        await db
          .updateTable('ledger_messages')
          .where('account_id', '=', accountId)
          .where('job_id', '=', jobId)
          .where('source_id', '=', sourceId)
          .set({ state: 'sent', target_id: first[index] ?? null, reason: FOUND, detail: null })
          .set({ after_id: null, repair: null, settled_at: now, host })
          .execute();
      }
      const [only, ...others] = sourceIds;
      if (only !== undefined && others.length === 0) await itemsSent(db, this.#options, only, first.slice(1));
      return first;
    });
  }

  /** What the same claim has taken in a transaction whose end this process didn't hear of. */
  async #claimedBefore(
    db: Transaction<LedgerTables>,
    sourceIds: readonly number[],
    candidates: Claim['candidates'],
  ): Promise<readonly number[] | undefined> {
    const rows = await db
      .selectFrom('ledger_messages')
      .select(['source_id', 'target_id'])
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId)
      .where('source_id', 'in', sourceIds)
      .where('reason', '=', FOUND)
      .execute();
    const copies = new Map(rows.map((row) => [asNumber(row.source_id), asOptionalNumber(row.target_id)]));
    return candidates.find((run) => sourceIds.every((id, index) => copies.get(id) === run[index]));
  }

  /** The messages of the target among these that aren't known as anybody's copy, nor to continue one. */
  async unclaimed(targetIds: readonly number[]): Promise<number[]> {
    return transactAsHolder(this.#options, async (db) => {
      const taken = await this.#takenCopies(db, await lockJobsOfTarget(db, this.#options), targetIds);
      return targetIds.filter((id) => !taken.has(id));
    });
  }

  /** The message of the target to look after: where the messages' own copies, and nearby ones of rivals, may begin. */
  async lookFrom({
    sourceIds,
    contents,
    afterId,
  }: Pick<Required<Claim>, 'sourceIds' | 'contents' | 'afterId'>): Promise<number> {
    return transactAsHolder(this.#options, async (db) => {
      const rivals = await this.#rivals(db, await lockJobsOfTarget(db, this.#options), sourceIds, contents);
      const floors = rivals.flat().flatMap((row) => asOptionalNumber(row.after_id) ?? []);
      return Math.min(afterId, ...floors.filter((floor) => floor >= afterId - NEAR));
    });
  }

  /**
   * The topic that was surely created for this one. Nothing is recorded, because topic_map.json comes first; so several
   * topics in doubt at once each take the candidate of their own rank.
   */
  async chooseTopic({
    sourceTopicId,
    titleHash,
    candidates,
  }: TopicClaim): Promise<number | 'none' | 'unclear'> {
    const { accountId, jobId } = this.#options;
    return transactAsHolder(this.#options, async (db) => {
      const jobs = await lockJobsOfTarget(db, this.#options);
      const taken = await this.#taken(db, jobs, 'ledger_topics', candidates);
      const free = candidates.filter((id) => !taken.has(id));
      if (free.length === 0) return 'none';
      const rows = await db
        .selectFrom('ledger_topics')
        .select(['job_id', 'source_id', 'title_hash'])
        .where('account_id', '=', accountId)
        .where('job_id', 'in', current(jobs))
        .where('random_id', 'is not', null)
        .where('target_id', 'is', null)
        .execute();
      const inDoubt = rows
        .filter((row) => row.job_id !== jobId || asNumber(row.source_id) === sourceTopicId)
        .filter((row) => row.title_hash === null || row.title_hash === titleHash)
        .map((row) => row.job_id)
        .sort();
      if (free.length < inDoubt.length) return 'unclear';
      return free[Math.max(0, inDoubt.indexOf(jobId))] ?? 'none';
    });
  }

  /** The candidates that are copies of messages, or continue copies. */
  async #takenCopies(
    db: Transaction<LedgerTables>,
    jobs: readonly JobOfTarget[],
    targetIds: readonly number[],
  ): Promise<Set<number>> {
    const copies = await this.#taken(db, jobs, 'ledger_messages', targetIds);
    return new Set([...copies, ...(await this.#taken(db, jobs, 'ledger_continuations', targetIds))]);
  }

  async #taken(
    db: Transaction<LedgerTables>,
    jobs: readonly JobOfTarget[],
    table: 'ledger_messages' | 'ledger_topics' | 'ledger_continuations',
    targetIds: readonly number[],
  ): Promise<Set<number>> {
    const taken = new Set<number>();
    for (const chunk of chunked(targetIds)) {
      const rows = await db
        .selectFrom(table)
        .select('target_id')
        .where('account_id', '=', this.#options.accountId)
        .where(
          'job_id',
          'in',
          jobs.map((job) => job.job_id),
        )
        .where('target_id', 'in', chunk)
        .execute();
      for (const row of rows) taken.add(asNumber(row.target_id ?? 0));
    }
    return taken;
  }

  /** The rows of each other send in doubt whose copies could look like `contents`. */
  async #rivals(
    db: Transaction<LedgerTables>,
    jobs: readonly JobOfTarget[],
    sourceIds: readonly number[],
    contents: readonly SentContent[],
  ): Promise<Pick<RowInDoubt, 'after_id'>[][]> {
    const { accountId, jobId } = this.#options;
    const rows = await db
      .selectFrom('ledger_messages')
      .select([
        'job_id',
        'source_id',
        'state',
        'grouped_id',
        'content_kind',
        'content_size',
        'text_hash',
        'after_id',
      ])
      .where('account_id', '=', accountId)
      .where('job_id', 'in', current(jobs))
      .where('target_id', 'is', null)
      .where((row) =>
        row.or([
          row('state', '=', 'sending'),
          row.and([row('state', 'in', ['failed', 'skipped']), row('after_id', 'is not', null)]),
        ]),
      )
      .orderBy('job_id')
      .orderBy('source_id')
      .execute();
    const others = rows.filter((row) => {
      const isOwn = row.job_id === jobId;
      return !isOwn || (row.state !== 'sending' && !sourceIds.includes(asNumber(row.source_id)));
    });
    const items = await itemsInDoubt(db, this.#options, current(jobs));
    const continuing = await continuationsInDoubt(db, this.#options, current(jobs), contents);
    return [
      ...sendsOf(others).filter((send) => mayHaveMade(send, items, contents)),
      ...continuing.map((row) => [row]),
    ];
  }
}

/**
 * Leaves out the jobs that --restart has replaced: they send nothing more, and their copies are older than any that are
 * looked for.
 */
function current(jobs: readonly JobOfTarget[]): string[] {
  return jobs.filter((job) => job.replaced_by === null).map((job) => job.job_id);
}
