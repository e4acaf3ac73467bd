import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { administer } from '../../test/servers/administer.js';
import { databaseUrl } from '../../test/servers/database-url.js';
import { addressOf } from '../../test/servers/databases.js';
import { isInstalled, startInstance } from '../../test/servers/instance.js';
import { fill, filledDirectory } from './fill.js';

/** Where a command finds a store. */
export interface Store {
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Makes stores of one kind of database. */
export interface Stores {
  /** One with this many messages; SQLite's is kept in the bench's folder, and found again. */
  filled(count: number): Promise<Store>;
  empty(): Promise<Store>;
  close(): Promise<void>;
}

/** `name`: sqlite, postgres or mariadb. The servers are instances of our own, with fsync off. Undefined if its programs are missing. */
export async function storesOf(name: string, folder: string): Promise<Stores | undefined> {
  const newDirectory = async (): Promise<string> => {
    const dataDir = join(folder, `empty-${randomBytes(6).toString('hex')}`);
    await mkdir(dataDir, { mode: 0o700 });
    return dataDir;
  };
  if (name === 'sqlite') {
    return {
      filled: async (count) => ({ dataDir: await filledDirectory(folder, count), environment: {} }),
      empty: async () => ({ dataDir: await newDirectory(), environment: {} }),
      close: async () => {},
    };
  }
  const kind = name === 'postgres' ? 'postgres' : 'mysql';
  if (!isInstalled(kind)) return undefined;
  const instance = await startInstance(kind);
  const make = async (): Promise<{ readonly store: Store; readonly address: DatabaseAddress }> => {
    const database = `telepi_${randomBytes(6).toString('hex')}`;
    await administer(addressOf(instance), `create database ${database}`);
    const address = addressOf(instance, database);
    const environment = { DATABASE_URL: databaseUrl(address) };
    return { store: { dataDir: await newDirectory(), environment }, address };
  };
  return {
    async filled(count) {
      const { store, address } = await make();
      const open = await serverDatabase(address).open<StoreTables>(DATABASE_OWNER);
      try {
        await fill(open, count);
      } finally {
        await open.close();
      }
      return store;
    },
    empty: async () => (await make()).store,
    close: () => instance.stop(),
  };
}
