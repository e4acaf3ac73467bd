import type { Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { asTime, timeText } from '../times.js';
import { asBigInt } from '../values.js';
import { lockChanges, noteChanges } from './changes.js';
import type { StoreTables } from './schema.js';
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
  { host: writing, clock, isLate = false }: Writer,
  { accountId, chatId }: ChatKey,
  { messageId, mediaId, host, path, at }: FoundFile,
): Promise<void> {
  const row = await db
    .selectFrom('messages')
    .select(['status', 'media_id', 'local_file_path', 'download_hostname', 'download_datetime'])
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  if (!row) return;
  if (isLate && row.download_datetime !== null && asTime(row.download_datetime) > at) return;
  const isOwn = row.media_id !== null && asBigInt(row.media_id) === mediaId;
  const isMissing = row.status === 'retrieved' || row.status === 'failed';
  const isMoved = isOwn && row.download_hostname === host && row.local_file_path !== path;
  if (!isMissing && !isMoved) return;
  await transact(db, async (tx) => {
    const last = isMissing ? await lockChanges(tx) : undefined;
    await tx
      .updateTable('messages')
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', '=', messageId)
      .set({
        ...(isMissing && {
          status: 'downloaded' as const,
          download_hostname: host,
          download_datetime: timeText(at),
        }),
        ...(isOwn && { local_file_path: path }),
      })
      .execute();
    if (last === undefined) return;
    const change = { accountId, chatId, messageId, kind: 'downloaded' as const };
    await noteChanges(tx, last, [change], { host: writing, now: Math.floor(clock.now()) });
  });
}
