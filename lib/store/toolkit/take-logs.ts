import type { Kysely } from 'kysely';
import { type LoggedAction, logAction } from '../tables/action-log.js';
import { type ImportedDownload, importDownloads, knownActions } from '../tables/import-logs.js';
import type { StoreTables } from '../tables/schema.js';
import type { Writer } from '../tables/writer.js';
import { asNumber, DamagedValue } from '../values.js';
import type { ImportCounts } from './import-counts.js';
import type { OldChats } from './old-chats.js';
import { importedAction, importedDownloads, type OldReading, type OldSuccess } from './old-rows.js';
import type { OldMessage, OldTables } from './old-tables.js';

/** From where, and into what, the rows of Telegram Utilities come. */
export interface LogImport extends OldReading {
  readonly old: Kysely<OldTables>;
  readonly db: Kysely<StoreTables>;
  /** Called before each transaction that writes; throws when the database must not be written any more. */
  keep(): Promise<void>;
  readonly accountId: number;
  /** This machine. */
  readonly writer: Writer;
}

/** Why a row is left whose values can't be read, such as a time of 0000-00-00. */
export const SENSELESS = 'it holds a time or a number that makes no sense';

/** The last success of each of these messages; one whose time can't be read says nothing. */
export async function successesOf(
  { old, times }: LogImport,
  rows: readonly OldMessage[],
): Promise<ReadonlyMap<string, OldSuccess>> {
  const found = await old
    .selectFrom('download_log')
    .select(['chat_id', 'message_id', 'download_datetime', 'file_size'])
    .where('download_status', '=', 'success')
    .where(
      'message_id',
      'in',
      rows.map(({ message_id }) => BigInt(message_id)),
    )
    .orderBy('id')
    .execute();
  const successes = new Map<string, OldSuccess>();
  for (const row of found) {
    const success = unlessSenseless(() => {
      const bytes = row.file_size === null ? {} : { bytes: asNumber(row.file_size) };
      return { at: times.read(row.download_datetime), ...bytes };
    });
    if (success) successes.set(keyOf(row), success);
  }
  return successes;
}

/** A message, as the toolkit's tables name it. */
export function keyOf({ chat_id, message_id }: Pick<OldMessage, 'chat_id' | 'message_id'>): string {
  return `${chat_id} ${message_id}`;
}

export async function takeDownloads(
  work: LogImport,
  chats: OldChats,
  rows: readonly OldTables['download_log'][],
  counts: ImportCounts,
): Promise<void> {
  const downloads: ImportedDownload[] = [];
  for (const row of rows) {
    const chat = chats.get(String(row.chat_id));
    if (typeof chat !== 'object') {
      counts.leave('download_log', chat ?? 'its message is not there');
      continue;
    }
    const made = unlessSenseless(() => importedDownloads(row, chat.chatId, work));
    if (!made) {
      counts.leave('download_log', SENSELESS);
      continue;
    }
    if (row.file_path !== null)
      counts.remark('paths in the log of downloads: TelePi keeps those of messages');
    downloads.push(...made);
  }
  await work.keep();
  const added = await importDownloads(work.db, work.accountId, downloads);
  counts.addLog(
    'download_log',
    downloads.filter(({ status }) => status !== 'retry').length,
    downloads.length,
    added,
  );
}

export async function takeActions(
  work: LogImport,
  chats: OldChats,
  rows: readonly OldTables['action_log'][],
  counts: ImportCounts,
): Promise<void> {
  const actions: LoggedAction[] = [];
  for (const row of rows) {
    const chat = row.chat_id === null ? undefined : chats.get(String(row.chat_id));
    const chatId = typeof chat === 'object' ? chat.chatId : undefined;
    const action = unlessSenseless(() => importedAction(row, chatId, work.accountId, work));
    if (action) actions.push(action);
    else counts.leave('action_log', SENSELESS);
  }
  const known = await knownActions(
    work.db,
    actions.map(({ entryId }) => entryId),
  );
  for (const action of actions) {
    const isKnown = known.has(action.entryId);
    if (!isKnown) await work.keep();
    if (!isKnown) await logAction(work.db, work.writer, action);
    counts.take('action_log', isKnown ? 'unchanged' : 'added');
  }
}

function unlessSenseless<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DamagedValue)) throw error;
    return undefined;
  }
}
