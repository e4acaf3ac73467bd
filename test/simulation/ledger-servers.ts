import { randomBytes } from 'node:crypto';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { DatabaseKind } from '../../lib/store/kind.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { administer } from '../servers/administer.js';
import { addressOf } from '../servers/databases.js';
import { type Instance, startInstance } from '../servers/instance.js';

/** Where ledgers are that several machines share. */
export interface LedgerServer {
  readonly kind: DatabaseKind;
  /** A new database with the tables of this version; undefined for SQLite, where a ledger is a file. */
  database(): Promise<SharedDatabase | undefined>;
  close(): Promise<void>;
}

export interface SharedDatabase {
  readonly address: DatabaseAddress;
  remove(): Promise<void>;
}

/** Starts a server of our own, unless the ledgers are files. @throws when its programs aren't installed */
export async function ledgerServer(kind: DatabaseKind): Promise<LedgerServer> {
  if (kind === 'sqlite') return { kind, database: async () => undefined, close: async () => {} };
  const instance = await startInstance(kind);
  return { kind, database: () => newDatabase(instance), close: () => instance.stop() };
}

async function newDatabase(instance: Instance): Promise<SharedDatabase> {
  const name = `telepi_${randomBytes(6).toString('hex')}`;
  await administer(addressOf(instance), `create database ${name}`);
  const address = addressOf(instance, name);
  const door = serverDatabase(address);
  try {
    await (await door.open(DATABASE_OWNER)).close();
  } finally {
    await door.close();
  }
  const force = instance.kind === 'postgres' ? ' with (force)' : '';
  return {
    address,
    remove: async () => void (await administer(addressOf(instance), `drop database ${name}${force}`)),
  };
}
