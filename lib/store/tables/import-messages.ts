import type { Kysely, Selectable, Transaction } from 'kysely';
import { canonicalJson } from '../../messages/document/canonical.js';
import type { PostDocument } from '../../messages/document/document.js';
import { insertRows } from '../insert-rows.js';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { asNumber, chunked } from '../values.js';
import { type Change, lockChanges, noteChanges } from './changes.js';
import { importedHash, isImported, isSamePath } from './imported.js';
import { messageRow } from './message-row.js';
import type { MediaType, MessageStatus, MessagesTable, StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

/** What another program has kept of a message. Times are in milliseconds since the epoch. */
export interface ImportedMessage {
  /** The best that its columns allow. */
  readonly document: PostDocument;
  readonly mediaType: MediaType;
  readonly fileName?: string;
  readonly fileSize?: number;
  readonly mime?: string;
  readonly status: MessageStatus;
  readonly retrievedHost: string;
  readonly retrievedAt: number;
  readonly downloadHost?: string;
  readonly downloadedAt?: number;
  readonly path?: string;
  readonly deletedAt?: number;
}

/** What became of messages that were imported. */
export interface Imported {
  readonly added: number;
  /** Imported before, and other columns now; or known to TelePi itself, which has now learned of the file. */
  readonly changed: number;
  readonly unchanged: number;
}

/**
 * Imports messages of one chat, each at most once, in one transaction with their rows of `changes`. What TelePi has seen
 * itself stays; of such a message only the file is taken over, if TelePi knows of none. Importing the same again changes
 * nothing.
 */
export async function importMessages(
  db: Kysely<StoreTables>,
  { host, clock }: Writer,
  chat: ChatKey,
  messages: readonly ImportedMessage[],
): Promise<Imported> {
  const now = Math.floor(clock.now());
  return transact(db, async (tx) => {
    const last = await lockChanges(tx);
    const known = await statesOf(
      tx,
      chat,
      messages.map(({ document }) => document.id),
    );
    const added: ImportedMessage[] = [];
    const changes: Change[] = [];
    let changed = 0;
    for (const message of messages) {
      const { id: messageId } = message.document;
      const state = known.get(messageId);
      const columns = columnsOf(message);
      if (!state) {
        added.push(message);
        changes.push({ ...chat, messageId, kind: 'new' });
        continue;
      }
      const news = isImported(state) ? newer(state, columns) : file(state, columns);
      if (!news) continue;
      changed += 1;
      await messageRow(tx, chat, messageId).set(news).execute();
      changes.push({ ...chat, messageId, kind: kindOf(columns.status) });
    }
    await insert(tx, chat, added);
    await noteChanges(tx, last, changes, { host, now });
    return { added: added.length, changed, unchanged: messages.length - added.length - changed };
  });
}

/** How many of these messages are there. */
export async function countMessages(
  db: Kysely<StoreTables>,
  { accountId, chatId }: ChatKey,
  ids: readonly number[],
): Promise<number> {
  let found = 0;
  for (const chunk of chunked(ids)) {
    const { rows } = await db
      .selectFrom('messages')
      .select((row) => row.fn.countAll<string>().as('rows'))
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', 'in', chunk)
      .executeTakeFirstOrThrow();
    found += asNumber(rows);
  }
  return found;
}

type State = Pick<Selectable<MessagesTable>, 'message_id' | 'document_hash' | 'status' | 'local_file_path'>;
type Columns = ReturnType<typeof columnsOf>;

async function statesOf(
  db: Transaction<StoreTables>,
  { accountId, chatId }: ChatKey,
  ids: readonly number[],
): Promise<ReadonlyMap<number, State>> {
  const states = new Map<number, State>();
  for (const chunk of chunked(ids)) {
    const rows = await db
      .selectFrom('messages')
      .select(['message_id', 'document_hash', 'status', 'local_file_path'])
      .where('account_id', '=', accountId)
      .where('chat_id', '=', chatId)
      .where('message_id', 'in', chunk)
      .execute();
    for (const row of rows) states.set(asNumber(row.message_id), row);
  }
  return states;
}

/**
 * Of a message that was imported before: what it is now. Undefined: the same. A file that TelePi has moved since stays where
 * it is, unless the other program has put it elsewhere, too.
 */
function newer(state: State, columns: Columns): Partial<Columns> | undefined {
  if (state.document_hash === columns.document_hash) return undefined;
  const { local_file_path: _, ...others } = columns;
  const isMoved = state.local_file_path !== null && state.local_file_path !== columns.local_file_path;
  return isMoved && isSamePath(state.document_hash, columns.document_hash) ? others : columns;
}

/** Of a message that TelePi knows itself: its file, if TelePi knows of none. */
function file({ status, local_file_path }: State, columns: Columns) {
  if (local_file_path !== null || status !== 'retrieved' || columns.local_file_path === null)
    return undefined;
  const { download_hostname, download_datetime, local_file_path: path } = columns;
  return { status: 'downloaded' as const, download_hostname, download_datetime, local_file_path: path };
}

function kindOf(status: MessageStatus): Change['kind'] {
  if (status === 'downloaded' || status === 'failed' || status === 'deleted') return status;
  return 'edited';
}

function columnsOf(message: ImportedMessage) {
  const { document } = message;
  const time = (at: number | undefined) => (at === undefined ? null : timeText(at));
  const text = canonicalJson(document);
  const columns = {
    date: timeText(document.date * 1000),
    sender_id: document.author ?? null,
    topic_id: null,
    album_id: null,
    media_type: message.mediaType,
    media_id: null,
    file_name: message.fileName ?? null,
    file_size: message.fileSize ?? null,
    mime_type: message.mime ?? null,
    text: document.text,
    status: message.status,
    retrieved_hostname: message.retrievedHost,
    retrieved_datetime: timeText(message.retrievedAt),
    download_hostname: message.downloadHost ?? null,
    download_datetime: time(message.downloadedAt),
    local_file_path: message.path ?? null,
    deleted_datetime: time(message.deletedAt),
    document: text,
  };
  return {
    ...columns,
    document_hash: importedHash(JSON.stringify(columns), columns.local_file_path),
    raw: null,
    raw_layer: null,
  };
}

async function insert(
  db: Transaction<StoreTables>,
  { accountId, chatId }: ChatKey,
  messages: readonly ImportedMessage[],
): Promise<void> {
  const rows = messages.map((message) => ({
    account_id: accountId,
    chat_id: chatId,
    message_id: message.document.id,
    ...columnsOf(message),
    version: 0,
  }));
  await insertRows(db, 'messages', rows);
}
