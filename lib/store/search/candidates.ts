import { TextDecoder } from 'node:util';
import { expressionBuilder, type Kysely } from 'kysely';
import { patternOf, type Spellings } from '../../messages/search/spellings.js';
import { kindOf } from '../kind.js';
import type { MediaType } from '../tables/schema.js';
import { asBytes, asNumber, DamagedValue, type StoredBytes } from '../values.js';
import type { SearchTables } from './found.js';
import { rowsOf, type Stretch } from './stretch.js';

/** Finds the ids of all messages of a stretch that may have every word, and of few others. */
export type FindCandidates = (stretch: Stretch) => Promise<readonly number[]>;

/** Media whose words may stand in the document alone: each is a candidate. */
const OTHER: MediaType = 'other';

/**
 * What finds candidates in a database: messages in whose text or file name a word's spellings or one of its odd characters are. Servers
 * look for them themselves; SQLite has no regular expressions, so its texts are read, many as one value, which is faster than
 * whatever else it could compare them by.
 */
export function candidatesIn(db: Kysely<SearchTables>, words: readonly Spellings[]): FindCandidates {
  return kindOf(db) === 'sqlite' ? inSqlite(db, words) : onServer(db, words);
}

function onServer(db: Kysely<SearchTables>, words: readonly Spellings[]): FindCandidates {
  const row = expressionBuilder<SearchTables, 'messages'>();
  // Both compare code points, and so upper and lower case: the texts' collations are C and utf8mb4_bin.
  const operator = kindOf(db) === 'postgres' ? '~' : 'regexp';
  const hasAll = row.and(
    words
      .map(patternOf)
      .map((pattern) => row.or([row('text', operator, pattern), row('file_name', operator, pattern)])),
  );
  return async (stretch) => {
    const rows = await rowsOf(db, stretch)
      .select('message_id')
      .where(row.or([row('media_type', '=', OTHER), hasAll]))
      .execute();
    return rows.map(({ message_id }) => asNumber(message_id));
  };
}

type SqliteRow = readonly [id: number, mediaType: string, text: string | null, fileName: string | null];

function inSqlite(db: Kysely<SearchTables>, words: readonly Spellings[]): FindCandidates {
  const patterns = words.map((word) => new RegExp(patternOf(word), 'u'));
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  return async (stretch) => {
    const rows = rowsOf(db, stretch).select(['message_id', 'media_type', 'text', 'file_name']).as('rows');
    const { all } = await db
      .selectFrom(rows)
      .select(({ fn, cast }) => {
        const each = fn('json_array', ['message_id', 'media_type', 'text', 'file_name']);
        // As bytes: libsql ends the process over a text that isn't UTF-8.
        return cast<StoredBytes>(fn('json_group_array', [each]), 'blob').as('all');
      })
      .executeTakeFirstOrThrow();
    return readRows(utf8, all)
      .filter(
        ([, mediaType, text, fileName]) =>
          mediaType === OTHER ||
          patterns.every((pattern) => pattern.test(text ?? '') || pattern.test(fileName ?? '')),
      )
      .map(([id]) => id);
  };
}

function readRows(utf8: TextDecoder, all: StoredBytes): readonly SqliteRow[] {
  try {
    return JSON.parse(utf8.decode(asBytes(all))) as SqliteRow[];
  } catch (error) {
    throw new DamagedValue('A text of the store is not valid UTF-8.', { cause: error });
  }
}
