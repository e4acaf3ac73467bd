import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { logAction } from '../../lib/store/tables/action-log.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { environmentOf, onAllDatabases, openPlace } from './databases.js';

onAllDatabases('telepi status --audit', (subject) => {
  it('says for each host how many entries are whole, and from which one on they are not', async (t) => {
    const place = await subject().place(t);
    const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    const run = (...args: string[]) =>
      telepi(['status', '--audit', '--data-dir', place.dataDir, ...args], {
        cwd: place.dataDir,
        environment: environmentOf(place),
      });
    const empty = await run();
    assert.deepEqual([empty.status, empty.stdout], [0, 'The log of actions has no entry yet.\n']);
    for (const [index, host] of ['one', 'two', 'one', 'two', 'one'].entries()) {
      const action = {
        entryId: String(index).repeat(32),
        action: 'scan',
        state: 'completed',
        userName: 'ann',
        arguments: { index },
      } as const;
      await logAction(db, { host, clock: systemClock }, action);
    }
    const whole = await run();
    assert.deepEqual(
      [whole.status, whole.stdout],
      [0, 'one: 3 entries, unchanged\ntwo: 2 entries, unchanged\n'],
    );
    await db
      .updateTable('action_log')
      .where('hostname', '=', 'one')
      .where('seq', '=', 2)
      .set({ arguments: '{}' })
      .execute();
    const changed = await run();
    assert.equal(changed.status, 1, changed.stderr);
    assert.equal(
      changed.stdout,
      'one: entry 2 is not what TelePi wrote; 1 entry before it unchanged, and nothing can be said of those after it\n' +
        'two: 2 entries, unchanged\n',
    );
    const json = await run('--json');
    assert.equal(json.status, 1);
    assert.deepEqual(recordsOf(json.stdout), [
      { event: 'audit', host: 'one', rows: 1, what: 'changed', from: 2 },
      { event: 'audit', host: 'two', rows: 2, what: null, from: null },
    ]);
  });
});
