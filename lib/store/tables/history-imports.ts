import type { Kysely, Selectable, Transaction } from 'kysely';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asBigInt, asNumber, asOptionalNumber } from '../values.js';
import { type HistoryImportsTable, IMPORT_STATES, type ImportState } from './history-imports-table.js';
import type { StoreTables } from './schema.js';
import { knownWord } from './words.js';
import type { Writer } from './writer.js';

type ImportTables = Pick<StoreTables, 'history_imports'>;

/** The imports of one plan into one chat. */
export interface ImportKey {
  readonly accountId: number;
  /** SHA-256, in hex. */
  readonly planHash: string;
  /** Marked. */
  readonly targetId: number;
}

/** An import, and how far it has come. */
export interface NotedImport {
  /** 1, 2, 3, … of the plan. */
  readonly part: number;
  /** SHA-256, in hex, of which messages it has. */
  readonly contentHash: string;
  /** SHA-256, in hex, of the text that Telegram has of them. */
  readonly textHash: string;
  readonly state: ImportState;
  readonly messages: number;
  /** How many of its files Telegram has, in their order. */
  readonly uploaded: number;
  /** Signed. */
  readonly importId: bigint;
  /** The newest message of the chat before it was started; known from `starting` on. */
  readonly afterId?: number;
}

/** The imports of a plan into a chat, in their order. */
export async function historyImportsOf(
  db: Kysely<ImportTables>,
  { accountId, planHash, targetId }: ImportKey,
): Promise<NotedImport[]> {
  const rows = await db
    .selectFrom('history_imports')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('plan_hash', '=', planHash)
    .where('target_id', '=', targetId)
    .orderBy('part')
    .execute();
  return rows.map(notedImport);
}

/** What is noted of one part, within a transaction. */
export async function historyImportOf(
  tx: Transaction<ImportTables>,
  key: ImportKey,
  part: number,
): Promise<NotedImport | undefined> {
  return (await historyImportsOf(tx, key)).find((each) => each.part === part);
}

function notedImport(row: Selectable<HistoryImportsTable>): NotedImport {
  const afterId = asOptionalNumber(row.after_id);
  return {
    part: asNumber(row.part),
    contentHash: row.content_hash,
    textHash: row.text_hash,
    state: knownWord(IMPORT_STATES, row.state),
    messages: asNumber(row.messages),
    uploaded: asNumber(row.uploaded),
    importId: asBigInt(row.import_id),
    ...(afterId !== undefined && { afterId }),
  };
}

/** Notes how far an import has come, in place of what was noted of that part. */
export async function noteHistoryImport(
  tx: Transaction<ImportTables>,
  { host, clock }: Writer,
  { accountId, planHash, targetId }: ImportKey,
  noted: NotedImport,
): Promise<void> {
  const now = timeText(clock.now());
  const row = {
    account_id: accountId,
    plan_hash: planHash,
    target_id: targetId,
    part: noted.part,
    content_hash: noted.contentHash,
    text_hash: noted.textHash,
    state: noted.state,
    messages: noted.messages,
    uploaded: noted.uploaded,
    import_id: String(noted.importId),
    after_id: noted.afterId ?? null,
    host,
    begun_datetime: now,
    changed_datetime: now,
  };
  await upsert(tx, 'history_imports', [row], {
    keys: ['account_id', 'plan_hash', 'target_id', 'part'],
    updated: [
      'content_hash',
      'text_hash',
      'state',
      'messages',
      'uploaded',
      'import_id',
      'after_id',
      'host',
      'changed_datetime',
    ],
  });
}
