import type { Selectable, Transaction, Updateable } from 'kysely';
import { FailedError } from '../base/errors.js';
import type { ServerFile } from '../base/file-parts.js';
import { PartSet } from '../base/part-set.js';
import { shownId } from '../base/source-ids.js';
import { asBigInt, asNumber, asOptionalNumber, chunked, DamagedValue, timeNow } from '../store/values.js';
import type { FilesTable, LedgerTables } from './schema.js';
import { type StoreOptions, transactAsHolder } from './store-options.js';

/**
 * Which file of a message it is: its own one, that one's thumbnail, or another by the place where it is (`answer-2`,
 * `answer-2-thumb`); at most 16 characters.
 */
export type FileRole = 'file' | 'thumbnail' | `${string}-${string}` | 'clip' | 'poll' | 'solution';

/** The upload of a message's file under one file_id, possibly by several processes in turn. */
export interface FileRow {
  readonly fileId: bigint;
  /** The parts that the server has acknowledged. */
  readonly acknowledged: PartSet;
  /**
   * When the first of them was acknowledged, in milliseconds since the epoch: uploaded parts live for minutes to hours.
   */
  readonly firstPartAt?: number;
  /** The parts were uploaded by another session, which this one may not be able to use. */
  readonly isElsewhere?: boolean;
  /**
   * When a call began that turns it into a file of the server's; the call is known to have succeeded if there is
   * `made`.
   */
  readonly usedAt?: number;
  /** The photo or document that the call created. */
  readonly made?: ServerFile;
}

export interface FilePlan {
  readonly sourceId: number;
  readonly role: FileRole;
  readonly fileId: bigint;
  readonly size: number;
  readonly parts: number;
}

type FileName = Pick<FilePlan, 'sourceId' | 'role'>;

/** A job's uploads. Each call is one transaction, durable when its promise resolves. */
export class FileStore {
  readonly #options: StoreOptions;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /**
   * The upload that the file goes by: the existing one, with its own file_id, if it has the same size; otherwise a new
   * one. The message must be planned.
   */
  async plan(plan: FilePlan): Promise<FileRow> {
    return this.#transaction(async (db) => {
      const row = await this.#find(db, plan);
      if (row && asNumber(row.size) === plan.size && asNumber(row.parts) === plan.parts)
        return this.#rowOf(row);
      if (row) await this.#remove(db, plan);
      return this.#insert(db, plan);
    });
  }

  /** Creates the missing rows of messages that are planned. */
  async planMissing(plans: readonly FilePlan[]): Promise<void> {
    if (plans.length === 0) return;
    await this.#transaction(async (db) => {
      for (const chunk of chunked(plans)) {
        const known = await this.#files(db)
          .where(
            'source_id',
            'in',
            chunk.map(({ sourceId }) => sourceId),
          )
          .execute();
        const names = new Set(known.map(({ source_id, role }) => `${role} ${source_id}`));
        const missing = chunk.filter(({ sourceId, role }) => !names.has(`${role} ${sourceId}`));
        if (missing.length === 0) continue;
        await db
          .insertInto('ledger_files')
          .values(missing.map((plan) => this.#planned(plan)))
          .execute();
      }
    });
  }

  /** Puts the same file under a new file_id, with nothing acknowledged. */
  async restart(name: FileName, fileId: bigint): Promise<FileRow> {
    return this.#transaction(async (db) => {
      const row = await this.#find(db, name);
      if (!row) throw unknownFile(name);
      await this.#remove(db, name);
      return this.#insert(db, { ...name, fileId, size: asNumber(row.size), parts: asNumber(row.parts) });
    });
  }

  /** Adds parts, by file_id, to the recorded ones. */
  async acknowledged(files: ReadonlyMap<bigint, Iterable<number>>): Promise<void> {
    await this.#transaction(async (db) => {
      for (const [fileId, parts] of files) {
        await this.#change(db, fileId, (set) => {
          for (const part of parts) set.add(part);
        });
      }
    });
  }

  /** Forgets these parts, or all, because the server has dropped them. */
  async forget(fileId: bigint, parts?: Iterable<number>): Promise<void> {
    await this.#transaction((db) =>
      this.#change(db, fileId, (set) => {
        for (const part of [...(parts ?? set)]) set.delete(part);
      }),
    );
  }

  /**
   * Notes that a call which makes the server's file of these uploads is about to begin: after a crash it is in doubt
   * whether it succeeded.
   */
  async using(fileIds: readonly bigint[]): Promise<void> {
    const now = timeNow(this.#options.clock);
    await this.#transaction((db) => this.#set(db, fileIds, { used_at: now, ...NOTHING_MADE }));
  }

  /** Records the server's file that the call made of an upload. */
  async made(fileId: bigint, { kind, id, accessHash, fileReference }: ServerFile): Promise<void> {
    const made = {
      made_kind: kind,
      made_id: id,
      made_hash: accessHash,
      made_reference: fileReference.toString('base64'),
    };
    await this.#transaction((db) => this.#set(db, [fileId], made));
  }

  async #set(
    db: Transaction<LedgerTables>,
    fileIds: readonly bigint[],
    values: Updateable<FilesTable>,
  ): Promise<void> {
    for (const fileId of fileIds) {
      const { numUpdatedRows } = await this.#update(db, fileId)
        .set({ ...values, host: this.#options.host })
        .executeTakeFirstOrThrow();
      if (numUpdatedRows !== 1n) throw unknownFile({ fileId });
    }
  }

  async #change(
    db: Transaction<LedgerTables>,
    fileId: bigint,
    change: (set: PartSet) => void,
  ): Promise<void> {
    const row = await this.#files(db).where('file_id', '=', fileId).executeTakeFirst();
    if (!row) throw unknownFile({ fileId });
    const set = partsOf(row);
    change(set);
    const { clock, session = null } = this.#options;
    await this.#update(db, fileId)
      .set({
        acknowledged: set.toBytes().toString('base64'),
        first_part_at: set.size === 0 ? null : (row.first_part_at ?? timeNow(clock)),
        session: set.size === 0 ? null : (row.session ?? session),
        host: this.#options.host,
      })
      .execute();
  }

  #rowOf(row: Selectable<FilesTable>): FileRow {
    const { session } = this.#options;
    const isElsewhere = session !== undefined && (row.session ?? session) !== session;
    return { ...fileRow(row), ...(isElsewhere && { isElsewhere }) };
  }

  #find(db: Transaction<LedgerTables>, { sourceId, role }: FileName) {
    return this.#files(db).where('source_id', '=', sourceId).where('role', '=', role).executeTakeFirst();
  }

  async #insert(db: Transaction<LedgerTables>, plan: FilePlan): Promise<FileRow> {
    await db.insertInto('ledger_files').values(this.#planned(plan)).execute();
    return { fileId: plan.fileId, acknowledged: new PartSet(plan.parts) };
  }

  #planned({ sourceId, role, fileId, size, parts }: FilePlan) {
    const { accountId, jobId, host, clock } = this.#options;
    return {
      account_id: accountId,
      job_id: jobId,
      source_id: sourceId,
      role,
      file_id: fileId,
      size,
      parts,
      acknowledged: new PartSet(parts).toBytes().toString('base64'),
      planned_at: timeNow(clock),
      host,
    };
  }

  async #remove(db: Transaction<LedgerTables>, { sourceId, role }: FileName): Promise<void> {
    const { accountId, jobId } = this.#options;
    await db
      .deleteFrom('ledger_files')
      .where('account_id', '=', accountId)
      .where('job_id', '=', jobId)
      .where('source_id', '=', sourceId)
      .where('role', '=', role)
      .execute();
  }

  #files(db: Transaction<LedgerTables>) {
    return db
      .selectFrom('ledger_files')
      .selectAll()
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId);
  }

  #update(db: Transaction<LedgerTables>, fileId: bigint) {
    return db
      .updateTable('ledger_files')
      .where('account_id', '=', this.#options.accountId)
      .where('job_id', '=', this.#options.jobId)
      .where('file_id', '=', fileId);
  }

  #transaction<T>(work: (db: Transaction<LedgerTables>) => Promise<T>): Promise<T> {
    return transactAsHolder(this.#options, work);
  }
}

const NOTHING_MADE = { made_kind: null, made_id: null, made_hash: null, made_reference: null } as const;

function fileRow(row: Selectable<FilesTable>): FileRow {
  const firstPartAt = asOptionalNumber(row.first_part_at);
  const usedAt = asOptionalNumber(row.used_at);
  const made = madeOf(row);
  return {
    fileId: asBigInt(row.file_id),
    acknowledged: partsOf(row),
    ...(firstPartAt !== undefined && { firstPartAt }),
    ...(usedAt !== undefined && { usedAt }),
    ...(made && { made }),
  };
}

function madeOf(row: Selectable<FilesTable>): ServerFile | undefined {
  const { made_kind: kind, made_id: id, made_hash: hash, made_reference: reference } = row;
  if (kind === null || id === null || hash === null || reference === null) return undefined;
  if (kind !== 'photo' && kind !== 'document') throw new DamagedValue('A file has an unknown kind.');
  const fileReference = Buffer.from(reference, 'base64');
  return { kind, id: asBigInt(id), accessHash: asBigInt(hash), fileReference };
}

function partsOf({ parts, acknowledged }: Selectable<FilesTable>): PartSet {
  try {
    return PartSet.fromBytes(asNumber(parts), Buffer.from(acknowledged, 'base64'));
  } catch (error) {
    throw new DamagedValue("A file's number of parts does not match its bitmap.", { cause: error });
  }
}

function unknownFile(what: Partial<FilePlan>): FailedError {
  const name =
    what.fileId === undefined
      ? `the ${what.role} of message ${shownId(what.sourceId ?? 0)}`
      : `${what.fileId}`;
  return new FailedError('LEDGER_STATE', `The ledger has no upload of ${name}: run again.`);
}
