import type { Kysely } from 'kysely';
import { transact } from '../repeatable.js';
import { copiesAt, type FileCopy, forgetCopiesIn, noteCopiesIn } from './file-copies.js';
import type { MessageKey } from './file-facts.js';
import type { StoreTables } from './schema.js';

/** A file of a host that has another path now. */
export interface MovedFile {
  readonly from: string;
  readonly to: string;
  /** Whose file it is. What is known of the old path of a file that nobody has isn't the file's, and stays. */
  readonly message?: MessageKey | undefined;
  /** Telegram's id of the photo or file; without it, any of the message. */
  readonly mediaId?: bigint | undefined;
}

/**
 * Notes that files of a host were moved: where copies rest, and what their messages say, follow. A path that one of them has left may be
 * the new one of another. May be repeated: what lies at an old path by then is known by its message and its media.
 */
export async function noteMoved(
  db: Kysely<StoreTables>,
  host: string,
  moved: readonly MovedFile[],
  savedAt: number,
): Promise<void> {
  const left = moved.map(({ from }) => from);
  await transact(db, async (tx) => {
    const known = new Map((await copiesAt(tx, host, left)).map((copy) => [copy.path, copy]));
    const renamed = moved.flatMap((move) => {
      const copy = known.get(move.from);
      return copy && isOf(copy, move) ? [{ copy, to: move.to }] : [];
    });
    await forgetCopiesIn(
      tx,
      host,
      renamed.map(({ copy }) => copy.path),
    );
    await noteCopiesIn(
      tx,
      renamed.map(({ copy, to }) => ({ ...copy, path: to, state: 'there', savedAt })),
    );
    for (const { from, to, message, mediaId } of moved) {
      if (!message) continue;
      const row = tx
        .updateTable('messages')
        .where('account_id', '=', message.accountId)
        .where('chat_id', '=', message.chatId)
        .where('message_id', '=', message.messageId)
        .where('download_hostname', '=', host)
        .where('local_file_path', '=', from);
      // It may have left that path to another file of the same message.
      const own =
        mediaId === undefined
          ? row
          : row.where((its) => its.or([its('media_id', '=', mediaId), its('media_id', 'is', null)]));
      await own.set({ local_file_path: to }).execute();
    }
  });
}

function isOf(copy: FileCopy, { message, mediaId }: MovedFile): boolean {
  return (
    message !== undefined &&
    copy.accountId === message.accountId &&
    copy.chatId === message.chatId &&
    copy.messageId === message.messageId &&
    (mediaId === undefined || copy.mediaId === mediaId)
  );
}
