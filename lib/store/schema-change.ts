import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from 'kysely';
import { type DatabaseKind, kindOf } from './kind.js';

/**
 * What a column holds. `bigint`: 64 bits. `text`: of any length. `datetime`: see times.ts. `bytes`: of any length. With a
 * question mark: or null.
 */
export type ColumnSpec = PlainColumn | `${PlainColumn}?`;
type PlainColumn = 'bigint' | 'integer' | `varchar(${number})` | 'text' | 'datetime' | 'bytes';

export interface TableSpec {
  readonly columns: Readonly<Record<string, ColumnSpec>>;
  readonly primaryKey: { readonly name: string; readonly columns: readonly string[] };
  readonly foreignKey?: {
    readonly name: string;
    readonly columns: readonly string[];
    readonly table: string;
    readonly references: readonly string[];
  };
}

export interface IndexSpec {
  readonly table: string;
  readonly columns: readonly string[];
  readonly unique?: boolean;
}

/**
 * Changes of tables, each of which is there wholly or not at all. SQLite and Postgres undo them with their transaction.
 * MySQL doesn't: there each change looks first whether an earlier attempt, which was cut off, has made it already.
 */
export class SchemaChange {
  /** For changes of rows. They must make the same of rows that they find changed already. */
  readonly db: Kysely<unknown>;
  readonly #kind: DatabaseKind;

  constructor(db: Kysely<unknown>) {
    this.db = db;
    this.#kind = kindOf(db);
  }

  async createTable(name: string, { columns, primaryKey, foreignKey }: TableSpec): Promise<void> {
    if (await this.#isDone(() => hasTable(this.db, name))) return;
    let table: CreateTableBuilder<string, string> = this.db.schema.createTable(name);
    for (const [column, spec] of Object.entries(columns)) {
      table = table.addColumn(column, this.#type(spec), (it) => (spec.endsWith('?') ? it : it.notNull()));
    }
    table = table.addPrimaryKeyConstraint(primaryKey.name, [...primaryKey.columns]);
    if (foreignKey) {
      const { name: key, columns: from, table: to, references } = foreignKey;
      table = table.addForeignKeyConstraint(key, [...from], to, [...references]);
    }
    // Compared by bytes, as in the other two; MySQL by itself takes "A" for "a".
    if (this.#kind === 'mysql') {
      table = table.modifyEnd(sql`engine = InnoDB default charset = utf8mb4 collate = utf8mb4_bin`);
    }
    await table.execute();
  }

  /** Rows that are there get null. */
  async addColumn(table: string, column: string, spec: `${PlainColumn}?`): Promise<void> {
    if (await this.#isDone(() => hasColumn(this.db, table, column))) return;
    await this.db.schema.alterTable(table).addColumn(column, this.#type(spec)).execute();
  }

  async createIndex(name: string, { table, columns, unique = false }: IndexSpec): Promise<void> {
    if (await this.#isDone(() => hasIndex(this.db, table, name))) return;
    const index = this.db.schema
      .createIndex(name)
      .on(table)
      .columns([...columns]);
    await (unique ? index.unique() : index).execute();
  }

  async renameTable(from: string, to: string): Promise<void> {
    if (await this.#isDone(() => hasTable(this.db, to))) return;
    await this.db.schema.alterTable(from).renameTo(to).execute();
  }

  async #isDone(look: () => Promise<boolean>): Promise<boolean> {
    return this.#kind === 'mysql' && (await look());
  }

  #type(spec: ColumnSpec) {
    return columnType(this.#kind, spec.replace('?', '') as PlainColumn);
  }
}

/** Postgres compares texts by the database's language unless it is given "C", which means by bytes. */
function columnType(kind: DatabaseKind, type: PlainColumn): RawBuilder<unknown> {
  const plain = sql.raw(type);
  const isText = type === 'text' || type.startsWith('varchar');
  switch (kind) {
    case 'sqlite':
      if (type === 'datetime') return sql`varchar(23)`;
      return type === 'bytes' ? sql`blob` : plain;
    case 'postgres':
      if (type === 'datetime') return sql`timestamp(3)`;
      if (type === 'bytes') return sql`bytea`;
      return isText ? sql`${plain} collate "C"` : plain;
    case 'mysql':
      if (type === 'datetime') return sql`datetime(3)`;
      if (type === 'bytes') return sql`longblob`;
      return type === 'text' ? sql`longtext` : plain;
  }
}

/** Where the tables of this connection are. */
function schemaOf(db: Kysely<unknown>): RawBuilder<string> {
  return kindOf(db) === 'mysql' ? sql`database()` : sql`current_schema()`;
}

export async function hasTable(db: Kysely<unknown>, name: string): Promise<boolean> {
  const found =
    kindOf(db) === 'sqlite'
      ? sql`select 1 as found from sqlite_master where type = 'table' and name = ${name}`
      : sql`select 1 as found from information_schema.tables where table_schema = ${schemaOf(db)} and table_name = ${name}`;
  return (await found.execute(db)).rows.length > 0;
}

/** Also of a view. */
export async function hasColumn(db: Kysely<unknown>, table: string, column: string): Promise<boolean> {
  const found =
    kindOf(db) === 'sqlite'
      ? sql`select 1 as found from pragma_table_info(${table}) where name = ${column}`
      : sql`select 1 as found from information_schema.columns where table_schema = ${schemaOf(db)} and table_name = ${table} and column_name = ${column}`;
  return (await found.execute(db)).rows.length > 0;
}

/** MySQL's only. */
async function hasIndex(db: Kysely<unknown>, table: string, name: string): Promise<boolean> {
  const { rows } = await sql`select 1 as found from information_schema.statistics
    where table_schema = database() and table_name = ${table} and index_name = ${name} limit 1`.execute(db);
  return rows.length > 0;
}
