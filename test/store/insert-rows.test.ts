import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { rowsOfKeys, runCompiled } from '../../lib/store/compiled.js';
import { insertRows } from '../../lib/store/insert-rows.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { upsert } from '../../lib/store/upsert.js';
import { asNumber } from '../../lib/store/values.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KEYS = { keys: ['name'], updated: ['value'] } as const;

test('any number of rows is written, each once, in new rows and in place of old ones', async (t) => {
  const { db, close } = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(close);
  const written = async (prefix: string) => {
    const rows = await db.selectFrom('sequences').selectAll().where('name', 'like', `${prefix} %`).execute();
    return new Map(rows.map(({ name, value }) => [name, asNumber(value)]));
  };
  for (let count = 0; count <= 235; count += 1) {
    const rows = Array.from({ length: count }, (_, nth) => ({ name: `${count} ${nth}`, value: nth }));
    await insertRows(db, 'sequences', rows);
    assert.deepEqual(await written(`${count}`), new Map(rows.map(({ name, value }) => [name, value])));
    const changed = [...rows, { name: `${count} more`, value: 0 }].map((row) => ({
      ...row,
      value: row.value + 7,
    }));
    await upsert(db, 'sequences', changed, KEYS);
    assert.deepEqual(await written(`${count}`), new Map(changed.map(({ name, value }) => [name, value])));
  }
});

test('rows of other columns than the first are refused, and not written without them', async (t) => {
  const { db, close } = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(close);
  const rows = [
    { name: 'a', value: 1 },
    { name: 'b', value: undefined },
  ];
  await assert.rejects(insertRows(db, 'sequences', rows as never), /different columns/);
  const chats = { account_id: 1, chat_type: 'group', host: 'h' };
  const named = [
    { ...chats, chat_id: 1 },
    { ...chats, chat_id: 2, title: 'T' },
  ];
  await assert.rejects(
    upsert(db, 'chats', named as never, { keys: ['account_id', 'chat_id'], updated: [] }),
    /different columns/,
  );
});

test('a statement that is kept finds any number of keys, and refuses parameters in another order', async (t) => {
  const { db, close } = await openSqlite<StoreTables>(join(temporaryFolder(t), 'ledger.db'), DATABASE_OWNER);
  t.after(close);
  const rows = Array.from({ length: 600 }, (_, nth) => ({ name: `${nth}`, value: 5 }));
  await insertRows(db, 'sequences', rows);
  for (const count of [0, 1, 2, 1, 8, 9, 600, 3]) {
    const keys = rows.slice(600 - count).map(({ name }) => name);
    const found = await rowsOfKeys(db, 'some', { first: [5], keys }, (names) =>
      db.selectFrom('sequences').select('name').where('value', '=', 5).where('name', 'in', names),
    );
    assert.deepEqual(found.map(({ name }) => name).sort(), keys.sort());
  }
  const statement = () =>
    db.selectFrom('sequences').selectAll().where('name', '=', '7').where('value', '=', 5);
  await assert.rejects(async () => runCompiled(db, 'one', [5, '7'], statement), TypeError);
  assert.equal((await runCompiled(db, 'one', ['7', 5], statement)).rows.length, 1);
});
