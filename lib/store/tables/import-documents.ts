import type { Kysely, Selectable, Transaction } from 'kysely';
import { canonicalJson } from '../../messages/document/canonical.js';
import type { MessageDocument } from '../../messages/document/document.js';
import { mergedImports } from '../../messages/document/merge-imported.js';
import { filesOf } from '../../messages/selection/files.js';
import { insertRows } from '../insert-rows.js';
import { transact } from '../repeatable.js';
import { timeText } from '../times.js';
import { asNumber, chunked, clipped } from '../values.js';
import { type Change, lockChanges, noteChanges } from './changes.js';
import type { Imported } from './import-messages.js';
import { importedHash, isImported } from './imported.js';
import { keepEarlierImport } from './keep-earlier-import.js';
import { UNMARKED } from './mark-messages.js';
import { contentColumns } from './message-columns.js';
import { messageRow } from './message-row.js';
import { saveMedia } from './save-messages.js';
import type { MessageStatus, MessagesTable, StoreTables } from './schema.js';
import type { ChatKey, Writer } from './writer.js';

/** A message as the export of another program has it. */
export interface DocumentToImport {
  readonly document: MessageDocument;
  /** It says all that TelePi says of a message, since TelePi has written it. */
  readonly isWhole?: boolean;
  /** What is known of its file beyond the document. */
  readonly file?: ImportedFile | undefined;
  /** When it was seen to be gone from Telegram, in milliseconds since the epoch. */
  readonly deletedAt?: number | undefined;
}

export interface ImportedFile {
  readonly name?: string | undefined;
  /** In bytes. */
  readonly size?: number | undefined;
  readonly mime?: string | undefined;
  /** Where it lies on this machine, absolute, if it does. */
  readonly path?: string | undefined;
}

/**
 * Imports documents of one chat in one transaction with their rows of `changes`; several of one message as if each came by itself,
 * in their order. What TelePi has seen itself stays; of such a message only the file is taken over, if TelePi knows of none. Of a
 * message that was imported before, what was edited later wins, and nothing that is known gives way to what is missing; a text that
 * gives way, or comes too late, becomes a version. Importing the same again changes nothing.
 */
export async function importDocuments(
  db: Kysely<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  items: readonly DocumentToImport[],
): Promise<Imported> {
  const now = Math.floor(writer.clock.now());
  return transact(db, async (tx) => {
    const last = await lockChanges(tx);
    const changes: Change[] = [];
    const counts = { added: 0, changed: 0 };
    for (const round of roundsOf(items)) {
      const { added, changed } = await importRound(tx, writer, chat, round, now);
      counts.added += added.length;
      counts.changed += new Set(changed.map(({ messageId }) => messageId)).size;
      changes.push(...changed, ...added);
    }
    await noteChanges(tx, last, changes, { host: writer.host, now });
    return { ...counts, unchanged: items.length - counts.added - counts.changed };
  });
}

/** Rounds with each message at most once, so that the next one finds what the one before it has made of a row. */
function roundsOf(items: readonly DocumentToImport[]): readonly DocumentToImport[][] {
  const rounds: DocumentToImport[][] = [];
  const times = new Map<number, number>();
  for (const item of items) {
    const { id } = item.document;
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    const round = rounds[before];
    if (round) round.push(item);
    else rounds.push([item]);
  }
  return rounds;
}

async function importRound(
  tx: Transaction<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  round: readonly DocumentToImport[],
  now: number,
): Promise<{ readonly added: readonly Change[]; readonly changed: readonly Change[] }> {
  const known = await statesOf(tx, chat, round);
  const added: DocumentToImport[] = [];
  const changed: Change[] = [];
  for (const item of round) {
    const { id: messageId } = item.document;
    const state = known.get(messageId);
    if (!state) added.push(item);
    else
      for (const kind of await change(tx, writer, chat, { state, item, now }))
        changed.push({ ...chat, messageId, kind });
  }
  await insert(tx, writer, chat, added, now);
  return {
    added: added.map(({ document }) => ({ ...chat, messageId: document.id, kind: 'new' })),
    changed,
  };
}

type State = Pick<
  Selectable<MessagesTable>,
  'message_id' | 'document' | 'document_hash' | 'status' | 'local_file_path' | 'version' | 'deleted_datetime'
>;

async function statesOf(
  db: Transaction<StoreTables>,
  { accountId, chatId }: ChatKey,
  items: readonly DocumentToImport[],
): Promise<ReadonlyMap<number, State>> {
  const states = new Map<number, State>();
  const messages = db
    .selectFrom('messages')
    .where('account_id', '=', accountId)
    .where('chat_id', '=', chatId);
  const { newest } = await messages
    .select((row) => row.fn.max('message_id').as('newest'))
    .executeTakeFirstOrThrow();
  if (newest === null) return states;
  // An export comes in the order of its ids, so most of a new chat's messages come behind all that are there.
  const ids = items.map(({ document }) => document.id).filter((id) => id <= asNumber(newest));
  for (const chunk of chunked(ids)) {
    const rows = await messages
      .select([
        'message_id',
        'document',
        'document_hash',
        'status',
        'local_file_path',
        'version',
        'deleted_datetime',
      ])
      .where('message_id', 'in', chunk)
      .execute();
    for (const row of rows) states.set(asNumber(row.message_id), row);
  }
  return states;
}

interface ChangeOf {
  readonly state: State;
  readonly item: DocumentToImport;
  readonly now: number;
}

/** What has changed of a message that is there. */
async function change(
  tx: Transaction<StoreTables>,
  writer: Writer,
  chat: ChatKey,
  { state, item, now }: ChangeOf,
): Promise<readonly ('edited' | 'deleted')[]> {
  const place = state.local_file_path === null ? placeOf(item, writer, now, state.status) : undefined;
  const row = messageRow(tx, chat, item.document.id);
  if (!isImported(state)) {
    if (!place || !WITHOUT_FILE.has(state.status)) return [];
    await row.set(place).execute();
    return ['edited'];
  }
  const gone = state.deleted_datetime === null ? deletionOf(item) : undefined;
  if (state.document_hash === hashOf(canonicalJson(item.document)) && !place && !gone) return [];
  const known = JSON.parse(state.document) as MessageDocument;
  const merged = mergedImports(known, item.document, { isWhole: item.isWhole === true });
  const columns = columnsOf({ ...item, document: merged });
  const isSame = columns.document_hash === state.document_hash;
  const version = asNumber(state.version);
  const states = { known, found: item.document, merged };
  const isKept = await keepEarlierImport(tx, writer, chat, { states, version, now });
  if (isSame && !place && !gone && !isKept) return [];
  await row
    .set({ ...(!isSame && withoutMissing(columns)), ...place, ...gone, version: version + (isKept ? 1 : 0) })
    .execute();
  if (!isSame) await saveMedia(tx, writer, chat.accountId, [{ message: { document: merged } }], now);
  const isEdited = !isSame || place !== undefined || isKept;
  return [...(isEdited ? (['edited'] as const) : []), ...(gone ? (['deleted'] as const) : [])];
}

/** TelePi has seen such a message, and had no file of it. */
const WITHOUT_FILE: ReadonlySet<MessageStatus> = new Set(['retrieved', 'failed', 'deleted']);

/** Columns of a file that this export doesn't know stay. */
function withoutMissing(columns: ReturnType<typeof columnsOf>) {
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null)) as Partial<
    typeof columns
  >;
}

function hashOf(canonical: string): string {
  return importedHash(canonical, null);
}

function placeOf({ file }: DocumentToImport, { host }: Writer, now: number, status: MessageStatus) {
  if (file?.path === undefined) return undefined;
  return {
    status: UNMARKED.includes(status) ? ('downloaded' as const) : status,
    download_hostname: host,
    download_datetime: timeText(now),
    local_file_path: file.path,
  };
}

function deletionOf({ deletedAt }: DocumentToImport) {
  if (deletedAt === undefined) return undefined;
  return { status: 'deleted' as const, deleted_datetime: timeText(deletedAt) };
}

function columnsOf({ document, file }: DocumentToImport) {
  const canonical = canonicalJson(document);
  const columns = contentColumns({ document }, { canonical, essenceHash: hashOf(canonical) });
  if (!file) return columns;
  return {
    ...columns,
    file_name: columns.file_name ?? (file.name === undefined ? null : clipped(file.name, 255)),
    file_size: columns.file_size ?? file.size ?? null,
    mime_type: columns.mime_type ?? (file.mime === undefined ? null : clipped(file.mime, 255)),
  };
}

async function insert(
  tx: Transaction<StoreTables>,
  writer: Writer,
  { accountId, chatId }: ChatKey,
  items: readonly DocumentToImport[],
  now: number,
): Promise<void> {
  const retrieved = timeText(now);
  const rows = items.map((item) => ({
    account_id: accountId,
    chat_id: chatId,
    message_id: item.document.id,
    ...columnsOf(item),
    ...(placeOf(item, writer, now, 'retrieved') ?? NOT_DOWNLOADED),
    retrieved_hostname: writer.host,
    retrieved_datetime: retrieved,
    deleted_datetime: null,
    ...deletionOf(item),
    version: 0,
  }));
  await insertRows(tx, 'messages', rows);
  const withFiles = items.filter(({ document }) => filesOf(document).length > 0);
  if (withFiles.length > 0)
    await saveMedia(
      tx,
      writer,
      accountId,
      withFiles.map(({ document }) => ({ message: { document } })),
      now,
    );
}

const NOT_DOWNLOADED = {
  status: 'retrieved' as const,
  download_hostname: null,
  download_datetime: null,
  local_file_path: null,
};
