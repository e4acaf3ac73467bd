import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Figures } from '../../lib/analyze/figures.js';
import { UsageError } from '../../lib/base/errors.js';
import { fileMedia, post } from '../support/documents.js';
import { nameChat, openFilesStore, WHEN } from '../support/files-store.js';
import { runInProcess } from '../support/in-process.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = 7;
const GROUP = -1_001_000_000_001;
const FRIEND = 42;
/** What nobody may bring into a page, a table or a terminal. */
const NASTY = `<script>alert(1)</script>"'&\u001b[31m</style>\u202e]]>`;

/** What turns a terminal, or the direction of a text. */
const UNSAFE = /(?![\t\r\n])\p{Cc}|\u202e/u;

/** A data directory with a group that two accounts have, and a private chat. */
async function openStore(t: Parameters<typeof openFilesStore>[0]) {
  const cwd = temporaryFolder(t);
  const store = await openFilesStore(t, cwd);
  const { writer } = store;
  await nameChat(store, GROUP, NASTY);
  await writer.saveChats(ACCOUNT, [{ chatId: FRIEND, type: 'private', title: 'Bo' }]);
  await writer.savePeople(ACCOUNT, [{ personId: 43, name: `=1+1 ${NASTY}` }]);
  await writer.savePeople(ACCOUNT, [{ personId: FRIEND, name: 'Bo', username: 'BoBuilds' }]);
  const save = (accountId: number, chatId: number, ...posts: readonly Parameters<typeof post>[0][]) =>
    writer.saveMessages(
      { accountId, chatId },
      posts.map((fields) => ({ document: post({ chat: chatId, ...fields }) })),
    );
  const one = { id: 1, date: WHEN, author: 43, text: `=cmd cats ${NASTY}` };
  const two = {
    ...{
      id: 2,
      date: WHEN + 60,
      author: FRIEND,
      text: '@cats',
      media: fileMedia(9, { name: `-${NASTY}.pdf` }),
    },
    reply: { kind: 'message', id: 1 } as const,
  };
  await save(ACCOUNT, GROUP, one, two);
  await save(8, GROUP, one, { id: 3, date: WHEN + 7200, author: 44, text: 'late cats' });
  await save(ACCOUNT, FRIEND, { id: 1, date: WHEN + 30, author: FRIEND, text: 'cats' });
  await save(8, FRIEND, { id: 1, date: WHEN + 30, author: FRIEND, text: 'cats' });
  const run = (...args: string[]) =>
    runInProcess(['analyze', ...args], { cwd, environment: { DATA_DIR: cwd } });
  return { cwd, run, store };
}

test('telepi analyze shows the figures of what is kept, once for what two accounts have of one channel', async (t) => {
  const { cwd, store } = await openStore(t);
  await store.close();
  const environment = { DATA_DIR: cwd };
  const { status, stdout, stderr } = await telepi(['analyze', '--json'], { cwd, environment });
  assert.equal(status, 0, stderr);
  const [figures] = recordsOf(stdout);
  assert.equal(figures?.['event'], 'figures');
  const { totals, chats, words, answers } = figures as unknown as Figures;
  assert.equal(totals.messages, 5);
  assert.deepEqual(
    chats.map(({ id, messages }) => [id, messages]),
    [
      [GROUP, 3],
      [FRIEND, 1],
      [FRIEND, 1],
    ],
  );
  assert.deepEqual(words.items[0], { name: 'cats', count: 5, error: 0 });
  assert.deepEqual(answers, { count: 1, medianSeconds: 60, p90Seconds: 60, unmeasured: 0 });
  const text = await telepi(['analyze', '--source', '@bobuilds'], { cwd, environment });
  assert.equal(text.status, 0, text.stderr);
  assert.match(text.stdout, /^messages +2\n/);
  assert.match(text.stdout, /MOST USED WORDS\nword +times\ncats +2 /);
  const nasty = await telepi(['analyze'], { cwd, environment });
  assert.doesNotMatch(nasty.stdout, UNSAFE);
});

test('telepi analyze keeps to its selection, and counts a limit over all chats', async (t) => {
  const { run } = await openStore(t);
  const messages = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await run('--json', ...args);
    const [figures] = recordsOf(stdout) as unknown as Figures[];
    return figures?.totals.messages;
  };
  assert.equal(await messages('--sender', '43'), 1);
  assert.equal(await messages('--ext', 'pdf'), 1);
  assert.equal(await messages('--limit', '2'), 2);
  assert.equal(await messages('--limit', '4'), 4);
  assert.equal(await messages('--source', String(GROUP), '--since', '2024-03-05T13:00'), 1);
  const none = await run('--sender', '99');
  assert.match(none.stdout, /^No message is selected: leave out a flag/);
  await assert.rejects(
    run('--source', '@nobody'),
    (error) => error instanceof UsageError && error.code === 'SEARCH_NO_CHAT',
  );
});

test('a page of figures is whole in itself, and what people wrote is only text in it', async (t) => {
  const { cwd, run } = await openStore(t);
  const path = join(cwd, 'report.html');
  writeFileSync(path, 'old', { mode: 0o644 });
  const { status, stdout } = await run('--format', 'html', '--output', 'report.html', '--zone', 'Asia/Tokyo');
  assert.equal(status, 0);
  assert.match(stdout, /report\.html is written \(\d+\.\d KiB\)\.\n$/);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const page = readFileSync(path, 'utf8');
  const withoutPolicy = page.replace(/<meta http-equiv[^>]*>/, '');
  assert.match(
    page,
    /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/,
  );
  assert.doesNotMatch(
    page,
    /<script|<\/style>.*<\/style>|\son\w+=|\sstyle=|<link|<img|<iframe|@import|url\(/is,
  );
  assert.doesNotMatch(withoutPolicy, /https?:\/\/|src=/);
  assert.doesNotMatch(page, UNSAFE);
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;&#39;&amp;/);
  // Each picture has a name and says what it shows; each element is closed.
  const pictures = page.match(
    /<svg [^>]*role="img"[^>]*aria-labelledby="(\S+) (\S+)"[^>]*><title id="\1">[^<]+<\/title><desc id="\2">[^<]+<\/desc>/g,
  );
  assert.equal(pictures?.length, 3);
  for (const name of ['section', 'table', 'svg', 'figure', 'details', 'div', 'bdi', 'tr', 'td', 'th', 'dl'])
    assert.equal(
      page.match(new RegExp(`<${name}[ >]`, 'g'))?.length,
      page.match(new RegExp(`</${name}>`, 'g'))?.length,
      name,
    );
  assert.match(page, /prefers-color-scheme: dark/);
  assert.match(page, /Hours, days and months are those of Asia\/Tokyo/);
});

test('figures as CSV have no cell that a spreadsheet would take for a formula', async (t) => {
  const { cwd, run } = await openStore(t);
  await run('--format', 'csv', '--output', 'figures.csv');
  const table = readFileSync(join(cwd, 'figures.csv'), 'utf8');
  assert.ok(table.startsWith('section,item,measure,value\r\n'));
  assert.match(table, /\r\ntotals,,messages,5\r\n/);
  assert.match(table, /\r\nsenders,"'=1\+1 /);
  assert.match(table, /\r\nfiles,"'-</);
  assert.match(table, /\r\nhours,Tue 12:00,messages,4\r\n/);
  assert.match(table, /\r\ndays,2024-03-05,messages,5\r\n/);
  const { stdout } = await run('--format', 'csv', '--source', '@bobuilds');
  assert.match(stdout, /^section,item,measure,value\r\n/);
});

test('telepi analyze refuses what it can’t do before it reads anything', async (t) => {
  const { cwd, run } = await openStore(t);
  mkdirSync(join(cwd, 'folder'));
  const refused = async (code: string, ...args: string[]): Promise<void> => {
    await assert.rejects(
      run(...args),
      (error) => error instanceof UsageError && error.code === code,
      args.join(' '),
    );
  };
  await refused('BAD_FORMAT', '--format', 'pdf');
  await refused('USAGE', '--format', 'html');
  await refused('CONTRADICTION', '--json', '--format', 'csv');
  await refused('NO_FOLDER', '--format', 'html', '--output', 'none/report.html');
  await refused('NOT_A_FILE', '--format', 'html', '--output', 'folder');
  await refused('BAD_ZONE', '--zone', 'Nowhere/City');
  await refused('BAD_TOP', '--top', '0');
  await refused('BAD_TOP', '--top', 'many');
});

test('telepi analyze is noted in the log of actions, and makes no store where there is none', async (t) => {
  const { run, store } = await openStore(t);
  await run('--source', '@bobuilds', '--top', '5');
  const rows = await store.db
    .selectFrom('action_log')
    .select(['action', 'state', 'arguments', 'counts'])
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    rows.map(({ action, state }) => [action, state]),
    [
      ['analyze', 'started'],
      ['analyze', 'completed'],
    ],
  );
  assert.deepEqual(JSON.parse(rows[1]?.counts ?? ''), { messages: 2 });
  assert.match(rows[0]?.arguments ?? '', /"source":"@bobuilds"/);
  const empty = temporaryFolder(t);
  const none = await runInProcess(['analyze'], { cwd: empty, environment: { DATA_DIR: empty } });
  assert.equal(
    none.stdout,
    'TelePi has kept no messages yet: telepi download keeps the ones that it reads.\n',
  );
  assert.equal(existsSync(join(empty, 'ledger.db')), false);
});
