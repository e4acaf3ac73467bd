import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { LedgerPlace } from '../../lib/ledger/ledger.js';
import type { DatabaseKind } from '../../lib/store/kind.js';
import type { OpenDatabase } from '../../lib/store/open-database.js';
import type { DatabaseOwner } from '../../lib/store/owner.js';
import type { Patience } from '../../lib/store/server/outage.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import { type Instance, isInstalled, startInstance } from './instance.js';

type Ending = Pick<TestContext, 'after'>;

/** One of the three, for tests that run on all of them. */
export interface Subject {
  readonly kind: DatabaseKind;
  /** Where a new and empty ledger is. On a server: a database of its own. */
  place(t: Ending, patience?: Patience): Promise<TestPlace>;
}

export interface TestPlace extends LedgerPlace {
  /** Absent: the file. */
  readonly address?: DatabaseAddress;
}

/** A server of the two, for tests of connections. */
export interface ServerSubject extends Subject {
  readonly kind: 'postgres' | 'mysql';
  readonly instance: Instance;
  /** The address of a new and empty database. */
  address(t: Ending): Promise<DatabaseAddress>;
}

const NAMES = { sqlite: 'SQLite', postgres: 'Postgres', mysql: 'MariaDB' } as const;

/** The same tests for SQLite and both servers. */
export function onAllDatabases(name: string, tests: (subject: () => Subject) => void): void {
  describe(`${name}, SQLite`, () => tests(() => ({ kind: 'sqlite', place: sqlitePlace })));
  onServers(name, tests);
}

/** The same tests for both servers, which are started once for all of them. */
export function onServers(
  name: string,
  tests: (subject: () => ServerSubject) => void,
  kinds: readonly Instance['kind'][] = ['postgres', 'mysql'],
): void {
  for (const kind of kinds) {
    describe(`${name}, ${NAMES[kind]}`, () => {
      if (!isInstalled(kind)) {
        const notice = `${NAMES[kind]} is not installed: apt-get install postgresql mariadb-server`;
        it('has a server', (t) => {
          assert.notEqual(process.env['TELEPI_SERVERS'], 'required', notice);
          t.skip(notice);
        });
        return;
      }
      let instance: Instance | undefined;
      before(async () => {
        instance = await startInstance(kind);
      });
      after(() => instance?.stop());
      tests(() => {
        assert.ok(instance, 'the server runs');
        return subjectOf(instance);
      });
    });
  }
}

async function sqlitePlace(t: Ending): Promise<TestPlace> {
  return { dataDir: temporaryFolder(t), owner: DATABASE_OWNER };
}

function subjectOf(instance: Instance): ServerSubject {
  const address = (t: Ending): Promise<DatabaseAddress> => newDatabase(t, instance);
  return {
    kind: instance.kind,
    instance,
    address,
    async place(t, patience) {
      const there = await address(t);
      const database = serverDatabase(there, patience);
      t.after(() => database.close());
      return { dataDir: temporaryFolder(t), database, owner: DATABASE_OWNER, address: there };
    },
  };
}

/** What a database of the instance is reached by; the one of its administrator unless it has a name. */
export function addressOf(
  { kind, port, user, password }: Instance,
  database = kind === 'postgres' ? 'postgres' : 'mysql',
): DatabaseAddress {
  const product = kind === 'postgres' ? 'Postgres' : 'MariaDB';
  return { kind, product, host: '127.0.0.1', port, database, user, password, tls: 'off' };
}

async function newDatabase(t: Ending, instance: Instance): Promise<DatabaseAddress> {
  const name = `telepi_${randomBytes(6).toString('hex')}`;
  await administer(addressOf(instance), `create database ${name}`);
  // One that a test has crashed goes with its folder.
  t.after(() =>
    administer(
      addressOf(instance),
      `drop database ${name}${instance.kind === 'postgres' ? ' with (force)' : ''}`,
    ).catch(() => {}),
  );
  return addressOf(instance, name);
}

/** The settings by which a command finds a place's database. */
export function environmentOf({ address }: TestPlace): Readonly<Record<string, string>> {
  return address ? { DATABASE_URL: databaseUrl(address) } : {};
}

/** Opens a place's database for tables of the test's own, and closes it at the end. */
export async function openPlace<Tables>(
  t: Ending,
  { dataDir, database }: LedgerPlace,
  owner: DatabaseOwner,
): Promise<OpenDatabase<Tables>> {
  const open = database
    ? await database.open<Tables>(owner)
    : await openSqlite<Tables>(join(dataDir, 'ledger.db'), owner);
  t.after(() => open.close());
  return open;
}

/** The ledger's owner with other migrations. */
export function ownerOf(migrations: DatabaseOwner['migrations']): DatabaseOwner {
  return { ...DATABASE_OWNER, migrations, serverTables: [] };
}
