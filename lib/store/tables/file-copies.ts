import { createHash } from 'node:crypto';
import type { Insertable, Kysely, Selectable, Transaction } from 'kysely';
import { rowsOfKeys, runCompiled } from '../compiled.js';
import { transact } from '../repeatable.js';
import { asTime, timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asBigInt, asNumber, asOptionalNumber, chunked } from '../values.js';
import { COPY_STATES, type CopyState, type FileCopiesTable, type StoreTables } from './schema.js';
import { knownWord } from './words.js';
import type { ChatKey } from './writer.js';

type CopyTables = Pick<StoreTables, 'file_copies'>;

/** A file of a message, at one place of one host. */
export interface FileCopy {
  /** The machine at which the path leads to the file. Most buckets' paths lead there from everywhere. */
  readonly host: string;
  /** Absolute, or `s3://` with a bucket and key, after `host:port` unless the server is Amazon's; at most 4,096 bytes. */
  readonly path: string;
  readonly accountId: number;
  /** Telegram's id of the photo or file; signed. */
  readonly mediaId?: bigint;
  readonly chatId: number;
  readonly messageId: number;
  /** In bytes. */
  readonly size: number;
  /** Unix seconds. */
  readonly modified?: number;
  /** Lower-case hexadecimal. */
  readonly sha256?: string;
  /** `writing`: complete, and about to get this name. `gone`: it was looked for, and isn't there. */
  readonly state: CopyState;
  /** When this was noted, in milliseconds since the epoch. */
  readonly savedAt: number;
}

/**
 * Notes where a file rests, in place of what was known of that path. `isLate`: it was seen a while ago, and what was noted
 * since stays.
 */
export async function noteCopy(db: Kysely<CopyTables>, copy: FileCopy, isLate = false): Promise<void> {
  await transact(db, async (tx) => {
    if (isLate && (await isNotedSince(tx, copy, copy.savedAt))) return;
    await noteCopiesIn(tx, [copy]);
  });
}

/** As noteCopy, within a transaction: copies at different places. */
export async function noteCopiesIn(tx: Transaction<CopyTables>, copies: readonly FileCopy[]): Promise<void> {
  for (const chunk of chunked(copies)) {
    await upsert(tx, 'file_copies', chunk.map(rowOf), { keys: KEYS, updated: CONTENT });
  }
}

function rowOf(copy: FileCopy): Insertable<FileCopiesTable> {
  return {
    host: copy.host,
    path_hash: pathHash(copy.path),
    account_id: copy.accountId,
    media_id: copy.mediaId ?? null,
    chat_id: copy.chatId,
    message_id: copy.messageId,
    path: copy.path,
    size: copy.size,
    modified: copy.modified ?? null,
    sha256: copy.sha256 ?? null,
    state: copy.state,
    saved_datetime: timeText(copy.savedAt),
  };
}

const KEYS = ['host', 'path_hash'] as const;
const CONTENT = [
  'account_id',
  'media_id',
  'chat_id',
  'message_id',
  'path',
  'size',
  'modified',
  'sha256',
  'state',
  'saved_datetime',
] as const;

/** Whether a path was noted after `at`. */
export async function isNotedSince(
  tx: Transaction<CopyTables>,
  { host, path }: Pick<FileCopy, 'host' | 'path'>,
  at: number,
): Promise<boolean> {
  const known = await copyAt(tx, host, path);
  return known !== undefined && known.savedAt > at;
}

/**
 * Drops what is known of a path: the file was moved, or another one has the name. `asOf`: what was noted later than that
 * stays, in milliseconds since the epoch.
 */
export async function forgetCopy(
  db: Kysely<CopyTables>,
  host: string,
  path: string,
  asOf?: number,
): Promise<void> {
  await transact(db, async (tx) => {
    if (asOf !== undefined && (await isNotedSince(tx, { host, path }, asOf))) return;
    await forgetCopyIn(tx, host, path);
  });
}

/** As forgetCopy, within a transaction. */
export function forgetCopyIn(tx: Transaction<CopyTables>, host: string, path: string): Promise<void> {
  return forgetCopiesIn(tx, host, [path]);
}

/** As forgetCopyIn, of several paths. */
export async function forgetCopiesIn(
  tx: Transaction<CopyTables>,
  host: string,
  paths: readonly string[],
): Promise<void> {
  for (const hashes of chunked(paths.map(pathHash))) {
    await tx.deleteFrom('file_copies').where('host', '=', host).where('path_hash', 'in', hashes).execute();
  }
}

/** What is known of a path. */
export async function copyAt(
  db: Kysely<CopyTables>,
  host: string,
  path: string,
): Promise<FileCopy | undefined> {
  const key = pathHash(path);
  const { rows } = await runCompiled(db, 'copy at a path', [host, key], () =>
    copies(db).where('host', '=', host).where('path_hash', '=', key),
  );
  return rows[0] && copyOf(rows[0]);
}

/** What is known of the files at some paths of a host. */
export async function copiesAt(
  db: Kysely<CopyTables> | Transaction<CopyTables>,
  host: string,
  paths: readonly string[],
): Promise<FileCopy[]> {
  const keys = { first: [host], keys: paths.map(pathHash) };
  const rows = await rowsOfKeys(db, 'copies at paths', keys, (hashes) =>
    copies(db).where('host', '=', host).where('path_hash', 'in', hashes),
  );
  return rows.map(copyOf);
}

/** The copies of photos and files of an account, on every host, oldest first. */
export async function copiesOfMedia(
  db: Kysely<CopyTables> | Transaction<CopyTables>,
  accountId: number,
  mediaIds: readonly bigint[],
): Promise<FileCopy[]> {
  const keys = { first: [accountId], keys: mediaIds };
  const rows = await rowsOfKeys(db, 'copies of media', keys, (ids) =>
    copies(db).where('account_id', '=', accountId).where('media_id', 'in', ids),
  );
  return rows.map(copyOf);
}

/** The SHA-256, in hex, of those photos and files of an account of which it is known. */
export async function hashesOfMedia(
  db: Kysely<Pick<StoreTables, 'media'>>,
  accountId: number,
  mediaIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, string>> {
  const keys = { first: [accountId], keys: mediaIds };
  const rows = await rowsOfKeys(db, 'hashes of media', keys, (ids) =>
    db
      .selectFrom('media')
      .select(['media_id', 'sha256'])
      .where('account_id', '=', accountId)
      .where('media_id', 'in', ids)
      .where('sha256', 'is not', null),
  );
  const found = new Map<bigint, string>();
  for (const { media_id, sha256 } of rows) if (sha256 !== null) found.set(asBigInt(media_id), sha256);
  return found;
}

/** The copies of any content with one of these hashes (lower-case hexadecimal), on every host, oldest first. */
export async function copiesOfContent(
  db: Kysely<CopyTables>,
  sha256: readonly string[],
): Promise<FileCopy[]> {
  const rows = await rowsOfKeys(db, 'copies of content', { keys: sha256 }, (hashes) =>
    copies(db).where('sha256', 'in', hashes),
  );
  return rows.map(copyOf);
}

/** The copies of files of messages, on every host, oldest first. */
export async function copiesOfMessages(
  db: Kysely<CopyTables>,
  { accountId, chatId }: ChatKey,
  messageIds: readonly number[],
): Promise<FileCopy[]> {
  const keys = { first: [accountId, chatId], keys: messageIds };
  const rows = await rowsOfKeys(db, 'copies of messages', keys, (ids) =>
    copies(db)
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', 'in', ids),
  );
  return rows.map(copyOf);
}

/** Whether some copies of an account are known by their message alone, as another program notes them. */
export async function hasCopiesWithoutMedia(db: Kysely<CopyTables>, accountId: number): Promise<boolean> {
  const row = await db
    .selectFrom('file_copies')
    .select('path_hash')
    .where('account_id', '=', accountId)
    .where('media_id', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function copies(db: Kysely<CopyTables>) {
  return db.selectFrom('file_copies').selectAll().orderBy('saved_datetime').orderBy('path_hash');
}

function copyOf(row: Selectable<FileCopiesTable>): FileCopy {
  const modified = asOptionalNumber(row.modified);
  return {
    host: row.host,
    path: row.path,
    accountId: asNumber(row.account_id),
    ...(row.media_id !== null && { mediaId: asBigInt(row.media_id) }),
    chatId: asNumber(row.chat_id),
    messageId: asNumber(row.message_id),
    size: asNumber(row.size),
    ...(modified !== undefined && { modified }),
    ...(row.sha256 !== null && { sha256: row.sha256 }),
    state: knownWord(COPY_STATES, row.state),
    savedAt: asTime(row.saved_datetime),
  };
}

/** The key of a path, which is too long for one: SHA-256, in hex. */
function pathHash(path: string): string {
  return createHash('sha256').update(path).digest('hex');
}
