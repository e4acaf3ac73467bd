import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import { type LedgerPlace, openLedger } from '../../lib/ledger/ledger.js';
import { type DatabaseKind, kindOf } from '../../lib/store/kind.js';
import { VERSION_TABLES } from '../../lib/store/migrate.js';
import { onAllDatabases } from './databases.js';

/** A database's tables in words that all three share. */
interface Schema {
  /** `table.column`: its type, and whether it may be null. */
  readonly columns: Readonly<Record<string, string>>;
  /** Indexes, those of primary keys among them: table, whether each key is there once, columns in order. */
  readonly indexes: readonly string[];
  readonly foreignKeys: readonly string[];
}

const schemas = new Map<DatabaseKind, Schema>();

onAllDatabases('the schema', (subject) => {
  test('is read', async (t) => {
    const place: LedgerPlace = await subject().place(t);
    const { db, close } = await openLedger(place);
    t.after(close);
    schemas.set(subject().kind, await schemaOf(db as unknown as Kysely<unknown>));
  });
});

after(() => {
  const sqlite = schemas.get('sqlite');
  assert.ok(sqlite && Object.keys(sqlite.columns).length > 60, 'the columns were read');
  assert.ok(sqlite.indexes.length > 10 && sqlite.foreignKeys.length >= 5, 'indexes and keys were read');
  for (const [kind, schema] of schemas) assert.deepEqual(schema, sqlite, `${kind} differs from SQLite`);
});

async function schemaOf(db: Kysely<unknown>): Promise<Schema> {
  const kind = kindOf(db);
  const own = (name: string): boolean => name !== VERSION_TABLES[kind] && !name.startsWith('sqlite_');
  const columns = (await COLUMNS[kind].execute(db)).rows.filter((row) => own(row.tab));
  const indexes = (await INDEXES[kind].execute(db)).rows.filter((row) => own(row.tab));
  const keys = (await FOREIGN_KEYS[kind].execute(db)).rows.filter((row) => own(row.tab));
  return {
    columns: Object.fromEntries(
      columns
        .map(({ tab, col, type, nullable }) => [
          `${tab}.${col}`,
          `${wordOf(type)}${Number(nullable) === 1 ? ' or null' : ''}`,
        ])
        .sort(),
    ),
    // MySQL makes an index of its own for a foreign key that has none.
    indexes: [
      ...new Set(
        indexes
          .map(({ tab, cols, uniq }) => `${tab} ${Number(uniq) === 1 ? 'unique' : 'plain'} ${cols}`)
          .filter((index) => !isForeignKeyOnly(index)),
      ),
    ].sort(),
    foreignKeys: keys.map(({ tab, cols, target }) => `${tab} ${cols} → ${target}`).sort(),
  };
}

function isForeignKeyOnly(index: string): boolean {
  return / plain account_id,job_id$/.test(index);
}

function wordOf(type: string): string {
  const word = type
    .toLowerCase()
    .replace('character varying', 'varchar')
    .replace(/^(bigint|int|integer)\(\d+\)$/, '$1');
  const words: Readonly<Record<string, string>> = {
    int: 'integer',
    longtext: 'text',
    longblob: 'bytes',
    blob: 'bytes',
    bytea: 'bytes',
    'varchar(23)': 'datetime',
    'datetime(3)': 'datetime',
    'timestamp(3) without time zone': 'datetime',
  };
  return words[word] ?? word;
}

interface Column {
  readonly tab: string;
  readonly col: string;
  readonly type: string;
  readonly nullable: unknown;
}

const COLUMNS = {
  sqlite: sql<Column>`select m.name as tab, c.name as col, c.type as type, 1 - c."notnull" as nullable
    from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'`,
  postgres: sql<Column>`select c.relname as tab, a.attname as col, format_type(a.atttypid, a.atttypmod) as type,
      case when a.attnotnull then 0 else 1 end as nullable
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0`,
  mysql: sql<Column>`select table_name as tab, column_name as col, column_type as type,
      case is_nullable when 'YES' then 1 else 0 end as nullable
    from information_schema.columns where table_schema = database()`,
} as const;

interface Index {
  readonly tab: string;
  readonly cols: string;
  readonly uniq: unknown;
}

const INDEXES = {
  sqlite: sql<Index>`select m.name as tab, i."unique" as uniq,
      (select group_concat(name) from (select name from pragma_index_info(i.name) order by seqno)) as cols
    from sqlite_master m, pragma_index_list(m.name) i where m.type = 'table'`,
  postgres: sql<Index>`select t.relname as tab, case when i.indisunique then 1 else 0 end as uniq,
      (select string_agg(a.attname, ',' order by k.n) from unnest(i.indkey) with ordinality k(att, n)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.att) as cols
    from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'public'::regnamespace`,
  mysql: sql<Index>`select table_name as tab, 1 - min(non_unique) as uniq,
      group_concat(column_name order by seq_in_index) as cols
    from information_schema.statistics where table_schema = database() group by table_name, index_name`,
} as const;

interface ForeignKey {
  readonly tab: string;
  readonly cols: string;
  readonly target: string;
}

const FOREIGN_KEYS = {
  sqlite: sql<ForeignKey>`select m.name as tab, f."table" as target, group_concat(f."from") as cols
    from sqlite_master m, pragma_foreign_key_list(m.name) f where m.type = 'table' group by m.name, f.id, f."table"`,
  postgres: sql<ForeignKey>`select t.relname as tab, r.relname as target,
      (select string_agg(a.attname, ',' order by k.n) from unnest(c.conkey) with ordinality k(att, n)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.att) as cols
    from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
    where c.contype = 'f'`,
  mysql: sql<ForeignKey>`select table_name as tab, referenced_table_name as target,
      group_concat(column_name order by ordinal_position) as cols
    from information_schema.key_column_usage
    where table_schema = database() and referenced_table_name is not null
    group by table_name, constraint_name, referenced_table_name`,
} as const;
