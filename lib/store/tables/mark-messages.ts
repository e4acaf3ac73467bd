import type { Insertable, Kysely, Transaction } from 'kysely';
import { rowsOfKeys, runCompiled } from '../compiled.js';
import { insertRows } from '../insert-rows.js';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asBigInt, asNumber, chunked, clipped } from '../values.js';
import { lockChanges, noteChanges } from './changes.js';
import { messageRow } from './message-row.js';
import { isPresent } from './present-file.js';
import type { DownloadStatus, MediaType, MessageStatus, StoreTables } from './schema.js';
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

/** A download of a file of a chat's message. */
export interface ChatDownload {
  readonly chat: ChatKey;
  readonly download: Download;
}

/**
 * Notes a download: its row in the log, the message's state, and the hash of the media, in one transaction. A file that the message
 * doesn't have any more by now says nothing about its state.
 */
export async function noteDownload(
  db: Kysely<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  download: Download,
): Promise<void> {
  await transact(db, async (tx) =>
    noteDownloadsIn(tx, writer, { downloads: [{ chat, download }], last: await lockChanges(tx) }),
  );
}

/** As noteDownload, within a transaction. `last`: what lockChanges has returned in it. */
export async function noteDownloadsIn(
  tx: Transaction<StoreTables>,
  writer: Writer,
  { downloads, last }: { readonly downloads: readonly ChatDownload[]; readonly last: bigint },
): Promise<void> {
  if (downloads.length === 0) return;
  const fresh = await newOnes(tx, downloads);
  await insertRows(
    tx,
    'download_log',
    fresh.map((one) => logRow(writer, one)),
  );
  const ended = fresh.filter(({ download }) => download.status !== 'retry');
  const marked = await noteOutcomes(tx, writer, ended);
  const changes = marked.map(({ chat, download: { messageId, status } }) => {
    const kind = status === 'success' ? ('downloaded' as const) : ('failed' as const);
    return { ...chat, messageId, kind };
  });
  await noteChanges(tx, last, changes, { host: writer.host, now: Math.floor(writer.clock.now()) });
}

/** The downloads that aren't noted yet, each once. */
async function newOnes(
  db: Transaction<StoreTables>,
  downloads: readonly ChatDownload[],
): Promise<ChatDownload[]> {
  const fresh = new Map<string, ChatDownload>();
  for (const one of downloads) {
    const key = keyOf(one.chat.accountId, one.download.entryId);
    if (!fresh.has(key)) fresh.set(key, one);
  }
  for (const accountId of new Set(downloads.map(({ chat }) => chat.accountId))) {
    const keys = downloads.flatMap(({ chat, download }) =>
      chat.accountId === accountId ? [download.entryId] : [],
    );
    const known = await rowsOfKeys(db, 'noted downloads', { first: [accountId], keys }, (ids) =>
      db
        .selectFrom('download_log')
        .select('entry_id')
        .where('account_id', '=', accountId)
        .where('entry_id', 'in', ids),
    );
    for (const { entry_id } of known) fresh.delete(keyOf(accountId, entry_id));
  }
  return [...fresh.values()];
}

function keyOf(accountId: number, of: string | number | bigint): string {
  return `${accountId} ${of}`;
}

function logRow({ host }: Writer, { chat, download }: ChatDownload) {
  const { entryId, messageId, status, startedAt, endedAt, bytes, error } = download;
  return {
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
  };
}

const ERROR_LENGTH = 1000;
/** Whose status says that the file is there once it is; every other status stays. */
export const UNMARKED: readonly MessageStatus[] = ['retrieved', 'failed'];

/** Returns those whose file is one of their message's. */
async function noteOutcomes(
  db: Transaction<StoreTables>,
  writer: Writer,
  ended: readonly ChatDownload[],
): Promise<readonly ChatDownload[]> {
  const marked: ChatDownload[] = [];
  const media = new Map<string, Insertable<StoreTables['media']>>();
  for (const one of ended) {
    const { isMarked, row } = await noteOutcome(db, writer, one);
    if (isMarked) marked.push(one);
    if (!row) continue;
    const key = keyOf(one.chat.accountId, asBigInt(row.media_id));
    media.set(key, { ...(media.get(key) ?? row), sha256: row.sha256 ?? null });
  }
  for (const rows of chunked([...media.values()])) {
    await upsert(db, 'media', rows, { keys: ['account_id', 'media_id'], updated: ['sha256'] });
  }
  return marked;
}

/**
 * Marks the message, if the file is one of its own by now; returns the row of its media, when its content is known. A failure takes
 * nothing from a message whose file is there; a mark of a deletion stays.
 */
async function noteOutcome(
  db: Transaction<StoreTables>,
  writer: Writer,
  one: ChatDownload,
): Promise<{ readonly isMarked: boolean; readonly row?: Insertable<StoreTables['media']> | undefined }> {
  const { chat, download } = one;
  const { messageId, status, mediaId, sha256 } = download;
  const { rows } = await runCompiled(db, 'media of a message', keysOf(one), () =>
    ofChat(db, chat, [messageId]).select(['media_id', 'media_type']),
  );
  const [row] = rows;
  const own = row?.media_id ?? null;
  const isMarked = mediaId === undefined || (await isPresent(db, chat, messageId, { own, mediaId }));
  if (isMarked && status === 'failed') {
    await messageOf(db, one).where('status', '=', 'retrieved').set({ status: 'failed' }).execute();
  }
  if (status === 'failed') return { isMarked };
  const known = own === null ? undefined : asBigInt(own);
  if (isMarked) await markDownloaded(db, writer, one, mediaId === undefined || mediaId === known);
  const media = mediaId ?? known;
  if (sha256 === undefined || media === undefined) return { isMarked };
  return { isMarked, row: mediaRow(writer, one, { media, sha256, type: row?.media_type ?? 'other' }) };
}

async function markDownloaded(
  db: Transaction<StoreTables>,
  { host, isLate = false }: Writer,
  one: ChatDownload,
  isOwn: boolean,
): Promise<void> {
  const { endedAt, path } = one.download;
  const at = timeText(endedAt);
  const place = {
    download_hostname: host,
    download_datetime: at,
    ...(isOwn && { local_file_path: path ?? null }),
  };
  if (isLate) {
    await messageOf(db, one)
      .where((found) =>
        found.or([found('download_datetime', 'is', null), found('download_datetime', '<=', at)]),
      )
      .set(place)
      .execute();
    await messageOf(db, one).where('status', 'in', UNMARKED).set({ status: 'downloaded' }).execute();
    return;
  }
  const values = [...Object.values(place), ...UNMARKED, 'downloaded', ...keysOf(one)];
  await runCompiled(db, `mark as downloaded ${Object.keys(place).join()}`, values, () =>
    messageOf(db, one).set((now) => ({
      ...place,
      status: now
        .case()
        .when('status', 'in', UNMARKED)
        .then<MessageStatus>('downloaded')
        .else(now.ref('status'))
        .end(),
    })),
  );
}

function keysOf({ chat, download }: ChatDownload): number[] {
  return [chat.accountId, chat.chatId, download.messageId];
}

function mediaRow(
  { host }: Writer,
  { chat, download: { bytes, endedAt } }: ChatDownload,
  { media, sha256, type }: { readonly media: bigint; readonly sha256: string; readonly type: MediaType },
): Insertable<StoreTables['media']> {
  return {
    account_id: chat.accountId,
    media_id: media,
    media_type: type,
    size: bytes ?? null,
    mime_type: null,
    file_name: null,
    sha256,
    saved_datetime: timeText(endedAt),
    host,
  };
}

function messageOf(db: Transaction<StoreTables>, { chat, download }: ChatDownload) {
  return messageRow(db, chat, download.messageId);
}

function ofChat(db: Kysely<StoreTables>, { accountId, chatId }: ChatKey, ids: readonly number[]) {
  return db
    .selectFrom('messages')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', 'in', ids);
}
