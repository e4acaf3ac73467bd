import { setImmediate } from 'node:timers/promises';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { type DocumentTexts, documentTexts } from '../../messages/document/essence.js';
import { filesOf } from '../../messages/selection/files.js';
import { runCompiled } from '../compiled.js';
import { insertRows } from '../insert-rows.js';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { upsert } from '../upsert.js';
import { asBigInt, asBytes, asNumber } from '../values.js';
import { type Change, lastChange, lockChanges, noteChanges } from './changes.js';
import { isImported } from './imported.js';
import { isOutdated, keepEarlier } from './keep-earlier.js';
import { contentColumns, fileColumns, type MessageToSave, mediaTypeOf } from './message-columns.js';
import { messageRow } from './message-row.js';
import type { MessagesTable, StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

export type { MessageToSave } from './message-columns.js';

/** What became of messages that were saved. */
export interface Saved {
  readonly added: number;
  /** They had another version before, or were taken for deleted. */
  readonly changed: number;
  readonly unchanged: number;
}

/**
 * Saves messages of one chat as they are now, each at most once: columns, document, version and row of `changes` in one
 * transaction. What is there already stays: a document that says something else becomes a version before it is replaced,
 * and a mark of a deletion is taken away only because the message is there again. Saving the same again changes nothing.
 */
export async function saveMessages(
  db: Kysely<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  messages: readonly MessageToSave[],
): Promise<Saved> {
  const batch: BatchItem[] = [];
  for (const message of messages) {
    batch.push({ id: message.document.id, message, texts: documentTexts(message.document) });
    if (batch.length % CHUNK === 0) await setImmediate();
  }
  if (batch.length === 0) return { added: 0, changed: 0, unchanged: 0 };
  const before = await lastChange(db);
  // Most scans find nothing new, and take no lock.
  const seen = await statesOf(db, chat, batch);
  if (batch.every(({ id, texts }) => isSame(seen.get(id), texts))) {
    return { added: 0, changed: 0, unchanged: batch.length };
  }
  return transact(db, (tx) => saveUnderLock(tx, writer, chat, { batch, seen, before }));
}

interface BatchItem {
  readonly id: number;
  readonly message: MessageToSave;
  readonly texts: DocumentTexts;
}

interface Batch {
  readonly batch: readonly BatchItem[];
  /** The messages that are there, as they were seen after change number `before`. */
  readonly seen: ReadonlyMap<number, State>;
  readonly before: bigint;
}

async function saveUnderLock(
  db: Transaction<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  { batch, seen, before }: Batch,
): Promise<Saved> {
  const last = await lockChanges(db);
  // Who makes a row notes a change: where none was noted since, messages that had no row have none.
  const states = seen.size === 0 && last === before ? seen : await statesOf(db, chat, batch);
  const now = Math.floor(writer.clock.now());
  const changes: Change[] = [];
  const added: BatchItem[] = [];
  const edited: BatchItem[] = [];
  let changed = 0;
  for (const item of batch) {
    const state = states.get(item.id);
    if (!state) {
      added.push(item);
      changes.push({ ...chat, messageId: item.id, kind: 'new' });
    } else if (writer.isLate === true && (await isOutdated(db, chat, { ...item, state, now }))) {
      const { texts, message } = item;
      if (!(await keepEarlier(db, writer, { ...chat, messageId: item.id }, { ...state, texts, message })))
        continue;
      changed += 1;
      edited.push(item);
      changes.push({ ...chat, messageId: item.id, kind: 'edited' });
    } else if (!isSame(state, item.texts)) {
      changed += 1;
      const isEdited = state.document_hash !== item.texts.essenceHash;
      if (isEdited) edited.push(item);
      await replace(db, writer, chat, { item, state, isEdited, now });
      // What was imported isn't a version: this is the first time that the message itself is seen.
      const seenBefore = isEdited ? 'edited' : 'restored';
      changes.push({ ...chat, messageId: item.id, kind: isImported(state) ? 'new' : seenBefore });
    }
  }
  await insert(db, writer, chat, added, now);
  await saveMedia(db, writer, chat.accountId, [...added, ...edited], now);
  await noteChanges(db, last, changes, { host: writer.host, now });
  return { added: added.length, changed, unchanged: batch.length - added.length - changed };
}

type State = Pick<
  Selectable<MessagesTable>,
  | 'message_id'
  | 'document_hash'
  | 'deleted_datetime'
  | 'media_id'
  | 'local_file_path'
  | 'retrieved_datetime'
  | 'version'
>;

async function statesOf(
  db: Kysely<StoreTables>,
  { accountId, chatId }: ChatKey,
  batch: readonly BatchItem[],
): Promise<Map<number, State>> {
  const states = new Map<number, State>();
  for (let start = 0; start < batch.length; start += CHUNK) {
    const chunk = batch.slice(start, start + CHUNK).map(({ id }) => id);
    // One statement for any number of them.
    while (chunk.length < CHUNK) chunk.push(chunk[0] as number);
    const bounds = [Math.min(...chunk), Math.max(...chunk)] as const;
    const values = [accountId, chatId, ...bounds, ...chunk];
    const { rows } = await runCompiled(db, 'states of messages', values, () =>
      db
        .selectFrom('messages')
        .select([
          'message_id',
          'document_hash',
          'deleted_datetime',
          'media_id',
          'local_file_path',
          'retrieved_datetime',
          'version',
        ])
        .where('account_id', '=', accountId)
        .where('chat_id', '=', chatId)
        // Bounds and order lead Postgres along the primary key, also before it has counted the rows of the table.
        .where('message_id', '>=', bounds[0])
        .where('message_id', '<=', bounds[1])
        .where('message_id', 'in', chunk)
        .orderBy('account_id')
        .orderBy('chat_id')
        .orderBy('message_id'),
    );
    for (const row of rows) states.set(asNumber(row.message_id), row);
  }
  return states;
}

/** How many messages are worked on at once: then whoever waits for the event loop has a turn, such as the answer of a server. */
const CHUNK = 100;

function isSame(state: State | undefined, { essenceHash }: DocumentTexts): boolean {
  return state?.document_hash === essenceHash && state.deleted_datetime === null;
}

/**
 * Of a message that was deleted and is there again as it was, the document is kept with its time. Of one that has another file
 * by now, nothing of the former one is said any more: that it was downloaded, or failed, and where it is.
 */
async function replace(
  db: Transaction<StoreTables>,
  { host }: Writer,
  { accountId, chatId }: ChatKey,
  change: {
    readonly item: BatchItem;
    readonly state: State;
    readonly isEdited: boolean;
    readonly now: number;
  },
): Promise<void> {
  const { item, state, isEdited, now } = change;
  const status = state.local_file_path === null ? ('retrieved' as const) : ('downloaded' as const);
  const row = messageRow(db, { accountId, chatId }, item.id);
  const back = { deleted_datetime: null, ...(state.deleted_datetime !== null && { status }) };
  if (!isEdited) {
    await row.set(back).execute();
    return;
  }
  const content = contentColumns(item.message, item.texts);
  const isOtherFile = state.media_id !== null && asBigInt(state.media_id) !== content.media_id;
  const first = { ...back, ...content, ...retrieved(host, now), ...(isOtherFile && NOT_DOWNLOADED) };
  if (isImported(state)) {
    await row.set(first).execute();
    return;
  }
  const old = await db
    .selectFrom('messages')
    .select(['version', 'document', 'document_hash', 'raw', 'raw_layer'])
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId)
    .where('message_id', '=', item.id)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('versions')
    .values({
      account_id: accountId,
      chat_id: chatId,
      message_id: item.id,
      ...old,
      raw: old.raw && asBytes(old.raw),
      replaced_datetime: timeText(now),
      host,
    })
    .execute();
  await row.set({ ...first, version: asNumber(old.version) + 1 }).execute();
}

const NOT_DOWNLOADED = {
  status: 'retrieved',
  download_hostname: null,
  download_datetime: null,
  local_file_path: null,
} as const;

function retrieved(host: string, now: number) {
  return { retrieved_hostname: host, retrieved_datetime: timeText(now) };
}

async function insert(
  db: Transaction<StoreTables>,
  { host }: Writer,
  { accountId, chatId }: ChatKey,
  items: readonly BatchItem[],
  now: number,
): Promise<void> {
  const retrieved = timeText(now);
  for (let start = 0; start < items.length; start += CHUNK) {
    const rows = items.slice(start, start + CHUNK).map(({ id, message, texts }) => ({
      account_id: accountId,
      chat_id: chatId,
      message_id: id,
      ...contentColumns(message, texts),
      status: 'retrieved' as const,
      retrieved_hostname: host,
      retrieved_datetime: retrieved,
      version: 0,
    }));
    await insertRows(db, 'messages', rows);
    await setImmediate();
  }
}

/** Notes the photos and files of documents, as far as nobody has noted them yet. */
export async function saveMedia(
  db: Transaction<StoreTables>,
  { host }: Pick<Writer, 'host'>,
  accountId: number,
  batch: readonly { readonly message: Pick<MessageToSave, 'document'> }[],
  now: number,
): Promise<void> {
  const saved = timeText(now);
  const rows = batch.flatMap(({ message: { document } }) =>
    filesOf(document).map((file) => ({
      account_id: accountId,
      media_id: BigInt(file.id),
      media_type: mediaTypeOf(document),
      ...fileColumns(file),
      saved_datetime: saved,
      host,
    })),
  );
  const byId = new Map(rows.map((row) => [row.media_id, row]));
  await upsert(db, 'media', [...byId.values()], { keys: ['account_id', 'media_id'], updated: [] });
}
