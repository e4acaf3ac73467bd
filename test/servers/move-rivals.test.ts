import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { openLeasedLedger } from '../../lib/ledger/ledger.js';
import { lockFile } from '../../lib/store/file-lock.js';
import { filePlace, type MovePlace, serverPlace } from '../../lib/store/move/move-place.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { type Lease, renewLease, takeLease } from '../../lib/store/tables/leases.js';
import { FakeClock } from '../support/fake-clock.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers, type ServerSubject } from './databases.js';
import { code, moving, undone } from './move-in-process.js';
import { filled } from './moved-places.js';

async function scene(t: TestContext, subject: ServerSubject, rows = 3) {
  const dataDir = temporaryFolder(t);
  const file = filePlace(join(dataDir, 'ledger.db'));
  if (rows > 0) await filled(file, rows);
  const address = await subject.address(t);
  const door = serverDatabase(address);
  t.after(() => door.close());
  const run = (args: readonly string[]) =>
    telepi([...args, '--data-dir', dataDir], {
      cwd: dataDir,
      environment: { DATABASE_URL: databaseUrl(address) },
    });
  return { dataDir, file, door, server: serverPlace(door), run };
}

/** Does something with the leases of a place, also of one that was left. */
async function withLeases<T>(place: MovePlace, work: (db: LeaseDatabase) => Promise<T>): Promise<T> {
  const { db, close } = await place.open({ ...DATABASE_OWNER, takesMovedAway: true });
  return work(db as unknown as LeaseDatabase).finally(close);
}

type LeaseDatabase = Parameters<typeof takeLease>[0];

const isUsed = async (place: MovePlace) => (await place.open(DATABASE_OWNER)).close();

const JOB: Lease = { name: 'job 1 -1009_to_-2', holder: 'sleeper', host: 'laptop' };

onServers('of two processes that move a database', (subject) => {
  it('one succeeds, although both looked at it before either had marked it', async (t) => {
    const { dataDir, file, server } = await scene(t, subject());
    let number = 0;
    for (const [source, target] of [
      [file, server],
      [server, filePlace(join(dataDir, 'first.db'))],
    ] as const) {
      number += 1;
      const other = filePlace(join(dataDir, `other-${number}.db`));
      const late = moving(source, other, {
        isFilled: true,
        async onFilled() {
          await moving(source, target)();
        },
      });
      await assert.rejects(late(), code('STORE_MOVED'));
      await assert.rejects(source.open(DATABASE_OWNER), code('STORE_MOVED'));
      await isUsed(target);
      await isUsed(other);
    }
  });

  it('one takes it into use again, and the other one moves nothing', async (t) => {
    const { dataDir, file, server } = await scene(t, subject());
    const after = (place: MovePlace, then: () => Promise<unknown>): MovePlace => ({
      ...place,
      async snapshot(owner, work) {
        const answer = await place.snapshot(owner, work);
        if (!owner.takesHalfMoved) await then();
        return answer;
      },
    });
    await assert.rejects(
      moving(
        after(file, () => undone(file)),
        server,
      )(),
      code('MOVE_UNDONE'),
    );
    await isUsed(file);
    await assert.rejects(server.open(DATABASE_OWNER), code('STORE_HALF_MOVED'));
    const elsewhere = async () => {
      await undone(file);
      await moving(file, filePlace(join(dataDir, 'elsewhere.db')))();
    };
    await assert.rejects(moving(after(file, elsewhere), server)(), code('STORE_MOVED'));
    await assert.rejects(file.open(DATABASE_OWNER), code('STORE_MOVED'));
    await assert.rejects(server.open(DATABASE_OWNER), code('STORE_HALF_MOVED'));
  });

  it('the one that says --undo waits for the other, in its data directory and on other machines', async (t) => {
    const { dataDir, file, server, run } = await scene(t, subject());
    await moving(file, server)();
    const refused = async (sentence: RegExp) => {
      const { status, stderr } = await run(['move-store', '--undo', '--yes']);
      assert.equal(status, 2, stderr);
      assert.match(stderr, sentence);
      await assert.rejects(file.open(DATABASE_OWNER), code('STORE_MOVED'));
    };
    const lock = lockFile(join(dataDir, '.move-store.lock'));
    await refused(/Another telepi move-store runs in /);
    lock?.release();
    for (const [place, name] of [
      [server, 'move-store'],
      [file, 'move-store away'],
    ] as const) {
      const lease = { name, holder: 'elsewhere', host: 'desktop' };
      await withLeases(place, (db) => takeLease(db, lease, 60_000));
      await refused(/A telepi move-store on desktop is moving \S+ledger\.db, or was cut off /);
      await withLeases(place, (db) => takeLease(db, lease, -1000));
    }
    const undoes = await run(['move-store', '--undo', '--yes']);
    assert.equal(undoes.status, 0, undoes.stderr);
    await isUsed(file);
  });

  it('the one that was stopped while it was confirmed leaves the target to the other', async (t) => {
    const { file, server } = await scene(t, subject());
    const stopped = moving(file, server, {
      isFilled: true,
      refuseBusy: async () => undefined,
      onFilled: () =>
        withLeases(server, async (db) => {
          await db.deleteFrom('leases').execute();
          await takeLease(db, { name: 'move-store', holder: 'other', host: 'desktop' }, 60_000);
        }),
    });
    await assert.rejects(stopped(), code('JOB_TAKEN_OVER'));
    await isUsed(server);
    await isUsed(file);
  });
});

onServers('a lease that has expired', (subject) => {
  it('is gone from both sides of a move, so that its holder can renew neither', async (t) => {
    const { dataDir, file, server } = await scene(t, subject());
    for (const [source, target] of [
      [file, server],
      [server, filePlace(join(dataDir, 'back.db'))],
    ] as const) {
      await withLeases(target, (db) => takeLease(db, JOB, -1000));
      let looks = 0;
      await moving(source, target, {
        async refuseBusy(db, place) {
          // After the mark, which removes the leases that had expired by then.
          looks += place === source ? 1 : 0;
          if (place === source && looks === 2) await takeLease(db as unknown as LeaseDatabase, JOB, -1000);
        },
      })();
      assert.ok(looks > 2);
      for (const place of [source, target])
        assert.equal(await withLeases(place, (db) => renewLease(db, JOB, 60_000)), false, place.name);
    }
  });
});

onServers('a process that writes', (subject) => {
  it('without a job asks before each batch whether the database is still there', async (t) => {
    for (const onServer of [false, true]) {
      const { dataDir, door, file, server } = await scene(t, subject(), 0);
      const place = { dataDir, owner: DATABASE_OWNER, ...(onServer && { database: door }) };
      const clock = new FakeClock();
      const ledger = await openLeasedLedger(place, { host: 'writer', clock, random: systemRandom });
      await ledger.keep();
      const source = onServer ? server : file;
      await withLeases(source, (db) =>
        db.updateTable('leases').set({ expires_datetime: '2000-01-01 00:00:00.000' }).execute(),
      );
      await moving(source, filePlace(join(dataDir, 'other.db')))();
      await clock.advance(45_000);
      await assert.rejects(ledger.keep(), code('STORE_MOVED'));
      await ledger.close();
    }
  });
});
