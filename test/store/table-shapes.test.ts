import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import Libsql from 'libsql';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { movedTables, tableShapes } from '../../lib/store/move/table-shapes.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('what telepi move-store copies is every column of every table but three, and each room names its tables', async (t) => {
  const path = join(temporaryFolder(t), 'ledger.db');
  await (await openSqlite(path, DATABASE_OWNER)).close();
  const database = new Libsql(path, { readonly: true });
  t.after(() => database.close());
  const read = (sql: string, ...values: string[]) =>
    database.prepare(sql).all(values) as Record<string, unknown>[];
  const names = read(
    "select name from sqlite_master where type = 'table' and name <> 'schema_version' order by name",
  );
  const inDatabase = names.map(({ name }) => {
    const columns = read('select name, pk from pragma_table_info(?)', String(name));
    const key = columns
      .filter(({ pk }) => Number(pk) > 0)
      .sort((one, other) => Number(one['pk']) - Number(other['pk']));
    return [name, columns.map((column) => column['name']), key.map((column) => column['name'])];
  });
  const shapes = await tableShapes(DATABASE_OWNER.migrations);
  const found = shapes.map(({ name, columns, key }) => [name, [...columns.keys()], [...key]]);
  assert.deepEqual(
    found.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
    inDatabase,
  );
  const moved = (await movedTables(DATABASE_OWNER.migrations)).map(({ name }) => name);
  const stay = shapes.map(({ name }) => name).filter((name) => !moved.includes(name));
  assert.deepEqual(stay.sort(), ['account_pace', 'leases', 'store_moves', 'worker_jobs', 'workers']);
  for (const { name } of shapes) assert.ok(DATABASE_OWNER.serverTables.includes(name), name);
});
