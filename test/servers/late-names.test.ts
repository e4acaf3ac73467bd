import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { newJournal } from '../../lib/store/journal/journal-folder.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { post } from '../support/documents.js';
import { onAllDatabases, onServers, openPlace } from './databases.js';
import { journalScene, StatedClock } from './journal-scene.js';
import { code } from './move-in-process.js';

const ACCOUNT = 777;

onAllDatabases('names that were seen in an outage', (subject) => {
  it('take nothing from what was seen since, and count where nothing was', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const save = async (at: number, name: string, isLate: boolean) => {
      const writer = storeWriter(db, { host: name, clock: { now: () => at }, isLate });
      await writer.saveAccount({ accountId: ACCOUNT, name, username: name, isBot: false });
      await writer.saveChats(ACCOUNT, [{ chatId: -1, type: 'group', title: name, username: name }]);
    };
    const names = async () => {
      const account = await db.selectFrom('accounts').select(['name', 'username', 'host']).execute();
      const chat = await db.selectFrom('chats').select(['title as name', 'username', 'host']).execute();
      assert.deepEqual(account, chat);
      assert.equal(chat.length, 1);
      assert.equal(chat[0]?.username, chat[0]?.name);
      return chat[0]?.name;
    };
    for (const [at, name, isLate, expected] of [
      [1000, 'first, late', true, 'first, late'],
      [3000, 'now', false, 'now'],
      [2000, 'earlier, late', true, 'now'],
      [4000, 'later, late', true, 'later, late'],
      [4000, 'later, late', true, 'later, late'],
    ] as const) {
      await save(at, name, isLate);
      assert.equal(await names(), expected, `${at}`);
    }
  });

  it('and a page of long messages is written, whatever a statement may take', async (t) => {
    const { db } = await openPlace<StoreTables>(t, await subject().place(t), DATABASE_OWNER);
    const writer = storeWriter(db, { host: 'here', clock: { now: () => 1000 } });
    const messages = Array.from({ length: 100 }, (_, id) => ({
      document: post({ id: id + 1, text: "'".repeat(100_000) }),
      raw: { tl: systemRandom.bytes(50_000), layer: 200 },
    }));
    const saved = await writer.saveMessages({ accountId: ACCOUNT, chatId: -1 }, messages);
    assert.deepEqual(saved, { added: 100, changed: 0, unchanged: 0 });
  });
});

onServers('a row of an outage that its database refuses', (subject) => {
  it('is named with its file and line, and those after it wait; without it they are written', async (t) => {
    const { dataDir, direct, open, address } = await journalScene(t, subject());
    const database = serverDatabase(address);
    const of = { key: database.key, name: database.name };
    const journal = await newJournal(dataDir, of, { now: Date.now(), random: systemRandom });
    const entry = (host: string, accountId: number) =>
      journal.append({
        host,
        at: new StatedClock().now(),
        call: 'saveAccount',
        args: [{ accountId, name: host, isBot: false }],
      });
    await entry('one', 1);
    await entry('x'.repeat(300), 2);
    await entry('three', 3);
    await journal.close();
    const ids = async () =>
      (await direct.selectFrom('accounts').select('account_id').orderBy('account_id').execute()).map(
        ({ account_id }) => Number(account_id),
      );
    for (let start = 0; start < 2; start += 1) {
      const error = await open().then(
        () => assert.fail('it was written'),
        (caught: Error & { readonly code?: string }) => caught,
      );
      assert.ok(code('ROW_REFUSED')(error), String(error));
      const where = `Line 3 of ${journal.path} (saveAccount) can't be written into ${of.name}: `;
      assert.ok(error.message.startsWith(where), error.message);
      assert.match(error.message, /Fix that, or cut the line out into another file, and run again;/);
      assert.deepEqual(await ids(), [1]);
    }
    const lines = readFileSync(journal.path, 'utf8').split('\n');
    writeFileSync(journal.path, lines.filter((_, index) => index !== 2).join('\n'));
    await (await open()).close();
    assert.deepEqual(await ids(), [1, 3]);
  });
});
