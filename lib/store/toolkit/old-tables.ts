import type { Kysely } from 'kysely';
import { UsageError } from '../../base/errors.js';
import { hasColumn, hasTable } from '../schema-change.js';
import type { StoredTime } from '../times.js';
import type { StoredInteger } from '../values.js';

type Integer = StoredInteger;
type Text = string | null;

/**
 * The tables of Telegram Utilities, an older toolkit, in MySQL or MariaDB. Columns of hostnames came by a migration of its
 * own, which not every database has seen.
 */
export interface OldTables {
  readonly messages: OldMessage;
  readonly chats: OldChat;
  readonly download_log: OldDownload;
  readonly action_log: OldAction;
}

export interface OldMessage {
  id: Integer;
  message_id: Integer;
  chat_id: Integer;
  chat_name: Text;
  /** Marked id. */
  sender_id: Integer | null;
  sender_name: Text;
  /** UTC, as Telegram has it. Every other time is the local time of the machine that wrote the row. */
  message_date: StoredTime;
  message_text: Text;
  media_type: string | null;
  media_file_name: Text;
  media_file_size: Integer | null;
  media_mime_type: Text;
  media_duration: Integer | null;
  retrieved_datetime: StoredTime;
  retrieved_hostname?: Text;
  status: string | null;
  local_file_path: Text;
  download_hostname?: Text;
  notes: Text;
  updated_at: StoredTime | null;
}

export interface OldChat {
  id: Integer;
  chat_id: Integer;
  chat_name: Text;
  chat_type: string;
  chat_username: Text;
  last_scan_datetime: StoredTime | null;
}

export interface OldDownload {
  id: Integer;
  message_id: Integer;
  chat_id: Integer;
  download_datetime: StoredTime;
  download_status: string;
  file_path: Text;
  file_size: Integer | null;
  error_message: Text;
  retry_count: Integer | null;
  hostname?: Text;
}

export interface OldAction {
  id: Integer;
  action_type: string;
  chat_id: Integer | null;
  message_count: Integer | null;
  start_datetime: StoredTime;
  end_datetime: StoredTime | null;
  status: string | null;
  parameters: Text;
  result_summary: Text;
  error_message: Text;
  hostname?: Text;
}

/** A column by which each table is known; other programs have tables of such names, too, and so has TelePi. */
const MARKS = {
  messages: 'media_file_name',
  chats: 'chat_name',
  download_log: 'retry_count',
  action_log: 'result_summary',
} as const satisfies Record<keyof OldTables, string>;

/** @throws UsageError NOT_UTILITIES for a database that isn't the toolkit's. */
export async function refuseOthers(db: Kysely<OldTables>, name: string): Promise<void> {
  const plain = db as unknown as Kysely<unknown>;
  for (const [table, column] of Object.entries(MARKS)) {
    if ((await hasTable(plain, table)) && (await hasColumn(plain, table, column))) continue;
    throw new UsageError(
      'NOT_UTILITIES',
      `${name.charAt(0).toUpperCase()}${name.slice(1)} isn't a database of Telegram Utilities: its table ${table} with a column ${column} is missing. Check the name of the database.`,
      { fields: { table, column } },
    );
  }
}

/** All rows of a table by their ids, page by page. */
export async function* oldRows<Name extends keyof OldTables>(
  db: Kysely<OldTables>,
  table: Name,
): AsyncGenerator<readonly OldTables[Name][]> {
  let after: StoredInteger = -1n;
  for (;;) {
    const rows: { readonly id: StoredInteger }[] = await (db as Kysely<{ any: { id: Integer } }>)
      .selectFrom(table as 'any')
      .selectAll()
      .where('id', '>', BigInt(after))
      .orderBy('id')
      .limit(PAGE)
      .execute();
    if (rows.length > 0) yield rows as unknown as readonly OldTables[Name][];
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

const PAGE = 500;
