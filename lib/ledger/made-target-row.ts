import type { Kysely, Selectable, Transaction } from 'kysely';
import { hasTable } from '../store/schema-change.js';
import { asBigInt, asNumber, clipped } from '../store/values.js';
import type { MadeTarget, MadeTargetKey } from './made-target-record.js';
import type { LedgerTables, TargetsTable } from './schema.js';

/** By which sources a record is looked for. */
export type RowKey = Pick<
  MadeTargetKey,
  'accountId' | 'server' | 'sourceId' | 'formerSourceId' | 'sourceTopic'
>;

/** The record of a source's target, or of the basic group that the source used to be. */
export async function targetRow(db: Kysely<LedgerTables>, key: RowKey): Promise<MadeTarget | undefined> {
  const row = await storedRow(db, key);
  if (!row) return undefined;
  const { mark, kind, title, planned_at, target_id, access_hash, is_dressed } = row;
  return {
    version: 1,
    mark,
    kind,
    title,
    plannedAt: asNumber(planned_at),
    ...(target_id !== null && { targetId: asNumber(target_id) }),
    ...(access_hash !== null && { accessHash: String(asBigInt(access_hash)) }),
    ...(asNumber(is_dressed) === 1 && { dressed: true }),
  };
}

const TITLE_LENGTH = 255;

/** Replaces the record. Twice is as good as once. */
export async function saveTargetRow(
  db: Transaction<LedgerTables>,
  key: RowKey,
  { mark, kind, title, plannedAt, targetId, accessHash, dressed }: MadeTarget,
  host: string,
): Promise<void> {
  const { account_id, server, source_id, source_topic } = (await storedRow(db, key)) ?? newKey(key);
  await db
    .deleteFrom('ledger_targets')
    .where('account_id', '=', account_id)
    .where('server', '=', server)
    .where('source_id', '=', source_id)
    .where('source_topic', '=', source_topic)
    .execute();
  await db
    .insertInto('ledger_targets')
    .values({
      account_id,
      server,
      source_id,
      source_topic,
      mark,
      kind,
      title: clipped(title, TITLE_LENGTH),
      planned_at: plannedAt,
      target_id: targetId ?? null,
      access_hash: accessHash === undefined ? null : BigInt(accessHash),
      is_dressed: dressed ? 1 : 0,
      host,
    })
    .execute();
}

/** A job whose target may have been made: see jobFolderName. */
export interface JobOfTarget {
  readonly server: string | undefined;
  readonly sourceId: number;
  readonly sourceTopic: number | undefined;
  readonly targetId: number;
}

/** Whether the target of a job was made for its source, by any account. */
export async function hasTargetRow(db: Kysely<LedgerTables>, job: JobOfTarget): Promise<boolean> {
  // A database of an older version, which is only looked at, lacks the table.
  if (!(await hasTable(db as unknown as Kysely<unknown>, 'ledger_targets'))) return false;
  const row = await db
    .selectFrom('ledger_targets')
    .select('account_id')
    .where('server', '=', job.server ?? '')
    .where('source_id', '=', job.sourceId)
    .where('source_topic', '=', job.sourceTopic ?? 0)
    .where('target_id', '=', job.targetId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Removes the records by which the target of a job was made. */
export async function removeTargetRows(db: Transaction<LedgerTables>, job: JobOfTarget): Promise<void> {
  await db
    .deleteFrom('ledger_targets')
    .where('server', '=', job.server ?? '')
    .where('source_id', '=', job.sourceId)
    .where('source_topic', '=', job.sourceTopic ?? 0)
    .where('target_id', '=', job.targetId)
    .execute();
}

function newKey({ accountId, server = '', sourceId, sourceTopic = 0 }: RowKey) {
  return { account_id: accountId, server, source_id: sourceId, source_topic: sourceTopic };
}

async function storedRow(
  db: Kysely<LedgerTables>,
  key: RowKey,
): Promise<Selectable<TargetsTable> | undefined> {
  if (!(await hasTable(db as unknown as Kysely<unknown>, 'ledger_targets'))) return undefined;
  for (const sourceId of [key.sourceId, key.formerSourceId]) {
    if (sourceId === undefined) continue;
    const { account_id, server, source_id, source_topic } = newKey({ ...key, sourceId });
    const row = await db
      .selectFrom('ledger_targets')
      .selectAll()
      .where('account_id', '=', account_id)
      .where('server', '=', server)
      .where('source_id', '=', source_id)
      .where('source_topic', '=', source_topic)
      .executeTakeFirst();
    if (row) return row;
  }
  return undefined;
}
