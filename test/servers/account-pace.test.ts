import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { VERSION_TABLES } from '../../lib/store/migrate.js';
import { openPace } from '../../lib/store/open-pace.js';
import { readPace, type StoredPace, writePace } from '../../lib/store/tables/account-pace.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { onAllDatabases, openPlace } from './databases.js';

const ACCOUNT = 777;
const GATE = 'messages';

onAllDatabases('the pace of an account', (subject) => {
  it('is changed by whoever has seen its last change, and by nobody else', async (t) => {
    const place = await subject().place(t);
    const [one, other] = [
      (await openPlace<StoreTables>(t, place, DATABASE_OWNER)).db,
      (await openPlace<StoreTables>(t, place, DATABASE_OWNER)).db,
    ];
    assert.deepEqual((await readPace(one, ACCOUNT)).rows, []);
    const first: StoredPace = { gate: GATE, revision: 0, host: 'first-host', learnt: '{"a":1}' };
    assert.deepEqual(await Promise.all([writePace(one, ACCOUNT, first), writePace(one, ACCOUNT, first)]), [
      true,
      false,
    ]);
    const { now, rows } = await readPace(other, ACCOUNT);
    assert.deepEqual(rows, [{ ...first, revision: 1 }]);
    const openAt = now + 12_345;
    const flood = { ...first, revision: 1, openAt, reason: 'FLOOD_WAIT_12', host: 'second-host' };
    assert.equal(await writePace(other, ACCOUNT, flood), true);
    assert.equal(await writePace(one, ACCOUNT, { ...first, revision: 1 }), false);
    assert.equal(await writePace(one, ACCOUNT, { ...first, revision: 0 }), false);
    assert.deepEqual((await readPace(one, ACCOUNT)).rows, [{ ...flood, revision: 2 }]);
    assert.deepEqual((await readPace(one, ACCOUNT + 1)).rows, []);
  });

  it('is shared by any number of writers, of whom none loses a change', async (t) => {
    const place = await subject().place(t);
    const dbs: Awaited<ReturnType<typeof openPlace<StoreTables>>>['db'][] = [];
    for (let nth = 0; nth < 3; nth += 1)
      dbs.push((await openPlace<StoreTables>(t, place, DATABASE_OWNER)).db);
    const add = async (db: (typeof dbs)[number]): Promise<void> => {
      for (;;) {
        const { rows } = await readPace(db, ACCOUNT);
        const row = rows[0] ?? { gate: GATE, revision: 0, host: 'host', learnt: '0' };
        if (await writePace(db, ACCOUNT, { ...row, learnt: String(Number(row.learnt) + 1) })) return;
      }
    };
    await Promise.all(
      dbs.map(async (db) => {
        for (let nth = 0; nth < 20; nth += 1) await add(db);
      }),
    );
    const { rows } = await readPace(dbs[0] as (typeof dbs)[number], ACCOUNT);
    assert.deepEqual(rows, [{ gate: GATE, revision: 60, host: 'host', learnt: '60' }]);
  });

  it('is kept for itself by a command that only looks, where there are no tables of this version', async (t) => {
    const place = await subject().place(t);
    const path = join(place.dataDir, 'ledger.db');
    const row: StoredPace = { gate: GATE, revision: 0, host: 'host', learnt: '1' };
    const look = async (): Promise<void> => {
      const { database } = place;
      const pace = openPace({ database, path, owner: DATABASE_OWNER, looks: true, pause: async () => {} });
      await pace.prepare();
      assert.equal(await pace.write(ACCOUNT, row), true);
      await pace.read(ACCOUNT);
      await pace.close();
    };
    await look();
    if (place.database) assert.equal(await place.database.openPresent(DATABASE_OWNER), undefined);
    else assert.equal(existsSync(path), false);
    const open = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    const table = VERSION_TABLES[subject().kind];
    const versions = open.db.withTables<Record<typeof table, { version: number }>>();
    const older = DATABASE_OWNER.migrations.length - 1;
    await versions.updateTable(table).set({ version: older }).execute();
    await look();
    const left = await versions.selectFrom(table).select('version').execute();
    assert.deepEqual(
      left.map(({ version }) => Number(version)),
      [older],
    );
    assert.deepEqual((await readPace(open.db, ACCOUNT)).rows, []);
    await versions
      .updateTable(table)
      .set({ version: older + 1 })
      .execute();
    await look();
    assert.deepEqual((await readPace(open.db, ACCOUNT)).rows, [{ ...row, revision: 1 }]);
  });

  it('has its times by the clock of the database', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const before = Date.now() - 1;
    const { now } = await readPace(db, ACCOUNT);
    assert.ok(now >= before && now <= Date.now() + 1, `${now} is the time of this machine, where it runs`);
  });
});
