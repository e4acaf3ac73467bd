import { TextDecoder } from 'node:util';
import { expressionBuilder, type Kysely } from 'kysely';
import type { MessageDocument } from '../../messages/document/document.js';
import { kindOf } from '../kind.js';
import type { SearchTables } from '../search/found.js';
import { rowsOf, type Stretch } from '../search/stretch.js';
import { isImported } from '../tables/imported.js';
import type { MessageStatus } from '../tables/schema.js';
import { asTime } from '../times.js';
import { asBigInt, asBytes, asNumber, DamagedValue, type StoredBytes } from '../values.js';
import type { StoredMessage } from './stored-message.js';

/** Reads the first messages of a stretch, at most `rows` of them, the oldest first. */
export type ReadPage = (stretch: Stretch, rows: number) => Promise<readonly StoredMessage[]>;

/**
 * What reads pages of a database. A server sends rows. SQLite makes one text of a page, which is faster than whatever else it
 * could be asked for: its rows come one value at a time, and each text of them is checked by a second reading.
 */
export function pagesOf(db: Kysely<SearchTables>): ReadPage {
  return kindOf(db) === 'sqlite' ? inSqlite(db) : onServer(db);
}

const COLUMNS = [
  'message_id',
  'status',
  'version',
  'deleted_datetime',
  'media_id',
  'local_file_path',
  'download_hostname',
  'download_datetime',
  'document_hash',
] as const;

/** Columns as both read them, in the order of COLUMNS; numbers of SQLite as texts, too. */
type Values = readonly [
  id: string,
  status: MessageStatus,
  version: string,
  deleted: string | null,
  mediaId: string | null,
  path: string | null,
  host: string | null,
  downloaded: string | null,
  hash: string,
];

function onServer(db: Kysely<SearchTables>): ReadPage {
  return async (stretch, rows) => {
    const found = await rowsOf(db, stretch, 'asc')
      .select([...COLUMNS, 'document'])
      .limit(rows)
      .execute();
    return found.map((row) =>
      storedMessage(COLUMNS.map((name) => row[name]) as unknown as Values, documentIn(row.document)),
    );
  };
}

function inSqlite(db: Kysely<SearchTables>): ReadPage {
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  const row = expressionBuilder<SearchTables, 'messages'>();
  const { fn, cast, val } = row;
  // Numbers as texts: those of 64 bits would lose digits in JSON.
  const values = COLUMNS.map((name) => fn('json_quote', [cast(name, 'text')]));
  const form = `[${COLUMNS.map(() => '%s').join()},%s]`;
  const each = fn('printf', [val(form), ...values, 'document']);
  return async (stretch, rows) => {
    const page = rowsOf(db, stretch, 'asc')
      .select([...COLUMNS, 'document'])
      .limit(rows)
      .as('page');
    const { all } = await db
      .selectFrom(page)
      // As bytes: libsql ends the process over a text that isn't UTF-8.
      .select(cast<StoredBytes | null>(fn('group_concat', [each]), 'blob').as('all'))
      .executeTakeFirstOrThrow();
    if (all === null) return [];
    const found = readJson(`[${decoded(utf8, all)}]`) as readonly (readonly unknown[])[];
    return found.map((row) =>
      storedMessage(row as unknown as Values, row[COLUMNS.length] as MessageDocument),
    );
  };
}

function storedMessage(values: Values, document: MessageDocument): StoredMessage {
  const [id, status, version, deleted, mediaId, path, host, downloaded, hash] = values;
  if (document.id !== asNumber(id))
    throw new DamagedValue('A message of the store has another id than its row.');
  return {
    document,
    status,
    version: asNumber(version),
    ...(deleted !== null && { deletedAt: asTime(deleted) }),
    ...(mediaId !== null && { mediaId: asBigInt(mediaId) }),
    ...(path !== null && { localFilePath: path }),
    ...(host !== null && { downloadHostname: host }),
    ...(downloaded !== null && { downloadedAt: asTime(downloaded) }),
    ...(isImported({ document_hash: hash }) && { isImported: true }),
  };
}

function decoded(utf8: TextDecoder, bytes: StoredBytes): string {
  try {
    return utf8.decode(asBytes(bytes));
  } catch (error) {
    throw new DamagedValue('A text of the store is not valid UTF-8.', { cause: error });
  }
}

function documentIn(text: string): MessageDocument {
  return readJson(text) as MessageDocument;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DamagedValue('A message of the store is not a document.', { cause: error });
  }
}
