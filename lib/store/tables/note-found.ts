import type { Kysely, Selectable } from 'kysely';
import { transact } from '../repeatable.js';
import { asTime, timeText } from '../times.js';
import { asBigInt } from '../values.js';
import { lockChanges, noteChanges } from './changes.js';
import { isPresent } from './present-file.js';
import type { MessagesTable, StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

/** Where a message's file was found without a download. */
export interface FoundFile {
  readonly messageId: number;
  /** Telegram's id of the photo or file. */
  readonly mediaId: bigint;
  /** The machine on which it lies. */
  readonly host: string;
  readonly path: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Notes that a message's file is there, though nothing was downloaded for it: another message's is the same, another machine
 * has it, or it was moved. Then no row says that it is missing, or names a path that it has left. Repeating it changes nothing.
 */
export async function noteFound(
  db: Kysely<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  found: FoundFile,
): Promise<void> {
  // Mostly there is nothing to note, and nobody needs to wait for that.
  if (changeBy(await rowOf(db, chat, found), writer, found) === undefined) return;
  await transact(db, async (tx) => {
    const last = await lockChanges(tx);
    const row = await rowOf(tx, chat, found);
    const change = changeBy(row, writer, found);
    if (!row || !change) return;
    const { messageId, mediaId, host, path, at } = found;
    const isMissing =
      change.isMissing && (await isPresent(tx, chat, messageId, { own: row.media_id, mediaId }));
    if (!isMissing && !change.isOwn) return;
    await tx
      .updateTable('messages')
      .where('account_id', '=', chat.accountId)
      .where('chat_id', '=', chat.chatId)
      .where('message_id', '=', messageId)
      .set({
        ...(isMissing && {
          status: 'downloaded' as const,
          download_hostname: host,
          download_datetime: timeText(at),
        }),
        ...(change.isOwn && { local_file_path: path }),
      })
      .execute();
    if (!isMissing) return;
    const noted = { ...chat, messageId, kind: 'downloaded' as const };
    await noteChanges(tx, last, [noted], { host: writer.host, now: Math.floor(writer.clock.now()) });
  });
}

type Row = Pick<Selectable<MessagesTable>, (typeof COLUMNS)[number]>;

const COLUMNS = ['status', 'media_id', 'local_file_path', 'download_hostname', 'download_datetime'] as const;

function rowOf(
  db: Kysely<StoreTables>,
  { accountId, chatId }: ChatKey,
  { messageId }: FoundFile,
): Promise<Row | undefined> {
  return db
    .selectFrom('messages')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', messageId)
    .executeTakeFirst();
}

/** What the row doesn't say yet; undefined when it says everything, or something later. */
function changeBy(
  row: Row | undefined,
  { isLate = false }: Writer,
  { mediaId, host, path, at }: FoundFile,
): { readonly isMissing: boolean; readonly isOwn: boolean } | undefined {
  if (!row) return undefined;
  if (isLate && row.download_datetime !== null && asTime(row.download_datetime) > at) return undefined;
  const isOwn = row.media_id !== null && asBigInt(row.media_id) === mediaId;
  const isMissing = row.status === 'retrieved' || row.status === 'failed';
  const isMoved = isOwn && row.download_hostname === host && row.local_file_path !== path;
  return isMissing || isMoved ? { isMissing, isOwn } : undefined;
}
