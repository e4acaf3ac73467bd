import { Kysely } from 'kysely';
import Libsql from 'libsql';
import { libsqlDialect } from '../libsql-dialect.js';
import type { Migration } from '../migrate.js';
import { type ColumnSpec, SchemaChange, type TableSpec } from '../schema-change.js';

/** A table, as migrations have made it. */
export interface TableShape {
  readonly name: string;
  /** In their order. */
  readonly columns: ReadonlyMap<string, ColumnSpec>;
  /** The columns of the primary key, in their order. */
  readonly key: readonly string[];
}

/**
 * The tables that migrations make, in an order in which their rows can be written: a table that refers to another one
 * comes after it. Found by running them on an empty database in memory, so that no table and no column is left out.
 */
export async function tableShapes(migrations: readonly Migration[]): Promise<readonly TableShape[]> {
  const db = new Kysely<unknown>({ dialect: libsqlDialect(new Libsql(':memory:'), (error) => error) });
  try {
    const change = new WatchedChange(db);
    for (const migration of migrations) await migration(change);
    return change.shapes();
  } finally {
    await db.destroy();
  }
}

/** What concerns one database alone: who writes into it now, and where its rows have come from or gone. */
export const UNMOVED_TABLES: readonly string[] = [
  'account_pace',
  'leases',
  'store_moves',
  'workers',
  'worker_jobs',
];

/** The tables whose rows are moved: see tableShapes. */
export async function movedTables(migrations: readonly Migration[]): Promise<readonly TableShape[]> {
  return (await tableShapes(migrations)).filter(({ name }) => !UNMOVED_TABLES.includes(name));
}

class WatchedChange extends SchemaChange {
  readonly #tables: {
    name: string;
    readonly columns: Map<string, ColumnSpec>;
    readonly key: readonly string[];
  }[] = [];

  shapes(): readonly TableShape[] {
    return this.#tables;
  }

  override async createTable(name: string, spec: TableSpec): Promise<void> {
    await super.createTable(name, spec);
    const columns = new Map(Object.entries(spec.columns));
    this.#tables.push({ name, columns, key: spec.primaryKey.columns });
  }

  override async addColumn(...[table, column, spec]: Parameters<SchemaChange['addColumn']>): Promise<void> {
    await super.addColumn(table, column, spec);
    this.#named(table)?.columns.set(column, spec);
  }

  override async renameTable(from: string, to: string): Promise<void> {
    await super.renameTable(from, to);
    const table = this.#named(from);
    if (table) table.name = to;
  }

  #named(name: string) {
    return this.#tables.find((table) => table.name === name);
  }
}
