import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { readForeign, serverDatabase } from '../../lib/store/server-database.js';
import { noteMoved } from '../../lib/store/tables/note-moved.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { importToolkit, type ToolkitImport } from '../../lib/store/toolkit/import-toolkit.js';
import type { OldTables } from '../../lib/store/toolkit/old-tables.js';
import { ZonedTimes } from '../../lib/store/toolkit/zoned-time.js';
import { asNumber } from '../../lib/store/values.js';
import { FakeClock } from '../support/fake-clock.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { administer } from './administer.js';
import { databaseUrl } from './database-url.js';
import { onServers, openPlace } from './databases.js';
import { contentOf } from './fill-tables.js';
import { makeOldToolkit } from './old-toolkit.js';

const MARKED = -1_001_234_567_890;
const BARE = 1_234_567_890;

const message = (
  chat_id: number,
  message_id: number,
  more: Readonly<Record<string, string | null>> = {},
) => ({
  ...{ chat_id, message_id, chat_name: 'Twice', sender_id: 42, sender_name: 'Ann' },
  ...{ message_date: '2024-03-31 01:30:00', message_text: `${chat_id}` },
  ...{ retrieved_datetime: '2024-03-31 03:30:00', updated_at: '2024-07-01 12:00:00' },
  ...more,
});
const file = (path: string, host = 'other-box') => ({
  ...{ media_type: 'photo', media_file_size: '3', status: 'downloaded', local_file_path: path },
  download_hostname: host,
});
const chat = (chat_id: number) => ({
  ...{ chat_id, chat_name: 'Twice', chat_type: 'supergroup', chat_username: null, last_scan_datetime: null },
});

onServers(
  'telepi import --from-utilities, again',
  (subject) => {
    it('takes a chat that was known under two ids for one, and leaves files where organise has put them', async (t) => {
      const old = await subject().address(t);
      const target = await subject().address(t);
      await makeOldToolkit(
        old,
        {
          messages: [
            message(BARE, 1),
            message(MARKED, 1),
            message(BARE, 2, file('/data/2.jpg')),
            message(MARKED, 2),
            message(BARE, 3),
            message(MARKED, 4, file('/data/4.jpg')),
            message(MARKED, 5, file('/data/5.jpg')),
          ],
          chats: [chat(BARE), chat(MARKED)],
        },
        { hostnames: true },
      );
      const urls = { DATABASE_URL: databaseUrl(target), OLD_URL: databaseUrl(old) };
      const cwd = temporaryFolder(t);
      const load = async () => {
        const words = [
          'import',
          '--account',
          '777',
          '--zone',
          'UTC',
          '--json',
          '--from-utilities',
          'OLD_URL',
        ];
        const { status, stdout, stderr } = await telepi(words, { cwd, environment: urls });
        assert.equal(status, 0, stderr);
        return Number(recordsOf(stdout).at(-1)?.['changed']);
      };
      assert.ok((await load()) > 0);
      const place = { dataDir: join(cwd, 'data'), database: serverDatabase(target), owner: DATABASE_OWNER };
      const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
      const texts = async () => {
        const rows = await db
          .selectFrom('messages')
          .select(['chat_id', 'message_id', 'text', 'local_file_path'])
          .orderBy('message_id')
          .execute();
        return rows.map((row) => [
          asNumber(row.chat_id),
          asNumber(row.message_id),
          row.text,
          row.local_file_path,
        ]);
      };
      const first = [
        [MARKED, 1, `${MARKED}`, null],
        [MARKED, 2, `${BARE}`, '/data/2.jpg'],
        [MARKED, 3, `${BARE}`, null],
      ];
      const others = (paths: readonly string[], text = `${MARKED}`) =>
        paths.map((path, index) => [MARKED, index + 4, text, path]);
      assert.deepEqual(await texts(), [...first, ...others(['/data/4.jpg', '/data/5.jpg'])]);
      assert.equal(await load(), 0, 'nothing changes');
      const moved = [4, 5].map((id) => ({
        ...{ from: `/data/${id}.jpg`, to: `/data/by-year/${id}.jpg` },
        message: { accountId: 777, chatId: MARKED, messageId: id },
      }));
      await noteMoved(db, 'other-box', moved, Date.now());
      const paths = async () =>
        (await db.selectFrom('file_copies').select('path').orderBy('path').execute()).map(({ path }) => path);
      const copies = ['/data/2.jpg', '/data/by-year/4.jpg', '/data/by-year/5.jpg'];
      assert.deepEqual(await paths(), copies);
      assert.equal(await load(), 0, 'nothing changes');
      // The toolkit's own rows change, too; one of the files is elsewhere by its account.
      await administer(old, `update messages set message_text = 'new' where message_id in (4, 5)`);
      await administer(old, `update messages set local_file_path = '/data/again/5.jpg' where message_id = 5`);
      assert.equal(await load(), 3, 'two messages and the file that is elsewhere');
      assert.deepEqual(await texts(), [
        ...first,
        ...others(['/data/by-year/4.jpg', '/data/again/5.jpg'], 'new'),
      ]);
      assert.deepEqual(await paths(), ['/data/2.jpg', '/data/again/5.jpg', ...copies.slice(1)]);
      assert.equal(await load(), 0, 'nothing changes');
      assert.notEqual(hostname(), 'other-box');
    });

    it('leaves rows of logs whose times make no sense, and says what it leaves out of the others', async (t) => {
      const old = await subject().address(t);
      const entry = { chat_id: MARKED, message_id: 1, download_status: 'success', file_path: '/data/1.jpg' };
      const action = { action_type: 'scan', start_datetime: '2024-01-01 00:00:00' };
      await makeOldToolkit(
        old,
        {
          messages: [message(MARKED, 1, { ...file('/data/1.jpg'), media_duration: '5' })],
          chats: [chat(MARKED)],
          download_log: [
            { ...entry, download_datetime: '2024-01-01 00:00:00' },
            { ...entry, download_datetime: '2024-01-02 00:00:00' },
          ],
          action_log: [action, action, action],
        },
        { hostnames: false },
      );
      const never = '0000-00-00 00:00:00';
      await administer(
        old,
        `set session sql_mode = ''`,
        `update download_log set download_datetime = '${never}' where id = 2`,
        `update action_log set start_datetime = '${never}' where id = 2`,
        `update action_log set end_datetime = '${never}' where id = 3`,
      );
      const cwd = temporaryFolder(t);
      const args = ['import', '--account', '777', '--zone', 'UTC', '--json', '--from-utilities', 'OLD_URL'];
      const { status, stdout, stderr } = await telepi(args, {
        cwd,
        environment: { OLD_URL: databaseUrl(old) },
      });
      assert.equal(status, 0, stderr);
      const records = recordsOf(stdout);
      const left = Object.fromEntries(records.map(({ table, added, left }) => [table, [added, left]]));
      const senseless = 'it holds a time or a number that makes no sense';
      assert.deepEqual(left['download_log'], [1, { [senseless]: 1 }]);
      assert.deepEqual(left['action_log'], [1, { [senseless]: 2 }]);
      assert.match(JSON.stringify(records), /lengths of media: .*paths in the log of downloads: /);
    });

    it('writes nothing more from the moment at which its database was moved away', async (t) => {
      const old = await subject().address(t);
      const messages = [message(MARKED, 1), message(MARKED, 4, file('/data/4.jpg'))];
      await makeOldToolkit(old, { messages, chats: [chat(MARKED)] }, { hostnames: true });
      const place = await subject().place(t);
      const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
      const content = () => contentOf(db as unknown as Parameters<typeof contentOf>[0]);
      const empty = await content();
      const left = new UsageError('STORE_MOVED', 'The database was moved.');
      const imported = (keep: ToolkitImport['keep']) =>
        readForeign<OldTables, unknown>(old, (from) =>
          importToolkit({
            ...{ old: from, db, keep, accountId: 7, writer: { host: 'here', clock: new FakeClock() } },
            ...{ times: new ZonedTimes('UTC'), host: 'here', secrets: [], pathOf: (path) => path },
            ...{ look: async () => undefined, onRows: () => undefined },
            signal: new AbortController().signal,
          }),
        );
      let asked = 0;
      for (let isDone = false; !isDone; asked += 1) {
        let calls = 0;
        let there = empty;
        const end = await imported(async () => {
          there = await content();
          if (calls === asked) throw left;
          calls += 1;
        }).catch((error: unknown) => error);
        isDone = !(end instanceof Error);
        if (isDone) continue;
        assert.equal(end, left);
        assert.deepEqual(await content(), there);
        if (asked === 0) assert.deepEqual(there, empty);
      }
      assert.ok(asked > 4, `${asked} times asked`);
    });
  },
  ['mysql'],
);
