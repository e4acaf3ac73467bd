import { setImmediate } from 'node:timers/promises';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type Database from 'libsql';
import { deferred } from '../base/deferred.js';
import { FailedError } from '../base/errors.js';
import { OurSqliteAdapter } from './kind.js';
import { faultOf } from './sqlite-errors.js';
import { storable } from './storable.js';
import { TextGuard } from './text-guard.js';

type Libsql = Database.Database;
type Statement = Database.Statement<unknown[]>;

/**
 * Kysely on one libsql connection. It differs from Kysely's own SQLite dialect where that one falls short: transactions
 * take the write lock at their start (unless `begin` says otherwise, for a connection that only reads), so that none
 * fails half-way because another process wrote; a transaction that SQLite has rolled back itself (a full disk) isn't
 * rolled back again, which would hide the reason; statements are prepared once, because libsql frees a statement only
 * when it is garbage-collected; and errors go through `translate`.
 *
 * SQLite's wait for a lock, of `busyMs` at most, stops the whole process, and whoever has the lock may be in it, with another
 * connection: such a transaction gets the time to end first.
 */
export function libsqlDialect(
  database: Libsql,
  translate: (error: unknown) => unknown,
  begin: 'begin' | 'begin immediate' = 'begin immediate',
  busyMs = 0,
): Dialect {
  return {
    createAdapter: () => new OurSqliteAdapter(),
    createDriver: () => new LibsqlDriver(database, translate, { begin, busyMs }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** How often the process's other work continues before a transaction waits for its lock. */
const MOST_YIELDS = 50;

/** More than the number of different statements that the ledger has. */
const MOST_STATEMENTS = 200;

class LibsqlDriver implements Driver {
  readonly #database: Libsql;
  readonly #connection: LibsqlConnection;
  readonly #translate: (error: unknown) => unknown;
  readonly #begin: string;
  readonly #busyMs: number;
  /** Settles when the current user of the connection gives it back. */
  #free: Promise<void> = Promise.resolve();
  #giveBack: () => void = () => {};

  constructor(
    database: Libsql,
    translate: (error: unknown) => unknown,
    { begin, busyMs }: { readonly begin: string; readonly busyMs: number },
  ) {
    this.#database = database;
    this.#translate = translate;
    this.#begin = begin;
    this.#busyMs = busyMs;
    this.#connection = new LibsqlConnection(database, translate);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free;
    const { promise, resolve } = deferred<void>();
    this.#free = promise;
    await before;
    this.#giveBack = resolve;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#giveBack();
  }

  async beginTransaction(): Promise<void> {
    for (let tries = 1; this.#busyMs > 0 && tries <= MOST_YIELDS; tries += 1) {
      if (this.#beginAtOnce()) return;
      await setImmediate();
    }
    this.#exec(this.#begin);
  }

  async commitTransaction(): Promise<void> {
    this.#exec('commit');
  }

  async rollbackTransaction(): Promise<void> {
    if (this.#database.open && this.#database.inTransaction) this.#exec('rollback');
  }

  async destroy(): Promise<void> {
    if (!this.#database.open) return;
    this.#connection.forget();
    this.#database.close();
  }

  /** False while another transaction has the lock. */
  #beginAtOnce(): boolean {
    const waiting = `pragma busy_timeout = ${this.#busyMs}`;
    try {
      requireOpen(this.#database);
      this.#database.exec(`pragma busy_timeout = 0; ${this.#begin}; ${waiting}`);
      return true;
    } catch (error) {
      if (this.#database.open) this.#database.exec(waiting);
      if (faultOf(error) === 'busy') return false;
      throw this.#translate(error);
    }
  }

  #exec(sql: string): void {
    try {
      requireOpen(this.#database);
      this.#database.exec(sql);
    } catch (error) {
      throw this.#translate(error);
    }
  }
}

interface Prepared {
  readonly statement: Statement;
  /** Whether the statement reads. */
  readonly guard: TextGuard | undefined;
}

class LibsqlConnection implements DatabaseConnection {
  readonly #database: Libsql;
  readonly #translate: (error: unknown) => unknown;
  readonly #statements = new Map<string, Prepared>();

  constructor(database: Libsql, translate: (error: unknown) => unknown) {
    this.#database = database;
    this.#translate = translate;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      requireOpen(this.#database);
      const { statement, guard } = this.#prepare(sql);
      const values = parameters.map(storable);
      guard?.check(values);
      if (guard) return { rows: statement.all(values) as R[] };
      const { changes } = statement.run(values);
      return { rows: [], numAffectedRows: BigInt(changes) };
    } catch (error) {
      throw this.#translate(error);
    }
  }

  // biome-ignore lint/correctness/useYield: every answer of the ledger fits into memory
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The ledger does not stream queries.');
  }

  forget(): void {
    this.#statements.clear();
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql);
    if (known) return known;
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined && this.#statements.size >= MOST_STATEMENTS) this.#statements.delete(oldest);
    const statement = this.#database.prepare(sql);
    const prepare = (other: string): Statement => this.#database.prepare(other);
    const prepared = {
      statement,
      guard: statement.reader ? new TextGuard(sql, statement, prepare) : undefined,
    };
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** libsql ends the whole process when a closed connection is used. */
function requireOpen({ open }: Libsql): void {
  if (!open)
    throw new FailedError('LEDGER_CLOSED', 'The ledger was closed while it was still in use: run again.');
}
