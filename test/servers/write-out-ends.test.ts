import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { deferred } from '../../lib/base/deferred.js';
import { waitingRows, writeLeftRows } from '../../lib/store/journal/journal-folder.js';
import { noteMove } from '../../lib/store/moves.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { lockChanges } from '../../lib/store/tables/changes.js';
import { administer } from './administer.js';
import { onServers, type ServerSubject } from './databases.js';
import { journalScene } from './journal-scene.js';
import { type Operation, operate } from './store-operations.js';

/** Three entries of one row, of which each locks the sequence of changes. */
const OPERATIONS: readonly Operation[] = [1, 2, 3].map((id) => ({ what: 'messages', ids: [id], word: 'a' }));

const BLOCKED = {
  postgres: `select 1 from pg_stat_activity where wait_event_type = 'Lock'`,
  mysql: `select 1 from information_schema.global_status
    where variable_name = 'INNODB_ROW_LOCK_CURRENT_WAITS' and variable_value > 0`,
};

/** A store that writes out what waited, and is held up in its first entry until `go` is called. */
async function heldUp(t: TestContext, subject: ServerSubject) {
  const ending = new AbortController();
  const scene = await journalScene(t, subject);
  const { relay, direct, clock, open } = scene;
  const store = await open(undefined, ending.signal);
  await relay.cut();
  for (const [index, each] of OPERATIONS.entries()) await operate(store.writer, each, index);
  const [locked, gone] = [deferred<void>(), deferred<void>()];
  const holding = direct.transaction().execute(async (tx) => {
    await lockChanges(tx);
    locked.resolve();
    await gone.promise;
    await noteMove(tx, 'away', { id: 'ab'.repeat(16), other: 'elsewhere', host: 'two', at: clock.at });
  });
  await locked.promise;
  await relay.restore();
  const address = { ...scene.address, port: subject.instance.port };
  while ((await administer(address, BLOCKED[subject.kind])).length === 0);
  return {
    ...scene,
    store,
    ending,
    async go() {
      gone.resolve();
      await holding;
    },
  };
}

onServers('a journal that is written out', (subject) => {
  it('stays where it is from the moment at which its database was moved away', async (t) => {
    const { store, said, clock, direct, dataDir, go } = await heldUp(t, subject());
    // The process was stopped for longer than its lease.
    clock.at += 60_000;
    await go();
    await store.close();
    assert.match(said.slice(1).join('\n'), /^left: 2 The .* was moved to elsewhere /);
    assert.equal((await direct.selectFrom('messages').selectAll().execute()).length, 1);
    assert.equal((await waitingRows(dataDir)).length, 1, 'the file stays');
  });

  it('waits for the next start when the command is ended meanwhile', async (t) => {
    const { store, said, direct, open, ending, go } = await heldUp(t, subject());
    ending.abort(new Error('Ctrl-C'));
    await go();
    // The command notes how it ended.
    await operate(store.writer, { what: 'action', ids: [1], word: 'a' }, 3);
    await store.close();
    assert.deepEqual(said.slice(1), ['left: 3']);
    await direct.deleteFrom('store_moves').execute();
    await assert.rejects(open(undefined, ending.signal), /Ctrl-C/);
    await (await open()).close();
    // The first one once more, since no mark says that it is written.
    assert.deepEqual(said.slice(2), ['written: 4']);
    assert.equal((await direct.selectFrom('messages').selectAll().execute()).length, 3);
  });

  it('is left alone by who must not write into the database', async (t) => {
    const { relay, open, direct, address, dataDir } = await journalScene(t, subject());
    await relay.cut();
    const store = await open();
    for (const [index, each] of OPERATIONS.entries()) await operate(store.writer, each, index);
    await store.close();
    const { key } = serverDatabase(address);
    const ending = new AbortController();
    const write = (keep: () => Promise<void>) =>
      writeLeftRows({ dataDir, key, db: direct, keep, signal: ending.signal });
    let asked = 0;
    const lost = new Error('The lease is lost.');
    await assert.rejects(
      write(async () => {
        asked += 1;
        if (asked === 2) throw lost;
      }),
      lost,
    );
    const written = async () => (await direct.selectFrom('messages').selectAll().execute()).length;
    assert.equal(await written(), 1);
    await assert.rejects(
      write(async () => ending.abort(lost)),
      lost,
    );
    assert.equal(await written(), 1);
    assert.equal((await waitingRows(dataDir)).length, 1);
  });
});
