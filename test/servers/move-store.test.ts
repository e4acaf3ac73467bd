import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { FailedError } from '../../lib/base/errors.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { acquireLock } from '../../lib/ledger/lock.js';
import { readMadeTarget } from '../../lib/ledger/made-target.js';
import { writeTargetFile } from '../../lib/ledger/made-target-file.js';
import { newJournal } from '../../lib/store/journal/journal-folder.js';
import { filePlace, type MovePlace, serverPlace } from '../../lib/store/move/move-place.js';
import { movedTables } from '../../lib/store/move/table-shapes.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { takeLease } from '../../lib/store/tables/leases.js';
import { recordsOf } from '../support/scene.js';
import { type TelepiOptions, telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, type ServerSubject } from './databases.js';
import { code, moving, undone } from './move-in-process.js';
import { contentAt, filled } from './moved-places.js';

/** A file with rows of every table, a server's empty database, and the command. */
async function scene(t: TestContext, subject: ServerSubject, rows: number) {
  const dataDir = temporaryFolder(t);
  const path = join(dataDir, 'ledger.db');
  const file = filePlace(path);
  await filled(file, rows);
  const address = await subject.address(t);
  const door = serverDatabase(address);
  t.after(() => door.close());
  const url = databaseUrl(address);
  const run = (args: readonly string[], more: Partial<TelepiOptions> = {}) =>
    telepi([...args, '--data-dir', dataDir], { cwd: dataDir, environment: { DATABASE_URL: url }, ...more });
  return { dataDir, file, server: serverPlace(door), run, key: door.key };
}

async function emptied(place: MovePlace): Promise<void> {
  const { db, close } = await place.open({ ...DATABASE_OWNER, takesMovedAway: true });
  for (const { name } of (await movedTables(DATABASE_OWNER.migrations)).toReversed()) {
    await db.deleteFrom(name).execute();
  }
  await close();
}

const move = (...words: Parameters<typeof moving>) => moving(...words)();

onServers('telepi move-store', (subject) => {
  it('copies every value of every table to a server, from there to another database, and back into a file', async (t) => {
    const { dataDir, file, server, run } = await scene(t, subject(), 230);
    const before = await contentAt(file);
    for (const [table, rows] of Object.entries(before)) assert.equal(rows.length, 230, table);
    const other = await subject().address(t);
    writeFileSync(join(dataDir, '.env'), `OTHER_URL=${databaseUrl(other)}\n`, { mode: 0o600 });
    const refused = await run(['status']);
    assert.match(refused.stderr, /holds 230 jobs that .* lacks: copy everything with telepi move-store/);
    const dry = await run(['move-store', '--dry-run', '--json']);
    assert.equal(recordsOf(dry.stdout).at(-1)?.['inTarget'], 0);
    const there = await run(['move-store', '--json']);
    assert.equal(there.status, 0, there.stderr);
    assert.deepEqual(await contentAt(server), before);
    assert.ok(!(await run(['status', '--audit'])).stderr.includes('lacks'), 'the server has the jobs');
    const onward = await run(['move-store', '--from', 'DATABASE_URL', '--to', 'OTHER_URL', '--json']);
    assert.equal(onward.status, 0, onward.stderr);
    assert.ok(!`${onward.stdout}${onward.stderr}`.includes('OTHER_URL, which TelePi does not know'));
    const back = await run(['move-store', '--from', 'OTHER_URL', '--to', 'back.db', '--json']);
    assert.equal(back.status, 0, back.stderr);
    assert.deepEqual(await contentAt(filePlace(join(dataDir, 'back.db'))), before);
    assert.deepEqual(await contentAt(file), before);
    const hashes = [there, onward, back].map(({ stdout }) =>
      recordsOf(stdout).filter(({ event }) => event === 'table'),
    );
    assert.deepEqual(hashes[1], hashes[0]);
    assert.deepEqual(hashes[2], hashes[0]);
    assert.ok((hashes[0] ?? []).every(({ rows }) => rows === 230));
  });

  it('takes along which targets --create-target has made, which files say, to a server and back into another directory', async (t) => {
    const { dataDir, run } = await scene(t, subject(), 0);
    const record = { version: 1, mark: 'm', kind: 'forum', title: 'T', plannedAt: 1 } as const;
    const made = { ...record, targetId: -1009, accessHash: '-9', dressed: true } as const;
    const keys = [
      { accountId: 7, sourceId: -1001, sourceTopic: 5 },
      { accountId: 8, sourceId: -1001, server: 'test' },
    ];
    for (const [index, key] of keys.entries())
      await writeTargetFile({ dataDir, ...key }, index === 0 ? made : record);
    assert.equal((await run(['move-store'])).status, 0);
    const there = temporaryFolder(t);
    const back = await run(['move-store', '--from', 'DATABASE_URL', '--to', join(there, 'ledger.db')]);
    assert.equal(back.status, 0, back.stderr);
    const found = keys.map((key) => readMadeTarget({ ...key, dataDir: there, owner: DATABASE_OWNER }));
    assert.deepEqual(await Promise.all(found), [made, record]);
  });

  it('deletes nothing that is there unless it is asked to, and touches nothing that is in use', async (t) => {
    const { dataDir, file, server, run } = await scene(t, subject(), 3);
    const refusal = async (wanted: string, ...args: string[]) => {
      const { status, stdout } = await run(['move-store', '--json', ...args]);
      assert.equal(status, 2, stdout);
      assert.equal(recordsOf(stdout).at(-1)?.['code'], wanted);
    };
    await refusal('USAGE', '--to', 'mysql://me:secret@db/x');
    await refusal('MISSING_SETTING', '--to', 'NO_SUCH_URL');
    await refusal('NOTHING_TO_MOVE', '--from', 'none.db');
    await refusal('SAME_DATABASE', '--to', 'file', '--replace', '--yes');
    const folder = join(dataDir, '-1001_to_-2');
    mkdirSync(folder);
    const lock = await acquireLock(join(folder, 'lock'), systemClock);
    await refusal('JOB_RUNNING');
    await lock.release();
    const { db, close } = await server.open(DATABASE_OWNER);
    await takeLease(db as never, { name: 'job', holder: 'x', host: 'other' }, 60_000);
    await refusal('JOB_RUNNING');
    await takeLease(db as never, { name: 'job', holder: 'x', host: 'other' }, -60_000);
    await db.insertInto('sequences').values({ name: 'own', value: 1n }).execute();
    await close();
    const there = await contentAt(server);
    await refusal('STORE_NOT_EMPTY');
    await refusal('REPLACE_UNCONFIRMED', '--replace');
    assert.deepEqual(await contentAt(server), there);
    const replaced = await run(['move-store', '--replace', '--yes']);
    assert.equal(replaced.status, 0, replaced.stderr);
    assert.deepEqual(await contentAt(server), await contentAt(file));
  });

  it('takes along the rows that wait in the data directory for the server', async (t) => {
    const { dataDir, file, server, run, key } = await scene(t, subject(), 3);
    await move(file, server);
    const of = { key, name: server.name };
    const journal = await newJournal(dataDir, of, { now: Date.now(), random: systemRandom });
    const account = { accountId: 999, name: 'waited', isBot: false };
    await journal.append({ host: 'h', at: Date.now(), call: 'saveAccount', args: [account] });
    const words = ['move-store', '--from', 'DATABASE_URL', '--to', 'other.db'];
    const held = await run([...words, '--json']);
    assert.equal(recordsOf(held.stdout).at(-1)?.['code'], 'ROWS_WAITING', held.stderr);
    await journal.close();
    const moved = await run(words);
    assert.equal(moved.status, 0, moved.stderr);
    assert.match(moved.stderr, /1 row that waited for .* is written/);
    const { accounts = [] } = await contentAt(filePlace(join(dataDir, 'other.db')));
    assert.ok(accounts.some((row) => row.includes('"999n"') && row.includes('waited')));
  });

  it('starts over after it was killed, and until then everything refuses the part', async (t) => {
    const { file, server, run } = await scene(t, subject(), 230);
    for (const table of ['ledger_messages', 'Everything is written']) {
      const killed = await run(['move-store'], {
        onStart: (child) => {
          let said = '';
          child.stderr?.on('data', (text: string) => {
            said += text;
            if (said.includes(table)) child.kill('SIGKILL');
          });
        },
      });
      assert.equal(killed.signal, 'SIGKILL', `${table}: ${killed.stderr}`);
      for (const args of [
        ['status'],
        ['status', '--audit'],
        ['move-store', '--from', 'DATABASE_URL', '--to', 'x.db'],
      ]) {
        const { status, stderr } = await run(args);
        assert.equal(status, 2, stderr);
        assert.match(stderr, /holds only a part of what telepi move-store was copying into it/);
      }
    }
    const again = await run(['move-store']);
    assert.equal(again.status, 0, again.stderr);
    assert.deepEqual(await contentAt(server), await contentAt(file));
  });

  it('starts over after it was stopped at any step, in both directions', async (t) => {
    const { file, server } = await scene(t, subject(), 5);
    const before = await contentAt(file);
    for (const [source, target] of [
      [file, server],
      [server, file],
    ] as const) {
      for (let steps = 1; ; steps += 9) {
        const stop = new AbortController();
        let left = steps;
        const onRows = (): void => {
          left -= 1;
          if (left === 0) stop.abort(new FailedError('STOPPED', 'stopped'));
        };
        const stopped = await move(source, target, { watch: { signal: stop.signal, onRows } }).catch(
          (error: Error) => error,
        );
        if (!(stopped instanceof Error)) break;
        assert.equal(stopped.message, 'stopped');
        await assert.rejects(target.open(DATABASE_OWNER), code('STORE_HALF_MOVED'));
        await assert.rejects(
          target.look(DATABASE_OWNER, async () => 1),
          code('STORE_HALF_MOVED'),
        );
      }
      assert.deepEqual(await contentAt(target), before);
      await emptied(source);
      await move(target, source);
      assert.deepEqual(await contentAt(source), before);
      assert.ok(await undone(target));
    }
  });

  it('takes nothing for whole that was changed in the target, or in the source meanwhile', async (t) => {
    const { dataDir, file, server } = await scene(t, subject(), 3);
    let times = 0;
    const spoiled = async (place: MovePlace): Promise<void> => {
      const { db, close } = await place.open({
        ...DATABASE_OWNER,
        takesHalfMoved: true,
        takesMovedAway: true,
      });
      times += 1;
      await db
        .updateTable('messages')
        .where('version', '=', 0n)
        .set({ text: `${times}` })
        .execute();
      await close();
    };
    /** Somebody writes into `victim` once the rows are read. */
    const disturbed = (place: MovePlace, victim: MovePlace): MovePlace => ({
      ...place,
      async snapshot(owner, work) {
        const answer = await place.snapshot(owner, work);
        await spoiled(victim);
        return answer;
      },
    });
    await assert.rejects(move(disturbed(file, server), server), code('MOVE_FAILED'));
    await assert.rejects(server.open(DATABASE_OWNER), code('STORE_HALF_MOVED'));
    await move(file, server);
    const other = filePlace(join(dataDir, 'other.db'));
    await assert.rejects(move(disturbed(server, server), other), code('STORE_CHANGED'));
    await assert.rejects(other.open(DATABASE_OWNER), code('STORE_HALF_MOVED'));
    await move(server, other);
    assert.deepEqual(await contentAt(other), await contentAt(server));
  });
});
