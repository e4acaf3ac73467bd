import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { LedgerPlace } from '../../lib/ledger/ledger.js';
import { type ServerDatabase, serverDatabase } from '../../lib/store/server-database.js';

/** Which server the ledgers of tests are on, as JSON of its administrator's address; unset: files. */
export const TEST_SERVER = 'TELEPI_TEST_SERVER';

/** Where the ledger of a data directory is: in its file, or in a database of its own on the server of the tests. */
export function placeOf(dataDir: string): LedgerPlace {
  const server = process.env[TEST_SERVER];
  if (server === undefined) return { dataDir, owner: DATABASE_OWNER };
  const admin = JSON.parse(server) as DatabaseAddress;
  const database = `telepi_${createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 24)}`;
  return { dataDir, owner: DATABASE_OWNER, database: created(admin, serverDatabase({ ...admin, database })) };
}

/** The database with the tables of this version, of which the others are copies: making them again takes longer. */
export const TEMPLATE = 'telepi_template';

/** Makes a database with all tables, unless it is there. */
async function copyTemplate(admin: DatabaseAddress, name: string): Promise<void> {
  const { administer } = await import('../servers/administer.js');
  try {
    if (admin.kind === 'postgres') {
      await administer(admin, `create database ${name} template ${TEMPLATE}`);
      return;
    }
    await administer(admin, `create database ${name}`);
  } catch (error) {
    if (!['42P04', '23505', 'ER_DB_CREATE_EXISTS'].includes((error as { code?: string }).code ?? ''))
      throw error;
    return;
  }
  const tables = await administer(
    admin,
    `select table_name as name from information_schema.tables where table_schema = '${TEMPLATE}'`,
  );
  const names = tables.map((row) => (row as { readonly name: string }).name);
  // `create table like` would leave foreign keys out.
  const shown = names.map((table) => `show create table ${TEMPLATE}.${table}`);
  const made = await administer(admin, ...shown);
  await administer(
    { ...admin, database: name },
    'set foreign_key_checks = 0',
    ...made.map((row) => (row as { readonly 'Create Table': string })['Create Table']),
    ...names.map((table) => `insert into ${table} select * from ${TEMPLATE}.${table}`),
  );
}

/** Makes the database before it is used; it goes with its server. */
function created(admin: DatabaseAddress, door: ServerDatabase): ServerDatabase {
  const name = / (telepi_\w+) at /.exec(door.name)?.[1] ?? '';
  let made: Promise<void> | undefined;
  const ready = (): Promise<void> => {
    made ??= copyTemplate(admin, name);
    return made;
  };
  return {
    name: door.name,
    key: door.key,
    async open(owner, patience, signal) {
      await ready();
      return door.open(owner, patience, signal);
    },
    async openPresent(owner, signal) {
      await ready();
      return door.openPresent(owner, signal);
    },
    async openLater(owner, check) {
      await ready();
      return door.openLater(owner, check);
    },
    async read(owner, work) {
      await ready();
      try {
        return await door.read(owner, work);
      } finally {
        await door.close();
      }
    },
    close: () => door.close(),
  };
}
