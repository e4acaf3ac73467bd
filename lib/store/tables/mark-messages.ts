import type { Kysely, Transaction } from 'kysely';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asBigInt, asNumber, chunked, clipped } from '../values.js';
import { lockChanges, noteChanges } from './changes.js';
import type { DownloadStatus, StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

/**
 * Marks messages that are gone from Telegram; what is known of them stays. Returns how many of them were there and not
 * marked yet.
 */
export async function markDeleted(
  db: Kysely<StoreTables>,
  { host, clock }: Writer,
  chat: ChatKey,
  ids: readonly number[],
): Promise<number> {
  const now = Math.floor(clock.now());
  return transact(db, async (tx) => {
    const last = await lockChanges(tx);
    const gone: number[] = [];
    for (const chunk of chunked(ids)) {
      const rows = await ofChat(tx, chat, chunk)
        .select('message_id')
        .where('deleted_datetime', 'is', null)
        .execute();
      gone.push(...rows.map(({ message_id }) => asNumber(message_id)));
    }
    for (const chunk of chunked(gone)) {
      await tx
        .updateTable('messages')
        .where('account_id', '=', chat.accountId)
        .where('chat_id', '=', chat.chatId)
        .where('message_id', 'in', chunk)
        .set({ status: 'deleted', deleted_datetime: timeText(now) })
        .execute();
    }
    const changes = gone.map((messageId) => ({ ...chat, messageId, kind: 'deleted' as const }));
    await noteChanges(tx, last, changes, { host, now });
    return gone.length;
  });
}

/** An attempt to download a message's file, which has ended. */
export interface Download {
  /** 32 hex digits, random: by it an attempt that is noted twice is one. */
  readonly entryId: string;
  readonly messageId: number;
  readonly status: DownloadStatus;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly bytes?: number;
  /** Where the file lies; only with success. */
  readonly path?: string;
  /** Of the file, in hex; only with success. */
  readonly sha256?: string;
  /** Telegram's id of the photo or file; without it, the message's own, which is its first. */
  readonly mediaId?: bigint;
  /** A sentence; without success. */
  readonly error?: string;
}

/** Notes a download: its row in the log, the message's state, and the hash of the media, in one transaction. */
export async function noteDownload(
  db: Kysely<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  download: Download,
): Promise<void> {
  const { host, clock } = writer;
  const now = Math.floor(clock.now());
  await transact(db, async (tx) => {
    const last = await lockChanges(tx);
    const { entryId, messageId, status, startedAt, endedAt, bytes, error } = download;
    const known = await tx
      .selectFrom('download_log')
      .select('entry_id')
      .where('account_id', '=', chat.accountId)
      .where('entry_id', '=', entryId)
      .executeTakeFirst();
    if (known) return;
    await tx
      .insertInto('download_log')
      .values({
        account_id: chat.accountId,
        entry_id: entryId,
        chat_id: chat.chatId,
        message_id: messageId,
        download_status: status,
        hostname: host,
        error_message: error === undefined ? null : clipped(error, ERROR_LENGTH),
        bytes: bytes ?? null,
        started_datetime: timeText(startedAt),
        ended_datetime: timeText(endedAt),
      })
      .execute();
    if (status === 'retry') return;
    await noteOutcome(tx, writer, chat, download);
    const kind = status === 'success' ? ('downloaded' as const) : ('failed' as const);
    await noteChanges(tx, last, [{ ...chat, messageId, kind }], { host, now });
  });
}

const ERROR_LENGTH = 1000;

/** A failure takes nothing from a message whose file is there; a mark of a deletion stays. */
async function noteOutcome(
  db: Transaction<StoreTables>,
  { host, isLate = false }: Writer,
  chat: ChatKey,
  { messageId, status, endedAt, path, sha256, mediaId, bytes }: Download,
): Promise<void> {
  const message = db
    .updateTable('messages')
    .where('account_id', '=', chat.accountId)
    .where('chat_id', '=', chat.chatId)
    .where('message_id', '=', messageId);
  if (status === 'failed') {
    await message.where('status', '=', 'retrieved').set({ status: 'failed' }).execute();
    return;
  }
  const [row] = await ofChat(db, chat, [messageId]).select(['media_id', 'media_type']).execute();
  const own = row?.media_id == null ? undefined : asBigInt(row.media_id);
  const downloaded = { download_hostname: host, download_datetime: timeText(endedAt) };
  const isOwn = mediaId === undefined || mediaId === own;
  const isNewer = message.where((found) =>
    found.or([found('download_datetime', 'is', null), found('download_datetime', '<=', timeText(endedAt))]),
  );
  await (isLate ? isNewer : message)
    .set({ ...downloaded, ...(isOwn && { local_file_path: path ?? null }) })
    .execute();
  await message.where('status', 'in', ['retrieved', 'failed']).set({ status: 'downloaded' }).execute();
  const media = mediaId ?? own;
  if (sha256 === undefined || media === undefined) return;
  const known = {
    account_id: chat.accountId,
    media_id: media,
    media_type: row?.media_type ?? ('other' as const),
    size: bytes ?? null,
    mime_type: null,
    file_name: null,
    sha256,
    saved_datetime: timeText(endedAt),
    host,
  };
  await upsert(db, 'media', [known], { keys: ['account_id', 'media_id'], updated: ['sha256'] });
}

function ofChat(db: Kysely<StoreTables>, { accountId, chatId }: ChatKey, ids: readonly number[]) {
  return db
    .selectFrom('messages')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', 'in', ids);
}
