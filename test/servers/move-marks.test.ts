import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { acquireLock } from '../../lib/ledger/lock.js';
import { filePlace, type MovePlace, serverPlace } from '../../lib/store/move/move-place.js';
import { openStore } from '../../lib/store/open-store.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { WriterLease } from '../../lib/store/tables/writer-lease.js';
import { FakeClock } from '../support/fake-clock.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, type ServerSubject } from './databases.js';
import { code, moving } from './move-in-process.js';
import { contentAt, filled } from './moved-places.js';

async function scene(t: TestContext, subject: ServerSubject, rows = 3) {
  const dataDir = temporaryFolder(t);
  const file = filePlace(join(dataDir, 'ledger.db'));
  if (rows > 0) await filled(file, rows);
  const address = await subject.address(t);
  const door = serverDatabase(address);
  t.after(() => door.close());
  const DATABASE_URL = databaseUrl(address);
  const run = (args: readonly string[], onServer: boolean) =>
    telepi([...args, '--data-dir', dataDir], {
      cwd: dataDir,
      environment: onServer ? { DATABASE_URL } : {},
    });
  /** What an archive's command does, in this process. */
  const write = (onServer: boolean, clock = systemClock) =>
    openStore({
      dataDir,
      database: onServer ? door : undefined,
      path: join(dataDir, 'ledger.db'),
      owner: DATABASE_OWNER,
      check: async () => undefined,
      host: 'writer',
      clock,
      random: systemRandom,
      events: {},
    });
  return { dataDir, file, door, server: serverPlace(door), password: address.password ?? '', run, write };
}

const ACCOUNT = { accountId: 1, name: 'Ann', isBot: false };

onServers('a database that was moved', (subject) => {
  it('is refused from then on, by every command, until it is moved back or the move is undone', async (t) => {
    const { file, server, run, write, password } = await scene(t, subject());
    const before = await contentAt(file);
    const moved = await run(['move-store'], true);
    assert.equal(moved.status, 0, moved.stderr);
    for (const args of [
      ['status'],
      ['status', '--audit'],
      ['duplicates'],
      ['move-store', '--to', 'other.db'],
    ]) {
      const { status, stderr } = await run(args, false);
      assert.equal(status, 2, stderr);
      assert.match(
        stderr,
        /ledger\.db was moved to the \S+ database telepi_\w+ at 127\.0\.0\.1:\d+ \(telepi move-store on /,
      );
      assert.match(
        stderr,
        /use that one, by DATABASE_URL, or take this one into use again with telepi move-store --undo --from \S+ledger\.db\.$/m,
      );
      assert.ok(!stderr.includes(password));
    }
    await assert.rejects(write(false), code('STORE_MOVED'));
    assert.doesNotMatch((await run(['status'], true)).stderr, /move-store/);
    // The server's own rows go back with the rest.
    const store = await write(true);
    await store.writer.saveAccount(ACCOUNT);
    await store.close();
    const refused = await run(['move-store', '--from', 'DATABASE_URL', '--to', 'file', '--json'], true);
    assert.equal(recordsOf(refused.stdout).at(-1)?.['code'], 'STORE_NOT_EMPTY');
    const back = await run(
      ['move-store', '--from', 'DATABASE_URL', '--to', 'file', '--replace', '--yes'],
      true,
    );
    assert.equal(back.status, 0, back.stderr);
    const after = await contentAt(file);
    assert.equal(after['accounts']?.length, (before['accounts']?.length ?? 0) + 1);
    assert.deepEqual({ ...after, accounts: [] }, { ...before, accounts: [] });
    assert.doesNotMatch((await run(['status'], false)).stderr, /move-store/);
    await assert.rejects(server.open(DATABASE_OWNER), code('STORE_MOVED'));
    assert.match(
      (await run(['status'], true)).stderr,
      /was moved to \S+ledger\.db .*, without DATABASE_URL, .* telepi move-store --undo --from DATABASE_URL\.$/m,
    );
    const undone = await run(['move-store', '--undo', '--from', 'DATABASE_URL'], true);
    assert.match(undone.stderr, /would do it again, and send messages twice\..* say --yes/s);
    assert.equal((await run(['move-store', '--undo', '--from', 'DATABASE_URL', '--yes'], true)).status, 0);
    await (await server.open(DATABASE_OWNER)).close();
  });

  it('holds no writer: whoever writes when it is marked is seen, on both sides, and nothing is changed', async (t) => {
    const { dataDir, file, server, run, write } = await scene(t, subject());
    const before = await contentAt(file);
    for (const onServer of [false, true]) {
      const store = await write(onServer);
      const { status, stderr } = await run(['move-store'], true);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /is in use, a process on writer works with it: wait until that ends, or stop it/);
      await store.close();
    }
    // One that begins while the question of --replace is asked, or just before a mark is set.
    const into: Partial<Record<string, MovePlace>> = { source: file, target: server };
    for (const [side, place] of Object.entries(into)) {
      if (!place) continue;
      let begun: Awaited<ReturnType<typeof write>> | undefined;
      const late = moving(file, server, {
        onFilled: async () => {
          begun = await write(side === 'target');
        },
        isFilled: true,
      });
      await assert.rejects(late(), code('JOB_RUNNING'), side);
      await begun?.writer.saveAccount(ACCOUNT);
      await begun?.close();
      await (await place.open(DATABASE_OWNER)).close();
    }
    // Rows that have waited for the source are being written into it.
    const late = moving(file, server, {
      onSource: () =>
        assert.rejects(moving(file, filePlace(join(dataDir, 'rival.db')))(), code('JOB_RUNNING')),
      onFilled: async () => {
        throw new Error('enough');
      },
      isFilled: true,
    });
    await assert.rejects(late(), /enough/);
    // A job that has just begun has no rows yet.
    const folder = join(dataDir, '-1009_to_-2');
    mkdirSync(folder);
    const lock = await acquireLock(join(folder, 'lock'), systemClock);
    assert.match((await run(['move-store'], true)).stderr, /runs the job -1009_to_-2/);
    await lock.release();
    const after = await contentAt(file);
    assert.deepEqual({ ...after, accounts: [] }, { ...before, accounts: [] });
    const replaced = await run(['move-store', '--replace', '--yes'], true);
    assert.equal(replaced.status, 0, replaced.stderr);
  });

  it('ends a process that was stopped for longer than its lease, before that writes', async (t) => {
    for (const onServer of [false, true]) {
      const { dataDir, file, server, write } = await scene(t, subject(), 0);
      const clock = new FakeClock();
      const store = await write(onServer, clock);
      await store.writer.saveAccount(ACCOUNT);
      const source = onServer ? server : file;
      // The database's clock has moved on, and the process hasn't noticed.
      const { db, close } = await source.open(DATABASE_OWNER);
      await db.updateTable('leases').set({ expires_datetime: '2000-01-01 00:00:00.000' }).execute();
      await close();
      await moving(source, filePlace(join(dataDir, 'other.db')))();
      await clock.advance(45_000);
      await assert.rejects(store.writer.saveAccount({ ...ACCOUNT, name: 'Bo' }), code('STORE_MOVED'));
      await store.close();
      assert.ok(!JSON.stringify(await contentAt(source)).includes('Bo'));
    }
  });

  it('is known by its move, and not by its name: rows that came over another database are there', async (t) => {
    const { dataDir, file, server, run } = await scene(t, subject());
    const other = filePlace(join(dataDir, 'between.db'));
    await moving(file, other)();
    const elsewhere = await run(['status'], true);
    assert.match(elsewhere.stderr, /ledger\.db held was moved to \S+between\.db, and not to the /);
    await moving(other, server)();
    assert.doesNotMatch((await run(['status'], true)).stderr, /move/);
    // A job that is forgotten since is not missed.
    const { db, close } = await server.open(DATABASE_OWNER);
    for (const table of [
      'ledger_continuations',
      'ledger_files',
      'ledger_messages',
      'ledger_topics',
      'ledger_actions',
      'ledger_jobs',
    ])
      await db.deleteFrom(table).execute();
    await close();
    assert.equal((await run(['status'], true)).status, 0);
  });

  it('is missed when it holds anything at all, with a job or without', async (t) => {
    const { run, write } = await scene(t, subject(), 0);
    const store = await write(false);
    await store.close();
    assert.equal((await run(['status'], true)).status, 0, 'an empty file holds nothing');
    const again = await write(false);
    await again.writer.logAction({
      entryId: 'ab'.repeat(16),
      action: 'download',
      state: 'completed',
      userName: 'me',
      arguments: {},
      counts: {},
    });
    await again.close();
    for (const args of [['status'], ['duplicates']]) {
      const { status, stderr } = await run(args, true);
      assert.equal(status, 2, stderr);
      assert.match(
        stderr,
        /ledger\.db holds rows of action_log and other tables that the .* lacks: copy everything with telepi move-store, /,
      );
    }
    assert.equal((await run(['move-store'], true)).status, 0);
    assert.equal((await run(['duplicates'], true)).status, 0);
  });
});

onServers('a process that writes', (subject) => {
  it('leaves nothing behind when it ends, and what a killed one has left is swept when it has expired', async (t) => {
    const place = await subject().place(t);
    const open = await place.database?.open<StoreTables>(DATABASE_OWNER);
    assert.ok(open);
    t.after(() => open.close());
    const leases = () => open.db.selectFrom('leases').select('host').orderBy('host').execute();
    const lease = (host: string) =>
      new WriterLease({ path: open.path, host, clock: new FakeClock(), random: systemRandom });
    const [killed, one] = [lease('killed'), lease('one')];
    await killed.begin(open.db);
    await open.db.updateTable('leases').set({ expires_datetime: '2000-01-01 00:00:00.000' }).execute();
    await one.begin(open.db);
    assert.deepEqual(await leases(), [{ host: 'one' }]);
    await one.release();
    await one.release();
    assert.deepEqual(await leases(), []);
  });
});
