import {
  type Dialect,
  type Driver,
  HandleEmptyInListsPlugin,
  Kysely,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresIntrospector,
  PostgresQueryCompiler,
  replaceWithNoncontingentExpression,
  type Transaction,
} from 'kysely';
import { type DatabaseAddress, databaseWords } from '../../base/database-address.js';
import type { TelepiError } from '../../base/errors.js';
import { OurMysqlAdapter, OurPostgresAdapter } from '../kind.js';
import { databaseVersion, migrate, VERSION_TABLES } from '../migrate.js';
import { refuseMovedAway } from '../moves.js';
import type { LaterDatabase, OpenDatabase } from '../open-database.js';
import type { DatabaseOwner } from '../owner.js';
import { RepeatableError } from '../repeatable.js';
import { hasTable } from '../schema-change.js';
import { GatedDriver } from './gated-driver.js';
import { LaneDriver } from './lane-driver.js';
import { MIGRATION_MS } from './limits.js';
import { OutageWatch, type Patience } from './outage.js';
import type { ServerDriver } from './raw-connection.js';
import { type ServerErrors, serverErrors } from './server-errors.js';

/** Opens a database on a server: see ServerDatabase. */
export async function openServer<Tables>(
  address: DatabaseAddress,
  owner: DatabaseOwner,
  patience: Patience | undefined,
  signal?: AbortSignal,
): Promise<OpenDatabase<Tables>> {
  const { driver, errors, db } = await connected<Tables>(address, patience);
  onAbort(signal, driver);
  try {
    const found = await prepared(db as unknown as Kysely<unknown>, owner, { driver, errors, address });
    return {
      path: databaseWords(address),
      db,
      found,
      damaged: (cause) => errors.damaged(cause),
      close: () => db.destroy(),
    };
  } catch (error) {
    await db.destroy();
    throw errors.translate(error);
  }
}

/** Opens a database that has the tables of this version: see ServerDatabase. */
export async function openPresentServer<Tables>(
  address: DatabaseAddress,
  owner: DatabaseOwner,
  signal?: AbortSignal,
): Promise<OpenDatabase<Tables> | undefined> {
  const { driver, errors, db } = await connected<Tables>(address, undefined);
  onAbort(signal, driver);
  try {
    const reader = db as unknown as Kysely<unknown>;
    const version = await databaseVersion(reader, owner.migrations, errors.refusing(owner));
    if (version !== owner.migrations.length) {
      await db.destroy();
      return undefined;
    }
    await refuseMovedAway(reader, owner, databaseWords(address));
    return {
      path: databaseWords(address),
      db,
      found: 'tables',
      damaged: (cause) => errors.damaged(cause),
      close: () => db.destroy(),
    };
  } catch (error) {
    await db.destroy();
    throw errors.translate(error);
  }
}

function onAbort(signal: AbortSignal | undefined, driver: LaneDriver): void {
  if (signal?.aborted) driver.abandon();
  else signal?.addEventListener('abort', () => driver.abandon(), { once: true });
}

/** Opens a database whose server need not be there: see ServerDatabase. */
export async function openServerLater<Tables>(
  address: DatabaseAddress,
  owner: DatabaseOwner,
  check: (db: Kysely<Tables>) => Promise<void>,
): Promise<LaterDatabase<Tables>> {
  const { driver, errors, db } = await connected<Tables>(address, undefined);
  let isReady = false;
  let preparing: Promise<void> | undefined;
  const prepare = async (): Promise<void> => {
    try {
      await prepared(db as unknown as Kysely<unknown>, owner, { driver, errors, address });
      await check(db);
      isReady = true;
    } catch (error) {
      throw errors.translate(error);
    } finally {
      preparing = undefined;
    }
  };
  const ready = async (): Promise<void> => {
    if (isReady) return;
    preparing ??= prepare();
    await preparing;
  };
  let away: TelepiError | undefined;
  const refusing = async (): Promise<void> => {
    if (away) throw away;
    await ready();
  };
  return {
    path: databaseWords(address),
    db: kyselyOn<Tables>(address, new GatedDriver(driver, refusing)),
    always: kyselyOn<Tables>(address, new GatedDriver(driver, ready)),
    ready,
    refuse(error) {
      away = error;
    },
    damaged: (cause) => errors.damaged(cause),
    close: () => db.destroy(),
  };
}

/** For reads, one after another over the same connection: see ServerDatabase. */
export class ServerReader {
  readonly #address: DatabaseAddress;
  readonly #patience: Patience | undefined;
  #reading: Promise<Connected<unknown>> | undefined;

  constructor(address: DatabaseAddress, patience: Patience | undefined) {
    this.#address = address;
    this.#patience = patience;
  }

  async read<Tables, T>(
    owner: DatabaseOwner,
    work: (db: Transaction<Tables>) => Promise<T>,
  ): Promise<T | undefined> {
    this.#reading ??= connected(this.#address, this.#patience);
    const { db, errors } = await this.#reading;
    try {
      return await snapshotOf(db, (snapshot) =>
        readSnapshot(snapshot, owner, { errors, address: this.#address }, work),
      );
    } catch (error) {
      throw errors.translate(error);
    }
  }

  async close(): Promise<void> {
    const reading = await this.#reading;
    this.#reading = undefined;
    await reading?.db.destroy();
  }
}

/** Reads a database of another program: see server-database.ts. */
export async function readForeign<Tables, T>(
  address: DatabaseAddress,
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  const { db, errors } = await connected<Tables>(address, undefined);
  try {
    return await snapshotOf(db, work);
  } catch (error) {
    throw errors.translate(error);
  } finally {
    await db.destroy();
  }
}

async function snapshotOf<Tables, T>(
  db: Kysely<Tables>,
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().setIsolationLevel('repeatable read').execute(work);
    } catch (error) {
      if (!(error instanceof RepeatableError) || tries === MOST_TRIES) throw error;
    }
  }
}

const MOST_TRIES = 5;

async function readSnapshot<Tables, T>(
  snapshot: Transaction<unknown>,
  owner: DatabaseOwner,
  { errors, address }: { readonly errors: ServerErrors; readonly address: DatabaseAddress },
  work: (db: Transaction<Tables>) => Promise<T>,
): Promise<T | undefined> {
  const { migrations } = owner;
  const version = await databaseVersion(snapshot, migrations, errors.refusing(owner));
  if (version === 0) return undefined;
  await refuseMovedAway(snapshot, owner, databaseWords(address));
  return work(snapshot as unknown as Transaction<Tables>);
}

interface Connected<Tables> {
  readonly driver: LaneDriver;
  readonly errors: ServerErrors;
  readonly db: Kysely<Tables>;
}

/** Connects when the first statement needs it. */
async function connected<Tables>(
  address: DatabaseAddress,
  patience: Patience | undefined,
): Promise<Connected<Tables>> {
  const server = await serverDriver(address);
  const errors = serverErrors(address, server.faultOf);
  const driver = new LaneDriver({ server, watch: new OutageWatch(patience), errorOf: errors.translate });
  return { driver, errors, db: kyselyOn<Tables>(address, driver) };
}

function kyselyOn<Tables>(address: DatabaseAddress, driver: Driver): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: dialectOf(address, driver),
    // An empty list, of which nothing is a part, is SQL in SQLite alone.
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
  });
}

/** Only the package of the server in use is loaded. */
async function serverDriver(address: DatabaseAddress): Promise<ServerDriver> {
  if (address.kind === 'postgres') return (await import('./postgres.js')).postgresDriver(address);
  return (await import('./mysql.js')).mysqlDriver(address);
}

function dialectOf({ kind }: DatabaseAddress, driver: Driver): Dialect {
  return kind === 'postgres'
    ? {
        createAdapter: () => new OurPostgresAdapter(),
        createDriver: () => driver,
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      }
    : {
        createAdapter: () => new OurMysqlAdapter(),
        createDriver: () => driver,
        createIntrospector: (db) => new MysqlIntrospector(db),
        createQueryCompiler: () => new MysqlQueryCompiler(),
      };
}

/** Makes the tables, or brings them to this version; a connection that is lost meanwhile starts it again. */
async function prepared(
  db: Kysely<unknown>,
  owner: DatabaseOwner,
  {
    driver,
    errors,
    address,
  }: Pick<Connected<unknown>, 'driver' | 'errors'> & { readonly address: DatabaseAddress },
): Promise<OpenDatabase<unknown>['found']> {
  const { migrations, serverTables } = owner;
  let found: OpenDatabase<unknown>['found'] | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      const isOurs = await hasTable(db, VERSION_TABLES.postgres);
      found ??= isOurs ? 'tables' : 'empty';
      const stranger = isOurs || tries > 1 ? undefined : await firstOf(db, serverTables);
      // Another process may be making them: then the table of the version has come first.
      if (stranger !== undefined && !(await hasTable(db, VERSION_TABLES.postgres)))
        throw errors.foreign(stranger);
      const done = driver.allow(MIGRATION_MS);
      await migrate(db, migrations, errors.refusing(owner)).finally(done);
      await refuseMovedAway(db, owner, databaseWords(address));
      return found;
    } catch (error) {
      if (!(error instanceof RepeatableError) || tries === MOST_TRIES) throw error;
    }
  }
}

/** The first of these tables that is there. */
async function firstOf(db: Kysely<unknown>, tables: readonly string[]): Promise<string | undefined> {
  for (const table of tables) if (await hasTable(db, table)) return table;
  return undefined;
}
