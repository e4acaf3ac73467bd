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

/** Makes the database before it is used; it goes with its server. */
function created(admin: DatabaseAddress, door: ServerDatabase): ServerDatabase {
  const name = / (telepi_\w+) at /.exec(door.name)?.[1] ?? '';
  const ready = async (): Promise<void> => {
    const { administer } = await import('../servers/administer.js');
    await administer(admin, `create database ${name}`).catch((error: { code?: string }) => {
      if (!['42P04', '23505', 'ER_DB_CREATE_EXISTS'].includes(error.code ?? '')) throw error;
    });
  };
  return {
    name: door.name,
    key: door.key,
    async open(owner, patience) {
      await ready();
      return door.open(owner, patience);
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
