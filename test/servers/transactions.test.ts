import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { deferred } from '../../lib/base/deferred.js';
import { transact } from '../../lib/store/repeatable.js';
import { asNumber, type StoredInteger } from '../../lib/store/values.js';
import { onAllDatabases, onServers, openPlace, ownerOf } from './databases.js';

type Tables = { readonly counted: { id: StoredInteger; value: StoredInteger } };

const OWNER = ownerOf([
  (change) =>
    change.createTable('counted', {
      columns: { id: 'integer', value: 'integer' },
      primaryKey: { name: 'counted_key', columns: ['id'] },
    }),
]);

onAllDatabases('transactions', (subject) => {
  it('happen wholly or not at all', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    const half = transact(db, async (tx) => {
      await tx.insertInto('counted').values({ id: 1, value: 1 }).execute();
      throw new Error('half-way');
    });
    await assert.rejects(half, /half-way/);
    const twice = transact(db, async (tx) => {
      await tx.insertInto('counted').values({ id: 2, value: 1 }).execute();
      await tx.insertInto('counted').values({ id: 2, value: 1 }).execute();
    });
    await assert.rejects(twice, { code: 'LEDGER_FAILED' });
    assert.deepEqual(await db.selectFrom('counted').selectAll().execute(), []);
    await transact(db, (tx) => tx.insertInto('counted').values({ id: 1, value: 1 }).execute());
    assert.equal((await db.selectFrom('counted').selectAll().execute()).length, 1);
  });

  it('say how many rows they matched, changed or not', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    await transact(db, (tx) => tx.insertInto('counted').values({ id: 1, value: 1 }).execute());
    for (const [id, matched] of [
      [1, 1n],
      [2, 0n],
    ] as const) {
      const { numUpdatedRows } = await transact(db, (tx) =>
        tx.updateTable('counted').where('id', '=', id).set({ value: 1 }).executeTakeFirstOrThrow(),
      );
      assert.equal(numUpdatedRows, matched);
    }
    const { numDeletedRows } = await transact(db, (tx) =>
      tx.deleteFrom('counted').where('id', 'in', []).executeTakeFirstOrThrow(),
    );
    assert.equal(numDeletedRows, 0n);
  });

  it('of one process follow one another, however many begin at once', async (t) => {
    const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
    await transact(db, (tx) => tx.insertInto('counted').values({ id: 1, value: 0 }).execute());
    const increments = Array.from({ length: 20 }, () =>
      transact(db, async (tx) => {
        const { value } = await tx.selectFrom('counted').select('value').executeTakeFirstOrThrow();
        await tx
          .updateTable('counted')
          .set({ value: asNumber(value) + 1 })
          .execute();
      }),
    );
    await Promise.all(increments);
    const { value } = await db.selectFrom('counted').select('value').executeTakeFirstOrThrow();
    assert.equal(asNumber(value), 20);
  });
});

onServers('transactions of two processes', (subject) => {
  it('that have waited for a lock see what the other one has done', async (t) => {
    const place = await subject().place(t);
    const [one, other] = [await openPlace<Tables>(t, place, OWNER), await openPlace<Tables>(t, place, OWNER)];
    await transact(one.db, (tx) => tx.insertInto('counted').values({ id: 1, value: 0 }).execute());
    const { promise: hasRead, resolve: read } = deferred<void>();
    const { promise: hasLocked, resolve: locked } = deferred<void>();
    const first = transact(one.db, async (tx) => {
      await tx.updateTable('counted').where('id', '=', 1).set({ value: 1 }).execute();
      locked();
      await hasRead;
      await tx.insertInto('counted').values({ id: 2, value: 2 }).execute();
    });
    await hasLocked;
    const seen = await transact(other.db, async (tx) => {
      // Another table's rows, or these: what a transaction reads first must not decide what it sees later.
      await tx.selectFrom('counted').selectAll().execute();
      read();
      await tx
        .updateTable('counted')
        .where('id', '=', 1)
        .set((row) => ({ value: row('value', '+', 10) }))
        .execute();
      return tx.selectFrom('counted').select('value').orderBy('id').execute();
    });
    await first;
    assert.deepEqual(
      seen.map(({ value }) => asNumber(value)),
      [11, 2],
    );
  });

  it('that lock rows in opposite order both happen: the server undoes one, and it is run again', async (t) => {
    const place = await subject().place(t);
    const [one, other] = [await openPlace<Tables>(t, place, OWNER), await openPlace<Tables>(t, place, OWNER)];
    await transact(one.db, (tx) =>
      tx
        .insertInto('counted')
        .values([1, 2].map((id) => ({ id, value: 0 })))
        .execute(),
    );
    let runs = 0;
    const met: (() => void)[] = [];
    const meet = (): Promise<void> =>
      new Promise((resolve) => {
        met.push(resolve);
        if (met.length >= 2) for (const each of met) each();
      });
    const both = [one, other].map(({ db }, index) =>
      transact(db, async (tx) => {
        runs += 1;
        const order = index === 0 ? [1, 2] : [2, 1];
        for (const [position, id] of order.entries()) {
          if (position === 1) await meet();
          await tx
            .updateTable('counted')
            .where('id', '=', id)
            .set((row) => ({ value: row('value', '+', 1) }))
            .execute();
        }
      }),
    );
    await Promise.all(both);
    const rows = await one.db.selectFrom('counted').select('value').execute();
    assert.deepEqual(
      rows.map(({ value }) => asNumber(value)),
      [2, 2],
    );
    assert.equal(runs, 3);
  });

  it('that read see one moment, whatever is written meanwhile', async (t) => {
    const place = await subject().place(t);
    const { db } = await openPlace<Tables>(t, place, OWNER);
    await transact(db, (tx) => tx.insertInto('counted').values({ id: 1, value: 1 }).execute());
    const seen = await place.database?.read<Tables, number[]>(OWNER, async (tx) => {
      const count = async (): Promise<number> =>
        (await tx.selectFrom('counted').selectAll().execute()).length;
      const before = await count();
      await transact(db, (writer) => writer.insertInto('counted').values({ id: 2, value: 2 }).execute());
      return [before, await count()];
    });
    assert.deepEqual(seen, [1, 1]);
    await assert.rejects(
      Promise.resolve(
        place.database?.read<Tables, unknown>(OWNER, (tx) =>
          tx.insertInto('counted').values({ id: 3, value: 3 }).execute(),
        ),
      ),
      { code: 'DATABASE_READONLY' },
    );
  });
});

// MySQL undoes the statement alone, as SQLite does.
onServers(
  'transactions',
  (subject) => {
    it('in which a failed statement was overlooked do not succeed', async (t) => {
      const { db } = await openPlace<Tables>(t, await subject().place(t), OWNER);
      const careless = transact(db, async (tx) => {
        await tx.insertInto('counted').values({ id: 1, value: 1 }).execute();
        await sql`select nothing from nowhere`.execute(tx).catch(() => undefined);
      });
      await assert.rejects(careless, { code: 'LEDGER_STATE' });
      assert.deepEqual(await db.selectFrom('counted').selectAll().execute(), []);
    });
  },
  ['postgres'],
);
