import type { Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { chunked } from '../values.js';
import type { DownloadStatus, StoreTables } from './schema.js';

/** An attempt to download that another program has made. Times are in milliseconds since the epoch. */
export interface ImportedDownload {
  /** 32 hex digits that follow from what it says. */
  readonly entryId: string;
  readonly chatId: number;
  readonly messageId: number;
  readonly status: DownloadStatus;
  readonly host: string;
  readonly at: number;
  readonly bytes?: number;
  readonly error?: string;
}

/** Imports attempts to download, each at most once; their messages stay as they are. Returns how many are new. */
export async function importDownloads(
  db: Kysely<StoreTables>,
  accountId: number,
  downloads: readonly ImportedDownload[],
): Promise<number> {
  const rows = downloads.map((each) => ({
    account_id: accountId,
    entry_id: each.entryId,
    chat_id: each.chatId,
    message_id: each.messageId,
    download_status: each.status,
    hostname: each.host,
    error_message: each.error ?? null,
    bytes: each.bytes ?? null,
    started_datetime: timeText(each.at),
    ended_datetime: timeText(each.at),
  }));
  let added = 0;
  for (const chunk of chunked(rows)) {
    const ids = chunk.map(({ entry_id }) => entry_id);
    const known = await db
      .selectFrom('download_log')
      .select('entry_id')
      .where('account_id', '=', accountId)
      .where('entry_id', 'in', ids)
      .execute();
    const there = new Set(known.map(({ entry_id }) => entry_id));
    const missing = chunk.filter(({ entry_id }) => !there.has(entry_id));
    await transact(db, (tx) =>
      upsert(tx, 'download_log', missing, { keys: ['account_id', 'entry_id'], updated: [] }),
    );
    added += missing.length;
  }
  return added;
}

/** Which of these entries the log of actions has. */
export async function knownActions(
  db: Kysely<StoreTables>,
  entryIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const chunk of chunked(entryIds)) {
    const rows = await db
      .selectFrom('action_log')
      .select('entry_id')
      .where('entry_id', 'in', chunk)
      .execute();
    for (const { entry_id } of rows) known.add(entry_id);
  }
  return known;
}
