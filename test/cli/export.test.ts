import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { openSqlite } from '../../lib/store/sqlite.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { post, service } from '../support/documents.js';
import { ACCOUNT, FRIEND, GROUP, openExportScene } from '../support/export-scene.js';
import { filesUnder, WHEN } from '../support/files-store.js';

interface Chat {
  readonly name: string;
  readonly type: string;
  readonly id: number;
  readonly telepi?: { readonly chat: { readonly id: number } };
  readonly messages: readonly (Readonly<Record<string, unknown>> & {
    readonly id: number;
    readonly telepi?: {
      readonly document: { readonly text?: string };
      readonly files?: readonly Record<string, unknown>[];
    };
  })[];
}

function resultIn(folder: string): Chat {
  return JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Chat;
}

function shown(folder: string): string[] {
  return filesUnder(folder).filter((path) => !path.startsWith('.telepi-export/'));
}

test('telepi export writes a chat with its files as Telegram Desktop would', async (t) => {
  const { cwd, run } = await openExportScene(t);
  const { status, stdout } = await run('--chat', String(GROUP), '--output', 'out');
  assert.equal(status, 0);
  const folder = join(cwd, 'out');
  assert.equal(stdout, `Exported 3 messages, 1 file (8 B) into ${folder}: result.json.\n`);
  assert.deepEqual(shown(folder), ['result.json', 'video_files/film.mp4']);
  assert.equal(readFileSync(join(folder, 'video_files/film.mp4'), 'utf8'), 'the film');
  const text = readFileSync(join(folder, 'result.json'), 'utf8');
  assert.ok(
    text.startsWith(
      '{\n "name": "Our group",\n "type": "private_supergroup",\n "id": 1000000001,\n "telepi": {"v":1,',
    ),
  );
  assert.ok(text.includes('"messages": [\n  {\n   "id": 1,\n   "type": "service",\n'));
  assert.ok(text.endsWith('\n  }\n ]\n}'));
  const { messages } = resultIn(folder);
  assert.deepEqual(
    messages.map(({ id, from, actor, text, file }) => ({ id, who: from ?? actor, text, file })),
    [
      { id: 1, who: 'Ann Lee', text: '', file: undefined },
      { id: 2, who: 'Ann Lee', text: 'Hello', file: undefined },
      { id: 5, who: 'Bo', text: '', file: 'video_files/film.mp4' },
    ],
  );
  assert.equal(messages[1]?.telepi?.document.text, 'Hello');
  const sha256 = createHash('sha256').update('the film').digest('hex');
  assert.deepEqual(messages[2]?.telepi?.files, [
    { id: '500', path: 'video_files/film.mp4', size: 8, sha256 },
  ]);
  for (const path of ['out', 'out/video_files', 'out/.telepi-export'])
    assert.equal(statSync(join(cwd, path)).mode & 0o777, 0o700, path);
  for (const path of ['result.json', 'video_files/film.mp4'])
    assert.equal(statSync(join(folder, path)).mode & 0o777, 0o600, path);
});

test('a second export into the same folder adds what is new, rewrites what has changed, and leaves files alone', async (t) => {
  const { cwd, run, save } = await openExportScene(t);
  const folder = join(cwd, 'out');
  await run('--source', String(GROUP), '--output', 'out');
  const film = statSync(join(folder, 'video_files/film.mp4'));
  const same = await run('--source', String(GROUP), '--output', 'out');
  assert.match(
    same.stdout,
    /0 files \(0 B\) into .*, which an earlier export had begun: nothing has changed in result\.json\.\n$/,
  );
  await save(
    GROUP,
    post({ id: 2, chat: GROUP, date: WHEN + 60, author: 43, text: 'Hello!', editDate: WHEN + 90 }),
    post({ id: 6, chat: GROUP, date: WHEN + 360, author: 43, text: 'New' }),
  );
  await run('--source', String(GROUP), '--output', 'out');
  assert.deepEqual(
    resultIn(folder).messages.map(({ id, text }) => [id, text]),
    [
      [1, ''],
      [2, 'Hello!'],
      [5, ''],
      [6, 'New'],
    ],
  );
  const after = statSync(join(folder, 'video_files/film.mp4'));
  assert.deepEqual([after.ino, after.mtimeMs], [film.ino, film.mtimeMs]);
  assert.deepEqual(shown(folder), ['result.json', 'video_files/film.mp4']);
});

test('numbers in the names of files stay when older messages are found later', async (t) => {
  const { cwd, run, save } = await openExportScene(t);
  const photo = (id: number, date: number) =>
    service({
      ...{ id, chat: GROUP, date, author: 43 },
      action: {
        kind: 'edit_group_photo',
        photo: {
          reference: {
            ...{ source: 'photo', id: String(id), accessHash: '1', dc: 2, size: 5, mime: 'image/jpeg' },
            ...{ variant: 'y', fileReference: '' },
          },
          date,
          sizes: [{ kind: 'file', type: 'y', width: 1, height: 1, size: 5 }],
        },
      },
    });
  await save(GROUP, photo(20, WHEN + 500));
  await run('--chat', String(GROUP), '--output', 'out');
  await save(GROUP, photo(10, WHEN + 400));
  await run('--chat', String(GROUP), '--output', 'out');
  const state = filesUnder(join(cwd, 'out', '.telepi-export')).find((name) => name.startsWith('files-'));
  const lines = readFileSync(join(cwd, 'out', '.telepi-export', String(state)), 'utf8')
    .trim()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [
      [0, 5, '500', null, 'video_files/film.mp4'],
      [0, 10, '10', 2, null],
      [0, 20, '20', 1, null],
    ],
  );
});

test('an account has a folder for each chat, and each keeps its number', async (t) => {
  const { cwd, run, save, name } = await openExportScene(t);
  await run('--output', 'all');
  interface Account {
    readonly chats: { readonly list: readonly Chat[] };
  }
  const list = () => (resultIn(join(cwd, 'all')) as unknown as Account).chats.list;
  assert.deepEqual(
    list().map(({ name, type, messages }) => [name, type, messages.length]),
    [
      ['Our group', 'private_supergroup', 3],
      ['Bo', 'personal_chat', 1],
    ],
  );
  assert.equal(list()[0]?.messages[2]?.['file'], 'chats/chat_1/video_files/film.mp4');
  const earlier = -1_009_000_000_001;
  await name(earlier, 'channel', 'Earlier in order', 'earlier');
  await save(earlier, post({ id: 1, chat: earlier, text: 'x' }));
  await run('--output', 'all');
  assert.deepEqual(
    list().map(({ name, type }) => [name, type]),
    [
      ['Our group', 'private_supergroup'],
      ['Bo', 'personal_chat'],
      ['Earlier in order', 'public_channel'],
    ],
  );
  assert.deepEqual(shown(join(cwd, 'all')), ['chats/chat_1/video_files/film.mp4', 'result.json']);
});

test('a folder with other files gets a folder of its own, and an export of another chat is refused', async (t) => {
  const { cwd, run } = await openExportScene(t);
  await mkdir(join(cwd, 'out'));
  writeFileSync(join(cwd, 'out', 'mine.txt'), 'mine');
  await run('--chat', String(FRIEND), '--output', 'out');
  const [name] = shown(join(cwd, 'out'));
  assert.match(String(name), /^ChatExport_\d{4}-\d\d-\d\d\/\.telepi-export\//);
  await run('--chat', String(GROUP), '--output', 'out');
  const folders = new Set(filesUnder(join(cwd, 'out')).map((path) => path.split('/')[0]));
  assert.equal(folders.size, 3, [...folders].join());
  assert.ok([...folders].some((each) => / \(1\)$/.test(String(each))));
  await run('--chat', String(FRIEND), '--output', 'friend');
  await assert.rejects(run('--chat', String(GROUP), '--output', 'friend'), { code: 'EXPORT_OF_ANOTHER' });
});

test('files may be linked, led to or left out, and one that is gone is unavailable', async (t) => {
  const { cwd, run } = await openExportScene(t);
  const kept = join(cwd, 'kept', 'film.mp4');
  await run('--chat', String(GROUP), '--output', 'linked', '--media', 'link');
  assert.equal(statSync(join(cwd, 'linked/video_files/film.mp4')).ino, statSync(kept).ino);
  await run('--chat', String(GROUP), '--output', 'led', '--media', 'symlink');
  assert.equal(readFileSync(join(cwd, 'led/video_files/film.mp4'), 'utf8'), 'the film');
  await run('--chat', String(GROUP), '--output', 'none', '--media', 'none', '--strict-desktop');
  const text = readFileSync(join(cwd, 'none', 'result.json'), 'utf8');
  assert.ok(
    text.includes('"file": "(File not included. Change data exporting settings to download.)"'),
    text,
  );
  assert.ok(!text.includes('telepi'));
  assert.deepEqual(shown(join(cwd, 'none')), ['result.json']);
  rmSync(kept);
  const { stderr } = await run('--chat', String(GROUP), '--output', 'gone');
  assert.match(stderr, /^1 file can't be reached/m);
  const gone = resultIn(join(cwd, 'gone')).messages[2];
  assert.equal(gone?.['file'], '(File unavailable, please try again later)');
});

test('jsonl has a document a line, and csv a row for each message', async (t) => {
  const { cwd, run } = await openExportScene(t);
  await run('--chat', String(GROUP), '--output', 'lines', '--format', 'jsonl');
  const lines = readFileSync(join(cwd, 'lines', 'messages.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    parsed.map(({ account, status, author, document }) => [
      ...[account, status, author],
      (document as { id: number }).id,
    ]),
    [
      [ACCOUNT, 'retrieved', 'Ann Lee', 1],
      [ACCOUNT, 'retrieved', 'Ann Lee', 2],
      [ACCOUNT, 'downloaded', 'Bo', 5],
    ],
  );
  assert.deepEqual(parsed[0]?.['chat'], { type: 'supergroup', title: 'Our group' });
  await run('--chat', String(GROUP), '--output', 'table', '--format', 'csv', '--zone', 'Asia/Kathmandu');
  const rows = readFileSync(join(cwd, 'table', 'messages.csv'), 'utf8').split('\r\n');
  assert.equal(rows.length, 5);
  assert.ok(
    rows[2]?.startsWith(`${GROUP},Our group,2,2024-03-05T17:46:00,43,Ann Lee,message,,Hello,`),
    rows[2],
  );
});

test('a dry run says what would be exported, and writes nothing', async (t) => {
  const { cwd, run } = await openExportScene(t);
  const before = filesUnder(cwd);
  const { stdout } = await run(
    '--chat',
    String(GROUP),
    '--output',
    'out',
    '--dry-run',
    '--since',
    '2024-03-05',
  );
  assert.equal(
    stdout,
    `Would export 3 messages of 1 chat into ${join(cwd, 'out')}, with 1 file of 8 B. Nothing was written.\n`,
  );
  assert.deepEqual(
    filesUnder(cwd).filter((path) => !path.includes('ledger.db')),
    before.filter((path) => !path.includes('ledger.db')),
  );
});

test('what is asked for wrongly is refused before anything is written', async (t) => {
  const { run } = await openExportScene(t);
  for (const [args, code] of [
    [[], 'EXPORT_NO_OUTPUT'],
    [['--output', 'x', '--format', 'xml'], 'BAD_FLAG'],
    [['--output', 'x', '--media', 'move'], 'BAD_FLAG'],
    [['--output', 'x', '--zone', 'Mars'], 'BAD_ZONE'],
    [['--output', 'x', '--account', 'me'], 'BAD_FLAG'],
    [['--output', 'x', '--format', 'csv', '--strict-desktop'], 'EXPORT_NOT_DESKTOP'],
    [['--output', 'x', '--chat', '@nobody'], 'SEARCH_NO_CHAT'],
    [['--output', 'x', '--account', '8'], 'EXPORT_NOTHING'],
  ] as const) {
    await assert.rejects(run(...args), { code }, args.join(' '));
  }
});

test('an export is in the log of actions, when it begins and when it ends', async (t) => {
  const { cwd, run } = await openExportScene(t);
  await run('--chat', String(GROUP), '--output', 'out');
  const { db, close } = await openSqlite<StoreTables>(join(cwd, 'ledger.db'), DATABASE_OWNER);
  const rows = await db
    .selectFrom('action_log')
    .select(['action', 'state', 'counts', 'account_id'])
    .orderBy('seq')
    .execute();
  await close();
  assert.deepEqual(
    rows.map(({ action, state, counts }) => [action, state, JSON.parse(counts) as unknown]),
    [
      ['export', 'started', {}],
      ['export', 'completed', { bytes: 8, chats: 1, files: 1, messages: 3, missing: 0 }],
    ],
  );
});

test('the history that a supergroup had as a group comes first, with ids below zero', async (t) => {
  const { cwd, run, save, name } = await openExportScene(t);
  const old = -500;
  await name(old, 'group', 'Our group');
  await save(
    old,
    post({ id: 9, chat: old, date: WHEN - 60, author: 43, text: 'Old', reply: { kind: 'message', id: 8 } }),
  );
  const moved = { kind: 'migrate_from_group', title: 'Our group', group: old } as const;
  await save(GROUP, service({ id: 1, chat: GROUP, date: WHEN, author: 43, action: moved }));
  await run('--chat', String(GROUP), '--output', 'out');
  const [first, second] = resultIn(join(cwd, 'out')).messages;
  assert.deepEqual([first?.id, first?.['reply_to_message_id'], second?.id], [-999_999_991, -999_999_992, 1]);
  await run('--output', 'all');
  const { chats } = JSON.parse(readFileSync(join(cwd, 'all', 'result.json'), 'utf8')) as {
    chats: { list: Chat[] };
  };
  assert.deepEqual(
    chats.list.map(({ id }) => id),
    [1_000_000_001, FRIEND],
  );
});

test('pages have a thousand messages each, lead to one another and to answered messages, and old ones go', async (t) => {
  const { cwd, run, save } = await openExportScene(t);
  const posts = Array.from({ length: 1200 }, (_, index) =>
    post({ id: 10 + index, chat: GROUP, date: WHEN + 400 + index, author: 43, text: `Number ${index}` }),
  );
  const reply = { kind: 'message', id: 20 } as const;
  await save(
    GROUP,
    ...posts,
    post({ id: 5000, chat: GROUP, date: WHEN + 9000, author: 43, text: '<b>', reply }),
  );
  const { stdout } = await run('--chat', String(GROUP), '--output', 'out', '--format', 'html');
  assert.match(stdout, /: messages\.html, messages2\.html\.\n$/);
  const page = (name: string) => readFileSync(join(cwd, 'out', name), 'utf8');
  assert.equal(page('messages.html').split('class="message ').length - 1, 1000 + 1);
  assert.match(
    page('messages.html'),
    /<a class="pagination block_link" href="messages2\.html">Next messages/,
  );
  assert.match(page('messages.html'), /<video class="video" src="video_files\/film\.mp4" controls/);
  const second = page('messages2.html');
  assert.match(second, /href="messages\.html">Previous messages/);
  assert.match(second, /In reply to <a href="messages\.html#message20">/);
  assert.match(second, /<div class="text">&#60;b&#62;<\/div>/);
  assert.match(second, /Content-Security-Policy" content="default-src 'none'/);
  await run('--chat', String(GROUP), '--output', 'out', '--format', 'html', '--limit', '10');
  assert.deepEqual(shown(join(cwd, 'out')), ['css/style.css', 'messages.html', 'video_files/film.mp4']);
});

test('feeds have an entry for each message that says something', async (t) => {
  const { cwd, run, save } = await openExportScene(t);
  await save(GROUP, post({ id: 6, chat: GROUP, date: WHEN + 360, author: 43, text: 'a <b> & "c" \u0001' }));
  await run('--chat', String(GROUP), '--output', 'rss', '--format', 'rss');
  assert.ok(
    readFileSync(join(cwd, 'rss', 'feed.xml'), 'utf8').includes(
      '<item>\n<title>a &#60;b&#62; &#38; &#34;c&#34; \ufffd</title>\n<link>https://t.me/c/1000000001/6</link>\n' +
        '<guid isPermaLink="false">telegram:-1001000000001:6</guid>\n<pubDate>Tue, 05 Mar 2024 12:06:00 GMT</pubDate>\n' +
        '<dc:creator>Ann Lee</dc:creator>\n<description>a &#38;#60;b&#38;#62; &#38;#38; &#38;#34;c&#38;#34; \ufffd</description>\n</item>\n',
    ),
  );
  await run('--output', 'json', '--format', 'json-feed');
  const feed = JSON.parse(readFileSync(join(cwd, 'json', 'feed.json'), 'utf8')) as {
    version: string;
    items: { id: string; tags: string[] }[];
  };
  assert.equal(feed.version, 'https://jsonfeed.org/version/1.1');
  assert.deepEqual(
    feed.items.map(({ id, tags }) => [id, tags[0]]),
    [
      [`telegram:${GROUP}:1`, 'Our group'],
      [`telegram:${GROUP}:2`, 'Our group'],
      [`telegram:${GROUP}:5`, 'Our group'],
      [`telegram:${GROUP}:6`, 'Our group'],
      ['telegram:42:3', 'Bo'],
    ],
  );
});
