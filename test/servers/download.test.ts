import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { DatabaseAddress } from '../../lib/base/database-address.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';
import { databaseUrl } from './database-url.js';
import { onServers } from './databases.js';
import { DatabaseRelay } from './relay.js';

const FILL = { messages: 5, largeFiles: [], edgeSizes: false };

/** The answer of MariaDB's own client, a line for each row and its cells. */
async function rowsOf(
  { host, port, user, password, database }: DatabaseAddress,
  sql: string,
): Promise<string[][]> {
  const words = [
    '--no-defaults',
    `--host=${host}`,
    `--port=${port}`,
    `--user=${user}`,
    '--batch',
    '--skip-column-names',
  ];
  const { stdout } = await promisify(execFile)('mariadb', [...words, '--execute', sql, database], {
    env: { ...process.env, MYSQL_PWD: password ?? '' },
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** A machine of another name, as far as the process can see. */
function otherHost(scene: Scene, name: string): Record<string, string> {
  const path = join(scene.cwd, `${name}.mjs`);
  writeFileSync(
    path,
    `import os from 'node:os';\nimport { syncBuiltinESMExports } from 'node:module';\nos.hostname = () => ${JSON.stringify(name)};\nsyncBuiltinESMExports();\n`,
  );
  return { NODE_OPTIONS: `--import=${pathToFileURL(path).href}` };
}

onServers(
  "the older downloader's quick reference, and what it leaves in the database",
  (subject) => {
    it('writes messages, download_log, chats and action_log, as the database shows them to its own client', async (t) => {
      const scene = await openScene(t, {}, FILL);
      await scene.signIn();
      const address = await subject().address(t);
      const environment = { DATABASE_URL: databaseUrl(address) };
      const id = String(scene.filled.chats.readOnly.id);
      const run = async (...args: string[]): Promise<void> => {
        const { status, stdout, stderr } = await scene.run(['download', ...args], environment);
        assert.equal(status, 0, `${args.join(' ')}: ${stderr}${stdout}`);
      };
      await run('--list-chats');
      await run('--chat-id', id);
      await run(
        '--chat-id',
        id,
        '--media-type',
        'video',
        '--start-date',
        '2024-01-01',
        '--end-date',
        '2024-12-31',
      );
      await run('--chat-id', id, '--media-type', 'document', '--extensions', 'pdf');
      await run('--chat-id', id, '--media-type', 'all', '--dir', 'OUT');
      const here = hostname();
      const types = await rowsOf(
        address,
        `select media_type, status, retrieved_hostname, download_hostname, count(*), sum(local_file_path is not null)
         from messages where chat_id = ${id} group by 1, 2, 3, 4 order by 1`,
      );
      assert.deepEqual(
        types.filter(([type]) => ['photo', 'video', 'document', 'voice'].includes(type ?? '')),
        [
          ['photo', 'downloaded', here, here, '7', '7'],
          ['video', 'downloaded', here, here, '2', '2'],
          ['document', 'downloaded', here, here, '3', '3'],
          ['voice', 'downloaded', here, here, '1', '1'],
        ].sort(
          (one, other) =>
            types.findIndex(([type]) => type === one[0]) - types.findIndex(([type]) => type === other[0]),
        ),
      );
      assert.deepEqual(
        await rowsOf(
          address,
          'select download_status, hostname, count(*), sum(bytes > 0) from download_log group by 1, 2',
        ),
        [['success', here, '13', '13']],
      );
      assert.deepEqual(
        await rowsOf(
          address,
          `select title, chat_type, last_scan_datetime is not null from chats where chat_id = ${id}`,
        ),
        [['Sandbox read-only', 'channel', '1']],
      );
      const actions = await rowsOf(
        address,
        `select action, state, user_name, hostname, count(*) from action_log where action = 'download' group by 1, 2, 3, 4 order by 2 desc`,
      );
      const { username } = userInfo();
      assert.deepEqual(actions, [
        ['download', 'started', username, here, '4'],
        ['download', 'completed', username, here, '4'],
      ]);
      const [[given = ''] = []] = await rowsOf(
        address,
        "select arguments from action_log where action = 'download' order by seq desc limit 1",
      );
      assert.match(given, /"media-type":"all"/);
      assert.ok(!given.includes(address.password ?? ''));
      const before = await rowsOf(
        address,
        `select message_id, version, document_hash from messages order by 1`,
      );
      await run('--chat-id', id, '--media-type', 'all');
      assert.deepEqual(
        await rowsOf(address, `select message_id, version, document_hash from messages order by 1`),
        before,
      );
      assert.deepEqual(
        await rowsOf(address, 'select count(*) from download_log'),
        [['13']],
        'a second look downloads nothing',
      );
    });

    it('several machines share what they have, and each says where the other has it', async (t) => {
      const scene = await openScene(t, {}, FILL);
      await scene.signIn();
      const address = await subject().address(t);
      const environment = { DATABASE_URL: databaseUrl(address) };
      const on = async (name: string, ...args: string[]) => {
        const { status, stdout, stderr } = await scene.run(
          ['download', '@sandbox_readonly', '--json', ...args],
          {
            ...environment,
            ...otherHost(scene, name),
          },
        );
        assert.equal(status, 0, stderr);
        return recordsOf(stdout);
      };
      await on('alpha', '--kind', 'photo', '--output', 'of-alpha');
      const seen = await on('beta', '--kind', 'photo,video', '--output', 'of-beta');
      const summary = seen.find(({ event }) => event === 'summary');
      assert.deepEqual(summary?.['elsewhere'], [{ host: 'alpha', files: 7 }]);
      assert.equal(summary?.['downloaded'], 2);
      const skipped = seen.filter(({ event }) => event === 'skipped');
      assert.ok(
        skipped.length === 7 &&
          skipped.every(({ host, path }) => host === 'alpha' && String(path).includes('/of-alpha/')),
      );
      assert.deepEqual(
        await rowsOf(
          address,
          'select media_type, retrieved_hostname, download_hostname, count(*) from messages where download_hostname is not null group by 1, 2, 3 order by 3',
        ),
        [
          ['photo', 'alpha', 'alpha', '7'],
          // The first one has read the history.
          ['video', 'alpha', 'beta', '2'],
        ],
      );
      assert.deepEqual(
        await rowsOf(
          address,
          "select distinct hostname from action_log where action = 'download' order by 1",
        ),
        [['alpha'], ['beta']],
      );
    });

    it('downloads without its database, and the rows are there when it is back', async (t) => {
      const scene = await openScene(t, {}, FILL);
      await scene.signIn();
      const relay = await DatabaseRelay.start(subject().instance.port);
      t.after(() => relay.cut());
      const address = await subject().address(t);
      const environment = { DATABASE_URL: databaseUrl({ ...address, port: relay.port }) };
      const download = (...args: string[]) =>
        scene.run(['download', '@sandbox_readonly', ...args], environment);
      await relay.cut();
      const first = await download('--kind', 'video');
      assert.equal(first.status, 0, first.stderr);
      assert.match(first.stderr, /is out of reach, nothing listens there: its rows are kept in /);
      assert.match(first.stdout, /^Downloaded 2 files/m);
      await relay.restore();
      const second = await download('--kind', 'photo');
      assert.equal(second.status, 0, second.stderr);
      assert.deepEqual(
        await rowsOf(
          address,
          "select media_type, status, count(*) from messages where status = 'downloaded' group by 1, 2 order by 3",
        ),
        [
          ['video', 'downloaded', '2'],
          ['photo', 'downloaded', '7'],
        ],
      );
      assert.deepEqual(
        await rowsOf(address, 'select download_status, count(*) from download_log group by 1'),
        [['success', '9']],
      );
    });
  },
  ['mysql'],
);
