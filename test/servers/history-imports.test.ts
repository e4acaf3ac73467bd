import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { transact } from '../../lib/store/repeatable.js';
import {
  historyImportsOf,
  type NotedImport,
  noteHistoryImport,
} from '../../lib/store/tables/history-imports.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { onAllDatabases, openPlace } from './databases.js';

const WRITER = { host: 'first-host', clock: { now: () => 1_770_000_000_500 } };
const PLAN = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const KEY = { accountId: 2 ** 40, planHash: PLAN, targetId: -1_001_234_567_890 };

onAllDatabases('the journal of imports', (subject) => {
  it('has how far each part has come', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const note = (noted: NotedImport, key = KEY) =>
      transact(db, (tx) => noteHistoryImport(tx, WRITER, key, noted));
    const begun: NotedImport = {
      part: 1,
      contentHash: PLAN,
      textHash: PLAN.replace('9', '8'),
      state: 'begun',
      messages: 40_000,
      uploaded: 0,
      importId: -(2n ** 63n),
    };
    await note(begun);
    await note({ ...begun, part: 2, importId: 2n ** 63n - 1n });
    await note(begun, { ...KEY, targetId: 5 });
    const starting: NotedImport = { ...begun, state: 'starting', uploaded: 7, afterId: 2 ** 31 - 1 };
    await note(starting);
    await note(starting);
    assert.deepEqual(await historyImportsOf(db, KEY), [
      starting,
      { ...begun, part: 2, importId: 2n ** 63n - 1n },
    ]);
    assert.deepEqual(await historyImportsOf(db, { ...KEY, accountId: 1 }), []);
  });
});
