import type { Kysely } from 'kysely';
import { FailedError } from '../../base/errors.js';
import { copiesOfMessages, copyAt, noteCopy } from '../tables/file-copies.js';
import { countMessages, type ImportedMessage, importMessages } from '../tables/import-messages.js';
import { saveChats, savePeople } from '../tables/save-chats.js';
import type { StoreTables } from '../tables/schema.js';
import type { ChatKey } from '../tables/writer.js';
import { asNumber, DamagedValue } from '../values.js';
import { ImportCounts } from './import-counts.js';
import { type KnownChat, type OldChats, oldChats } from './old-chats.js';
import { doublesOf } from './old-doubles.js';
import { importedMessage } from './old-rows.js';
import { type OldMessage, oldRows } from './old-tables.js';
import { keyOf, type LogImport, SENSELESS, successesOf, takeActions, takeDownloads } from './take-logs.js';

export interface ToolkitImport extends LogImport {
  /** What lies on this machine under a path. */
  look(path: string): Promise<{ readonly size: number; readonly modified: number } | undefined>;
  readonly signal: AbortSignal;
  onRows(table: string, done: number): void;
}

/**
 * Takes over the tables of Telegram Utilities: its messages, chats and people, its logs, and where its files lie. It only
 * reads the old database. Importing the same again changes nothing, and what TelePi has seen itself stays.
 * @throws FailedError IMPORT_INCOMPLETE when the store lacks a message that was written into it
 */
export async function importToolkit(work: ToolkitImport): Promise<ImportCounts> {
  const counts = new ImportCounts();
  const chats = await oldChats(work.old, work.db, work.accountId);
  await takeChats(work, chats, counts);
  await takePeople(work, counts);
  for await (const rows of oldRows(work.old, 'messages')) {
    work.signal.throwIfAborted();
    await takeMessages(work, chats, rows, counts);
    work.onRows('messages', counts.of('messages').old);
  }
  for await (const rows of oldRows(work.old, 'download_log')) {
    work.signal.throwIfAborted();
    await takeDownloads(work, chats, rows, counts);
    work.onRows('download_log', counts.of('download_log').old);
  }
  for await (const rows of oldRows(work.old, 'action_log')) {
    work.signal.throwIfAborted();
    await takeActions(work, chats, rows, counts);
    work.onRows('action_log', counts.of('action_log').old);
  }
  return counts;
}

/** Chats that TelePi knows keep their names. When one was scanned isn't taken over: the toolkit kept media alone. */
async function takeChats(
  { db, keep, writer, accountId, old }: ToolkitImport,
  chats: OldChats,
  counts: ImportCounts,
) {
  const rows = await db.selectFrom('chats').select('chat_id').where('account_id', '=', accountId).execute();
  const there = new Set(rows.map(({ chat_id }) => asNumber(chat_id)));
  const taken = new Set(there);
  for (const chat of chats.values()) {
    if (typeof chat === 'string') counts.leave('chats', chat);
    else {
      counts.take('chats', taken.has(chat.chatId) ? 'unchanged' : 'added');
      taken.add(chat.chatId);
    }
  }
  const missing = [...chats.values()].filter((chat): chat is KnownChat => typeof chat !== 'string');
  const byId = new Map(missing.map((chat) => [chat.chatId, chat]));
  await keep();
  await saveChats(
    db,
    writer,
    accountId,
    [...byId.values()].filter(({ chatId }) => !there.has(chatId)),
  );
  const scanned = await old
    .selectFrom('chats')
    .select('id')
    .where('last_scan_datetime', 'is not', null)
    .execute();
  for (const _ of scanned) {
    counts.remark(
      'times of a last scan: TelePi reads those chats again, since the toolkit kept only messages with files',
    );
  }
}

/** People whom TelePi knows keep their names. */
async function takePeople(
  { old, db, keep, writer, accountId }: ToolkitImport,
  counts: ImportCounts,
): Promise<void> {
  const senders = await old
    .selectFrom('messages')
    .select(['sender_id', (row) => row.fn.max('sender_name').as('name')])
    .where('sender_id', 'is not', null)
    .where('sender_name', 'is not', null)
    .groupBy('sender_id')
    .execute();
  const rows = await db
    .selectFrom('people')
    .select('person_id')
    .where('account_id', '=', accountId)
    .execute();
  const there = new Set(rows.map(({ person_id }) => asNumber(person_id)));
  const people = senders.map(({ sender_id, name }) => ({
    personId: asNumber(sender_id ?? 0),
    name: name ?? '',
  }));
  for (const { personId } of people) counts.take('people', there.has(personId) ? 'unchanged' : 'added');
  await keep();
  await savePeople(
    db,
    writer,
    accountId,
    people.filter(({ personId }) => !there.has(personId)),
  );
}

async function takeMessages(
  work: ToolkitImport,
  chats: OldChats,
  rows: readonly OldMessage[],
  counts: ImportCounts,
): Promise<void> {
  const successes = await successesOf(work, rows);
  const doubles = await doublesOf(work.old, chats, rows);
  const byChat = new Map<number, ImportedMessage[]>();
  for (const row of rows) {
    const chat = chats.get(String(row.chat_id));
    if (typeof chat !== 'object') {
      counts.leave('messages', chat ?? 'its chat is not known');
      continue;
    }
    if (row.notes) counts.remark('notes: TelePi has no place for notes of people');
    if (row.media_duration !== null)
      counts.remark('lengths of media: the first scan of a message brings them');
    if (row.retrieved_hostname == null) counts.remark('messages name no machine');
    try {
      const message = importedMessage(row, chat.chatId, successes.get(keyOf(row)), work);
      if (doubles.has(keyOf(row))) {
        counts.leave('messages', "it is there under the chat's other id, too");
        await takeFile(work, chat.chatId, message, counts);
        continue;
      }
      byChat.set(chat.chatId, [...(byChat.get(chat.chatId) ?? []), message]);
    } catch (error) {
      if (!(error instanceof DamagedValue)) throw error;
      counts.leave('messages', SENSELESS);
    }
  }
  for (const [chatId, messages] of byChat) {
    const chat = { accountId: work.accountId, chatId };
    await work.keep();
    counts.add('messages', await importMessages(work.db, work.writer, chat, messages));
    const ids = messages.map(({ document }) => document.id);
    if ((await countMessages(work.db, chat, ids)) !== new Set(ids).size) {
      throw new FailedError(
        'IMPORT_INCOMPLETE',
        `The database lacks messages of the chat ${chatId} that were just written into it: find out which program deletes them, and import again.`,
      );
    }
    for (const message of messages) await takeFile(work, chatId, message, counts);
  }
}

/** Of this machine only files that are there; what lies on others can't be looked at. */
async function takeFile(
  { db, keep, accountId, writer, look }: ToolkitImport,
  chatId: number,
  { document, path, downloadHost, downloadedAt = 0, fileSize }: ImportedMessage,
  counts: ImportCounts,
): Promise<void> {
  if (path === undefined || downloadHost === undefined) return;
  const isHere = downloadHost === writer.host;
  const found = isHere ? await look(path) : undefined;
  const size = found?.size ?? fileSize;
  if (isHere && !found) return counts.leave('files', 'it is not where the toolkit put it');
  if (size === undefined) return counts.leave('files', 'the toolkit did not keep its size');
  if (await copyAt(db, downloadHost, path)) return counts.take('files', 'unchanged');
  if (
    !isHere &&
    (await wasMoved(db, { accountId, chatId, messageId: document.id }, { host: downloadHost, path }))
  )
    return counts.take('files', 'unchanged');
  const copy = { host: downloadHost, path, accountId, chatId, messageId: document.id, size };
  await keep();
  await noteCopy(db, {
    ...copy,
    ...(found && { modified: found.modified }),
    state: 'there',
    savedAt: downloadedAt,
  });
  counts.take('files', 'added');
}

/** On another machine nobody can look: where TelePi knows the message's file at another path, it was moved there. */
async function wasMoved(
  db: Kysely<StoreTables>,
  { messageId, ...chat }: ChatKey & { readonly messageId: number },
  { host, path }: { readonly host: string; readonly path: string },
): Promise<boolean> {
  const copies = await copiesOfMessages(db, chat, [messageId]);
  if (!copies.some((copy) => copy.host === host)) return false;
  const message = await db
    .selectFrom('messages')
    .select('local_file_path')
    .where('account_id', '=', chat.accountId)
    .where('chat_id', '=', chat.chatId)
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  return message?.local_file_path !== path;
}
