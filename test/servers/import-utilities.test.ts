import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { filePlace } from '../../lib/store/move/move-place.js';
import { serverDatabase } from '../../lib/store/server-database.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import { auditActions } from '../../lib/store/tables/action-log.js';
import { saveMessages } from '../../lib/store/tables/save-messages.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { asNumber } from '../../lib/store/values.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import { contentOf } from './fill-tables.js';
import { checksums, makeOldToolkit } from './old-toolkit.js';

const GROUP = -1_001_234_567_890;
const HASH = '0123456789abcdef0123456789abcdef';
const HOST = hostname();

function message(
  chat_id: number,
  message_id: number,
  more: Readonly<Record<string, string | number | null>> = {},
) {
  return {
    chat_id,
    message_id,
    chat_name: 'Álbum 📷',
    sender_id: 42,
    sender_name: 'Ann',
    message_date: '2024-03-31 01:30:00',
    message_text: null,
    retrieved_datetime: '2024-03-31 03:30:00',
    retrieved_hostname: HOST,
    updated_at: '2024-07-01 12:00:00',
    ...more,
  };
}

/** What its one tool wrote, and what the planned ones would have. */
const ROWS = {
  messages: [
    message(GROUP, 10, {
      media_type: 'photo',
      media_file_name: '20240331_013000_msg10.jpg',
      media_mime_type: 'image/jpeg',
      status: 'downloaded',
      local_file_path: 'downloads/a.jpg',
      download_hostname: HOST,
    }),
    message(GROUP, 11, {
      media_type: 'video',
      media_file_size: 5_000_000_000,
      status: 'failed',
      download_hostname: HOST,
    }),
    message(GROUP, 12, {
      media_type: 'document',
      status: 'downloaded',
      media_file_size: 7,
      local_file_path: '/data/b.pdf',
      download_hostname: 'other-box',
      retrieved_hostname: 'other-box',
    }),
    message(GROUP, 13, { message_text: "**bold** 👩‍👩‍👧 \\ ' ł", notes: 'mine' }),
    message(GROUP, 14, { media_type: 'voice', status: 'deleted' }),
    message(GROUP, 15, {
      media_type: 'photo',
      status: 'downloaded',
      local_file_path: 'downloads/gone.jpg',
      download_hostname: HOST,
    }),
    message(4242, 1, { sender_id: 4242 }),
    message(4242, 2, { sender_id: 777 }),
    message(1555, 3, { sender_id: -1_000_000_001_555 }),
    message(0, 4),
    message(999, 5, { sender_id: 5 }),
    message(999, 6, { sender_id: 6 }),
  ],
  chats: [
    {
      chat_id: GROUP,
      chat_name: 'Álbum 📷',
      chat_type: 'supergroup',
      chat_username: '@album',
      last_scan_datetime: '2024-04-01 00:00:00',
    },
  ],
  download_log: [
    {
      chat_id: GROUP,
      message_id: 10,
      download_datetime: '2024-07-01 12:00:00',
      download_status: 'success',
      file_path: 'downloads/a.jpg',
      file_size: 3,
      hostname: HOST,
    },
    {
      chat_id: GROUP,
      message_id: 11,
      download_datetime: '2024-01-01 00:30:00',
      download_status: 'failed',
      error_message: `no answer; api_hash=${HASH}`,
      retry_count: 2,
      hostname: 'other-box',
    },
    { chat_id: 999, message_id: 5, download_datetime: '2024-01-01 00:30:00', download_status: 'failed' },
  ],
  action_log: [
    {
      action_type: 'download',
      chat_id: GROUP,
      message_count: 6,
      start_datetime: '2024-01-01 00:00:00',
      end_datetime: '2024-07-01 00:00:00',
      status: 'completed',
      parameters: JSON.stringify({ phone: '+4915112345678', api_hash: HASH, limit: 5 }),
      result_summary: 'ok',
      hostname: 'other-box',
    },
    { action_type: 'scan', start_datetime: '2024-01-02 00:00:00', parameters: `--api-hash ${HASH} --all` },
  ],
};

async function scene(t: TestContext, address: DatabaseAddress, hostnames: boolean) {
  await makeOldToolkit(address, ROWS, { hostnames });
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'downloads'));
  writeFileSync(join(cwd, 'downloads', 'a.jpg'), 'abc');
  const { host, port, user, password, database } = address;
  const telegram = { api_id: '12345', api_hash: HASH, phone: '+4915112345678' };
  const myJson = join(cwd, 'my.json');
  writeFileSync(myJson, JSON.stringify({ database: { host, port, user, password, database }, telegram }), {
    mode: 0o600,
  });
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    telepi(['import', '--account', '777', '--zone', 'Europe/Berlin', '--json', ...args], {
      cwd,
      environment,
    });
  const path = join(cwd, 'data', 'ledger.db');
  const reading = async <T>(
    work: (db: Awaited<ReturnType<typeof openSqlite<StoreTables>>>['db']) => Promise<T>,
  ) => {
    const { db, close } = await openSqlite<StoreTables>(path, DATABASE_OWNER);
    return work(db).finally(close);
  };
  const content = async () => {
    const { db, close } = await filePlace(path).open(DATABASE_OWNER);
    // The log says that an import was done again.
    const { action_log: _, action_heads: __, ...others } = await contentOf(db).finally(close);
    return others;
  };
  return { cwd, myJson, run, reading, content };
}

onServers(
  'telepi import --from-utilities',
  (subject) => {
    it('takes over every row that can be, once; the first scan of a message does not count as an edit', async (t) => {
      const address = await subject().address(t);
      const { cwd, myJson, run, reading, content } = await scene(t, address, true);
      const before = await checksums(address);
      const first = await run(['--from-utilities', 'my.json']);
      assert.equal(first.status, 0, first.stderr);
      const tables = Object.fromEntries(
        recordsOf(first.stdout).flatMap(({ event, table, old, added, left }) =>
          event === 'table' ? [[table, [old, added, Object.values(left as object)]]] : [],
        ),
      );
      assert.deepEqual(tables, {
        chats: [5, 3, [1, 1]],
        people: [6, 6, []],
        messages: [12, 9, [1, 2]],
        files: [3, 2, [1]],
        download_log: [3, 4, [1]],
        action_log: [2, 2, []],
      });
      await reading(async (db) => {
        const rows = await db
          .selectFrom('messages')
          .select(['message_id', 'date', 'media_type', 'status', 'retrieved_hostname', 'retrieved_datetime'])
          .select(['download_hostname', 'download_datetime', 'local_file_path', 'text', 'deleted_datetime'])
          .where('chat_id', '=', GROUP)
          .orderBy('message_id')
          .execute();
        const [photo, video, paper, text, voice] = rows;
        assert.deepEqual(photo, {
          message_id: 10n,
          date: '2024-03-31 01:30:00.000',
          media_type: 'photo',
          status: 'downloaded',
          retrieved_hostname: HOST,
          retrieved_datetime: '2024-03-31 01:30:00.000',
          download_hostname: HOST,
          download_datetime: '2024-07-01 10:00:00.000',
          local_file_path: join(cwd, 'downloads', 'a.jpg'),
          text: '',
          deleted_datetime: null,
        });
        assert.deepEqual([video?.status, video?.local_file_path], ['failed', null]);
        assert.deepEqual([paper?.local_file_path, paper?.download_hostname], ['/data/b.pdf', 'other-box']);
        assert.equal(text?.text, "**bold** 👩‍👩‍👧 \\ ' ł");
        assert.deepEqual([voice?.status, voice?.deleted_datetime], ['deleted', '2024-07-01 10:00:00.000']);
        const chats = await db.selectFrom('chats').selectAll().orderBy('chat_id').execute();
        assert.deepEqual(
          chats.map(({ chat_id, chat_type, title, username, last_scan_datetime }) => [
            asNumber(chat_id),
            chat_type,
            title,
            username,
            last_scan_datetime,
          ]),
          [
            [GROUP, 'supergroup', 'Álbum 📷', 'album', null],
            [-1_000_000_001_555, 'unknown', 'Álbum 📷', null, null],
            [4242, 'private', 'Álbum 📷', null, null],
          ],
        );
        const copies = await db
          .selectFrom('file_copies')
          .select(['host', 'path', 'size'])
          .orderBy('size')
          .execute();
        assert.deepEqual(copies, [
          { host: HOST, path: join(cwd, 'downloads', 'a.jpg'), size: 3n },
          { host: 'other-box', path: '/data/b.pdf', size: 7n },
        ]);
        const log = await db.selectFrom('download_log').selectAll().orderBy('download_status').execute();
        assert.deepEqual(
          log.map(({ download_status, hostname: host, ended_datetime }) => [
            download_status,
            host,
            ended_datetime,
          ]),
          [
            ['failed', 'other-box', '2023-12-31 23:30:00.000'],
            ['retry', 'other-box', '2023-12-31 23:30:00.000'],
            ['retry', 'other-box', '2023-12-31 23:30:00.000'],
            ['success', HOST, '2024-07-01 10:00:00.000'],
          ],
        );
        const actions = await db
          .selectFrom('action_log')
          .select(['action', 'state', 'hostname', 'arguments'])
          .orderBy('seq')
          .execute();
        assert.deepEqual(
          actions.map(({ action, state, hostname: host }) => [action, state, host]),
          [
            ['import', 'started', HOST],
            ['download', 'completed', HOST],
            ['scan', 'started', HOST],
            ['import', 'completed', HOST],
          ],
        );
        assert.match(
          actions[1]?.arguments ?? '',
          /"hostname":"other-box".*"started":"2023-12-31T23:00:00.000Z"/,
        );
        assert.deepEqual((await auditActions(db)).findings, []);
        const all = JSON.stringify(
          await Promise.all(
            [...(['action_log', 'download_log'] as const)].map((name) =>
              db.selectFrom(name).selectAll().execute(),
            ),
          ),
          (_, value) => (typeof value === 'bigint' ? `${value}` : value),
        );
        for (const secret of [HASH, '15112345678']) assert.ok(!all.includes(secret), 'a secret was kept');
      });
      const once = await content();
      const second = await run(['--from-utilities', 'my.json']);
      assert.equal(recordsOf(second.stdout).at(-1)?.['changed'], 0, second.stderr);
      assert.deepEqual(await content(), once);
      assert.deepEqual(await checksums(address), before);
      await reading(async (db) => {
        const head = { version: 1, id: 10, chat: GROUP, date: 1_711_848_600, author: 42 } as const;
        const document = { ...head, kind: 'message', flags: {}, text: 'real', entities: [] } as const;
        const writer = { host: 'scanner', clock: systemClock };
        await saveMessages(db, writer, { accountId: 777, chatId: GROUP }, [{ document }]);
        assert.deepEqual(await db.selectFrom('versions').selectAll().execute(), []);
        const row = await db
          .selectFrom('messages')
          .selectAll()
          .where('message_id', '=', 10)
          .executeTakeFirstOrThrow();
        assert.deepEqual(
          [row.text, row.status, asNumber(row.version), row.local_file_path],
          ['real', 'downloaded', 0, join(cwd, 'downloads', 'a.jpg')],
        );
        const last = await db
          .selectFrom('changes')
          .select('kind')
          .orderBy('seq', 'desc')
          .executeTakeFirstOrThrow();
        assert.equal(last.kind, 'new');
      });
      await run(['--from-utilities', 'my.json']);
      await reading(async (db) => {
        const row = await db
          .selectFrom('messages')
          .select('text')
          .where('message_id', '=', 10)
          .executeTakeFirstOrThrow();
        assert.equal(row.text, 'real', 'what TelePi has seen itself stays');
      });
      chmodSync(myJson, 0o644);
      assert.match((await run(['--from-utilities', 'my.json'])).stderr, /my\.json is open to other users/);
    });

    it('reads a database of before the hostnames, by the name of a URL, into a server', async (t) => {
      const address = await subject().address(t);
      const { run } = await scene(t, address, false);
      const target = await subject().address(t);
      const urls = { DATABASE_URL: databaseUrl(target), OLD_URL: databaseUrl(address) };
      const first = await run(['--from-utilities', 'OLD_URL', '--host', 'old-box'], urls);
      assert.equal(first.status, 0, first.stderr);
      const again = await run(['--from-utilities', 'OLD_URL', '--host', 'old-box'], urls);
      assert.equal(recordsOf(again.stdout).at(-1)?.['changed'], 0);
      const { db, close } = await serverDatabase(target).open<StoreTables>(DATABASE_OWNER);
      t.after(close);
      const hosts = await db
        .selectFrom('messages')
        .select(['retrieved_hostname', 'download_hostname'])
        .distinct()
        .execute();
      assert.deepEqual(
        new Set(hosts.flatMap((row) => [row.retrieved_hostname, row.download_hostname])),
        new Set(['old-box', null]),
      );
      const paths = await db
        .selectFrom('messages')
        .select('local_file_path')
        .where('message_id', '=', 10)
        .execute();
      assert.deepEqual(paths, [{ local_file_path: 'downloads/a.jpg' }]);
    });

    it('refuses another database, and one that is already in use by the toolkit', async (t) => {
      const address = await subject().address(t);
      const { cwd, run } = await scene(t, address, true);
      const other = await subject().address(t);
      const refusal = async (
        wanted: string,
        word: string,
        environment: Readonly<Record<string, string>> = {},
      ) => {
        const { status, stdout } = await run(['--from-utilities', word], environment);
        const last = recordsOf(stdout).at(-1);
        assert.deepEqual([status, last?.['code']], [2, wanted], stdout);
        return String(last?.['message']);
      };
      await refusal('DATABASE_FOREIGN', 'my.json', { DATABASE_URL: databaseUrl(address) });
      await refusal('NOT_UTILITIES', 'OLD_URL', { OLD_URL: databaseUrl(other) });
      assert.ok(!(await refusal('USAGE', databaseUrl(address))).includes('Pa55'));
      await refusal('MY_JSON', 'none.json');
      writeFileSync(join(cwd, 'bad.json'), '{"database": {"password": "S3cret"');
      assert.ok(!(await refusal('MY_JSON', 'bad.json')).includes('S3cret'));
      writeFileSync(join(cwd, 'part.json'), '{"database": {"host": "x", "user": "y"}}');
      assert.match(await refusal('MY_JSON', 'part.json'), /no text under database\.database/);
    });
  },
  ['mysql'],
);
