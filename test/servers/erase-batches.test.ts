import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { transact } from '../../lib/store/repeatable.js';
import { beginEraseBatch, endEraseBatch, eraseBatchesOf } from '../../lib/store/tables/erase-batches.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { onAllDatabases, openPlace } from './databases.js';

const WRITER = { host: 'first-host', clock: { now: () => 1_770_000_000_500 } };
const PLAN = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const KEY = { accountId: 2 ** 40, planHash: PLAN, chatId: -1_001_234_567_890 };

onAllDatabases('the journal of deletions', (subject) => {
  it('has each batch once, before its call and after it', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const first = {
      ...KEY,
      batch: 1,
      ids: [
        [1, 90],
        [2 ** 31 - 1, 2 ** 31 - 1],
      ],
    } as const;
    const second = { ...KEY, batch: 2, chatId: -77, ids: [[5, 5]] } as const;
    await transact(db, (tx) => beginEraseBatch(tx, WRITER, first));
    await assert.rejects(transact(db, (tx) => beginEraseBatch(tx, WRITER, first)));
    await transact(db, (tx) =>
      endEraseBatch(tx, { clock: systemClock }, { ...first, affected: 90, left: [[7, 7]] }),
    );
    await transact(db, (tx) => beginEraseBatch(tx, WRITER, second));
    await transact(db, (tx) => beginEraseBatch(tx, WRITER, { ...first, planHash: PLAN.replace('9', '8') }));
    const noted = { host: 'first-host', begunAt: WRITER.clock.now() };
    assert.deepEqual(await eraseBatchesOf(db, KEY.accountId, PLAN), [
      { ...first, ...noted, state: 'ended', affected: 90, left: [[7, 7]] },
      { ...second, ...noted, state: 'begun', left: [] },
    ]);
    assert.deepEqual(await eraseBatchesOf(db, KEY.accountId + 1, PLAN), []);
  });
});
