import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { openLedger } from '../../lib/ledger/ledger.js';
import type { Migration } from '../../lib/store/migrate.js';
import type { SchemaChange } from '../../lib/store/schema-change.js';
import { onAllDatabases, openPlace, ownerOf } from './databases.js';

type Tables = {
  readonly first: { id: unknown; note: string | null };
  readonly second: { id: unknown };
};

const table = (name: string) => ({
  columns: { id: 'integer', note: 'varchar(20)?' } as const,
  primaryKey: { name: `${name}_key`, columns: ['id'] },
});

const makeFirst: Migration = async (change) => {
  await change.createTable('first', table('first'));
  await change.db.withTables<Tables>().insertInto('first').values({ id: 1, note: null }).execute();
};

const makeSecond: Migration = async (change) => {
  await change.createTable('second', table('second'));
  await change.createIndex('second_by_note', { table: 'second', columns: ['note'], unique: true });
  await change.addColumn('first', 'more', 'text?');
  await change.db.withTables<Tables>().updateTable('first').set({ note: 'moved' }).execute();
  await change.renameTable('second', 'renamed');
};

/** A change that dies after so many of its steps. */
function dyingAfter(steps: number, migration: Migration): Migration {
  return (change) => {
    let left = steps;
    const step = <Args extends unknown[]>(work: (...args: Args) => Promise<void>) => {
      return (...args: Args): Promise<void> => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('killed')) : work.apply(change, args);
      };
    };
    return migration({
      db: change.db,
      createTable: step(change.createTable),
      createIndex: step(change.createIndex),
      addColumn: step(change.addColumn),
      renameTable: step(change.renameTable),
    } as unknown as SchemaChange);
  };
}

onAllDatabases('migrations', (subject) => {
  it('are made once, by several at the same time too', async (t) => {
    const place = await subject().place(t);
    const owner = ownerOf([makeFirst, makeSecond]);
    // A process that waits for SQLite's lock waits altogether: test/ledger/migrations.test.ts has processes.
    const first = subject().kind === 'sqlite' ? [] : [1, 2, 3];
    const opened = await Promise.all(first.map(() => openPlace<Tables>(t, place, owner)));
    opened.push(await openPlace<Tables>(t, place, owner));
    for (const { db } of opened) {
      assert.deepEqual(await db.selectFrom('first').select('note').execute(), [{ note: 'moved' }]);
    }
  });

  it('are completed by the next process, wherever one has died', async (t) => {
    for (let steps = 0; steps <= 4; steps += 1) {
      const place = await subject().place(t);
      const cut = ownerOf([makeFirst, dyingAfter(steps, makeSecond)]);
      if (steps < 4) {
        await assert.rejects(openPlace(t, place, cut), /killed/);
        await assert.rejects(openPlace(t, place, cut), /killed/);
      }
      const { db } = await openPlace<Tables>(t, place, ownerOf([makeFirst, makeSecond]));
      const rows = await sql`select note, more from first`.execute(db);
      assert.deepEqual(rows.rows, [{ note: 'moved', more: null }]);
      await sql`insert into renamed (id, note) values (1, 'a')`.execute(db);
      await assert.rejects(sql`insert into renamed (id, note) values (2, 'a')`.execute(db));
    }
  });

  it('leave the version as it is when they fail', async (t) => {
    const place = await subject().place(t);
    const broken: Migration = () => Promise.reject(new Error('broken'));
    await assert.rejects(openPlace(t, place, ownerOf([makeFirst, broken])), /broken/);
    const { db } = await openPlace<Tables>(t, place, ownerOf([makeFirst]));
    assert.equal((await db.selectFrom('first').selectAll().execute()).length, 1);
  });

  it('of the ledger may be cut off anywhere, and are completed', async (t) => {
    const place = await subject().place(t);
    for (const [index, migration] of DATABASE_OWNER.migrations.entries()) {
      const cut = [...DATABASE_OWNER.migrations.slice(0, index), dyingAfter(1, migration)];
      await openPlace(t, place, { ...DATABASE_OWNER, migrations: cut }).catch((error: Error) => {
        assert.match(error.message, /killed/);
      });
    }
    const ledger = await openLedger(place);
    t.after(() => ledger.close());
    assert.deepEqual(await ledger.db.selectFrom('ledger_messages').selectAll().execute(), []);
  });
});
