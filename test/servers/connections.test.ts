import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { openLedger, readLedger } from '../../lib/ledger/ledger.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { administer } from './administer.js';
import { addressOf, onServers, ownerOf } from './databases.js';
import { DatabaseRelay } from './relay.js';

type Failure = Error & { readonly code: string; readonly exitStatus: number };

async function refusal(work: Promise<unknown>): Promise<Failure> {
  return work.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => error as Failure,
  );
}

onServers('connecting', (subject) => {
  it('makes the tables of an empty database, and finds them the next time', async (t) => {
    const place = await subject().place(t);
    assert.equal(await readLedger(place, async () => 'read'), undefined);
    const first = await openLedger(place);
    assert.equal(first.found, 'empty');
    await first.close();
    const second = await openLedger(place);
    assert.equal(second.found, 'tables');
    await second.close();
    assert.equal(await readLedger(place, async () => 'read'), 'read');
  });

  it('says what to do about a server that is out of reach', async (t) => {
    const { instance } = subject();
    const error = await refusal(
      serverDatabase({ ...(await subject().address(t)), port: 1 }).open(DATABASE_OWNER),
    );
    assert.deepEqual([error.code, error.exitStatus], ['DATABASE_UNREACHABLE', 1]);
    assert.match(
      error.message,
      /^Can't reach the (?:Postgres|MariaDB) database telepi_\w+ at 127\.0\.0\.1:1, nothing listens there: start the server, or correct DATABASE_URL\.$/,
    );
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(instance.password));
  });

  it('says that user or password are wrong, and shows no password', async (t) => {
    const wrong = 'wrong-Mark-17%:';
    const address = { ...(await subject().address(t)), password: wrong };
    const error = await refusal(serverDatabase(address).open(DATABASE_OWNER));
    assert.deepEqual([error.code, error.exitStatus], ['DATABASE_PASSWORD', 2]);
    assert.match(
      error.message,
      /refuses the user telepi_admin, or the password of DATABASE_URL: correct them there\.$/,
    );
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(wrong));
  });

  it('says that the database is missing', async () => {
    const address = addressOf(subject().instance, 'telepi_nowhere');
    const error = await refusal(serverDatabase(address).open(DATABASE_OWNER));
    assert.deepEqual([error.code, error.exitStatus], ['DATABASE_MISSING', 2]);
    assert.match(
      error.message,
      /^The server has no database telepi_nowhere: create it, or correct DATABASE_URL/,
    );
  });

  it('says that the user has no rights', async (t) => {
    const address = await subject().address(t);
    const { kind } = subject();
    const [who, rights] =
      kind === 'postgres'
        ? ['telepi_guest', [`grant connect on database ${address.database} to telepi_guest`]]
        : ["telepi_guest@'127.0.0.1'", [`grant select on ${address.database}.* to telepi_guest@'127.0.0.1'`]];
    const secret = kind === 'postgres' ? "password 'guest'" : "identified by 'guest'";
    await administer(address, `create user ${who} ${secret}`, ...rights);
    // Its rights are gone with the database.
    t.after(() => administer(addressOf(subject().instance), `drop user ${who}`));
    const guest = serverDatabase({ ...address, user: 'telepi_guest', password: 'guest' });
    const error = await refusal(guest.open(DATABASE_OWNER));
    assert.deepEqual([error.code, error.exitStatus], ['DATABASE_DENIED', 2]);
    assert.match(error.message, /: grant telepi_guest all rights on telepi_\w+\.$/);
  });

  it('says that an encrypted connection is not to be had', async (t) => {
    const error = await refusal(
      serverDatabase({ ...(await subject().address(t)), tls: 'verified' }).open(DATABASE_OWNER),
    );
    assert.deepEqual([error.code, error.exitStatus], ['DATABASE_TLS', 2]);
    assert.match(
      error.message,
      /: correct sslmode or sslrootcert in DATABASE_URL, or the server's certificate\.$/,
    );
  });

  it("leaves another program's tables alone", async (t) => {
    const address = await subject().address(t);
    await administer(address, 'create table messages (id bigint primary key)');
    const error = await refusal(serverDatabase(address).open(DATABASE_OWNER));
    assert.deepEqual([error.code, error.exitStatus], ['DATABASE_FOREIGN', 2]);
    assert.match(
      error.message,
      /has a table messages that TelePi didn't make\. TelePi leaves it alone: name an empty database/,
    );
    const schema = subject().kind === 'postgres' ? "'public'" : 'database()';
    const tables = `select table_name as name from information_schema.tables where table_schema = ${schema}`;
    assert.deepEqual(await administer(address, tables), [{ name: 'messages' }]);
  });

  it('refuses tables of a newer TelePi', async (t) => {
    const place = await subject().place(t);
    await (await openLedger(place)).close();
    const later = { ...DATABASE_OWNER, migrations: [...DATABASE_OWNER.migrations, async () => {}] };
    await (await place.database?.open(later))?.close();
    assert.equal((await refusal(openLedger(place))).code, 'LEDGER_NEWER');
    assert.equal((await refusal(readLedger(place, async () => 'read'))).code, 'LEDGER_NEWER');
  });

  it('connects again when the server has ended an idle connection', async (t) => {
    const address = await subject().address(t);
    const database = serverDatabase(address);
    const open = await database.open<{ rows: { id: number } }>(
      ownerOf([
        (change) =>
          change.createTable('rows', {
            columns: { id: 'integer' },
            primaryKey: { name: 'rows_key', columns: ['id'] },
          }),
      ]),
    );
    t.after(() => open.close());
    const idOf = subject().kind === 'postgres' ? sql`pg_backend_pid()` : sql`connection_id()`;
    const { rows } = await sql<{ id: string }>`select ${idOf} as id`.execute(open.db);
    const kill =
      subject().kind === 'postgres' ? `select pg_terminate_backend(${rows[0]?.id})` : `kill ${rows[0]?.id}`;
    await administer(addressOf(subject().instance), kill);
    await open.db.transaction().execute((db) => db.insertInto('rows').values({ id: 1 }).execute());
    assert.equal((await open.db.selectFrom('rows').selectAll().execute()).length, 1);
  });

  it('closes twice', async (t) => {
    const place = await subject().place(t);
    const open = await openLedger(place);
    await open.close();
    await open.close();
    await readLedger(place, async () => 'read');
    await place.database?.close();
    await place.database?.close();
  });

  it('leaves nothing behind that keeps a process alive when a connection was lost, even in a statement that may take long', {
    timeout: 120_000,
  }, async (t) => {
    const relay = await DatabaseRelay.start(subject().instance.port);
    t.after(() => relay.cut());
    const address = { ...(await subject().address(t)), port: relay.port };
    const script = `
      const { serverDatabase } = await import('${LIB}/store/server-database.js');
      const { DATABASE_OWNER } = await import('${LIB}/cli/database-owner.js');
      const door = serverDatabase(JSON.parse(process.env.ADDRESS));
      await (await door.open(DATABASE_OWNER)).close();
      console.log('closed');
    `;
    relay.loseAnswerAfter(30);
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, ADDRESS: JSON.stringify(address) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    const [text] = await once(child.stdout, 'data');
    assert.equal(String(text), 'closed\n');
    assert.ok(relay.answers > 30);
    const [status] = await once(child, 'exit');
    assert.equal(status, 0);
  });
});

const LIB = new URL('../../lib', import.meta.url).href;
