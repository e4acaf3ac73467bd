import assert from 'node:assert/strict';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { markDeleted } from '../../lib/store/tables/mark-messages.js';
import { fileMedia, post } from '../support/documents.js';
import { filesUnder, nameChat, openFilesStore, WHEN } from '../support/files-store.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = 7;
const GROUP = -1_001_000_000_001;
const FRIEND = 42;

/** A data directory with some messages of a group and of a private chat, and a way to search it. */
async function openStore(t: Parameters<typeof openFilesStore>[0]) {
  const cwd = temporaryFolder(t);
  const store = await openFilesStore(t, cwd);
  const { writer } = store;
  await nameChat(store, GROUP, 'Our \u001b[31mgroup');
  await writer.saveChats(ACCOUNT, [
    { chatId: FRIEND, type: 'private', title: 'Bo', username: 'BoTheFriend' },
  ]);
  await writer.saveAccount({ accountId: ACCOUNT, name: 'Me', username: 'me_myself', isBot: false });
  await writer.savePeople(ACCOUNT, [{ personId: 43, name: 'Ann Lee', username: 'AnnLee' }]);
  const save = (chatId: number, ...posts: readonly Parameters<typeof post>[0][]) =>
    writer.saveMessages(
      { accountId: ACCOUNT, chatId },
      posts.map((fields) => ({ document: post({ chat: chatId, ...fields }) })),
    );
  await save(
    GROUP,
    {
      id: 1,
      date: WHEN,
      author: 43,
      text: `${'long ago, '.repeat(30)}the Meeting\nwas moved\u001b[2J ${'. '.repeat(90)}`,
    },
    { id: 2, date: WHEN + 60, author: GROUP, text: 'nothing', media: fileMedia(9, { name: 'meeting.pdf' }) },
  );
  await save(FRIEND, { id: 3, date: WHEN + 30, author: 42, text: 'meeting at 9?' });
  await markDeleted(
    store.db,
    { host: 'here', clock: store.clock },
    { accountId: ACCOUNT, chatId: FRIEND },
    [3],
  );
  await store.close();
  const run = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    telepi(['search', ...args], { cwd, environment: { DATA_DIR: cwd, ...environment } });
  return { cwd, run };
}

test('telepi search shows messages, the newest first, with chat, sender, link and the words around', async (t) => {
  const { cwd, run } = await openStore(t);
  const before = filesUnder(cwd);
  const { status, stdout, stderr } = await run(['MEETING']);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  const lines = stdout.split('\n');
  assert.deepEqual(lines.slice(0, 4), [
    `2024-03-05 12:01:00 UTC  Our [31mgroup (${GROUP})  https://t.me/c/1000000001/2`,
    '  meeting.pdf',
    '2024-03-05 12:00:30 UTC  Bo (42)  message 3  deleted',
    '  meeting at 9?',
  ]);
  assert.equal(
    lines[4],
    `2024-03-05 12:00:00 UTC  Our [31mgroup (${GROUP})  Ann Lee  https://t.me/c/1000000001/1`,
  );
  assert.match(lines[5] ?? '', /^ {2}….*long ago, the Meeting was moved\[2J .*…$/);
  assert.ok((lines[5] ?? '').length <= 120);
  assert.ok(!stdout.includes('\u001b'));
  assert.deepEqual(filesUnder(cwd), before);
  assert.match((await run(['long', 'moved'])).stdout, /^ {2}long ago, .*… ….*Meeting was moved/m);
  const both = await run(['nothing', 'pdf']);
  assert.equal(both.stdout.split('\n')[1], '  nothing | meeting.pdf');
});

test('telepi search gives machines one object for each message, and says whether there are more', async (t) => {
  const { run } = await openStore(t);
  const { status, stdout, stderr } = await run(['meeting', '--limit', '2', '--json']);
  assert.equal(status, 0, stderr);
  const [first, second, end] = recordsOf(stdout);
  assert.deepEqual(first, {
    event: 'found',
    account: ACCOUNT,
    chat: { id: GROUP, title: 'Our \u001b[31mgroup', username: null },
    id: 2,
    date: '2024-03-05T12:01:00.000Z',
    sender: { id: GROUP, name: 'Our \u001b[31mgroup' },
    topic: null,
    mediaType: 'document',
    texts: ['nothing', 'meeting.pdf'],
    fileName: 'meeting.pdf',
    deleted: null,
    link: 'https://t.me/c/1000000001/2',
  });
  assert.ok(Number.isInteger(Date.parse(String(second?.['deleted']))));
  assert.deepEqual([second?.['id'], second?.['link'], second?.['sender']], [3, null, { id: 42, name: 'Bo' }]);
  assert.deepEqual(end, { event: 'end', found: 2, more: true });
  assert.match(stderr, /^These are the 2 newest messages; there are more: raise --limit, /);
});

test('telepi search keeps to chats and to a selection, by names that the store knows', async (t) => {
  const { run } = await openStore(t);
  const ids = async (...args: string[]) => {
    const { status, stdout, stderr } = await run(['meeting', '--json', ...args]);
    assert.equal(status, 0, stderr);
    return recordsOf(stdout).flatMap(({ id }) => id ?? []);
  };
  assert.deepEqual(await ids('--chat-id', String(GROUP)), [2, 1]);
  assert.deepEqual(await ids('--source', '@bothefriend', '--chat', `https://t.me/c/1000000001`), [2, 3, 1]);
  assert.deepEqual(await ids('--sender', '@annlee'), [1]);
  assert.deepEqual(await ids('--ext', 'pdf'), [2]);
  assert.deepEqual(
    await ids('--kind', 'text', '--since', '2024-03-05', '--until', '2024-03-05T12:00'),
    [3, 1],
  );
  // Where a clone reads from is not where a search looks.
  const environment = { SOURCE_CHAT: String(FRIEND), SELECT_KIND: 'text' };
  const { stdout } = await run(['meeting', '--json'], environment);
  assert.deepEqual(
    recordsOf(stdout).flatMap(({ id }) => id ?? []),
    [3, 1],
  );
});

test("telepi search says what is missing, and refuses what it can't look for", async (t) => {
  const { run } = await openStore(t);
  const nothing = await run(['meeting', 'cat']);
  assert.equal(nothing.status, 0, nothing.stderr);
  assert.equal(nothing.stdout, 'No message is found with "meeting" and "cat".\n');
  const refused = async (args: readonly string[], sentence: RegExp): Promise<void> => {
    const { status, stdout, stderr } = await run(args);
    assert.equal(status, 2, stdout);
    assert.match(stderr, sentence);
  };
  await refused([], /^telepi: Say what to search for: telepi search WORD …/);
  await refused([' '], /One of the words is empty/);
  await refused(['x', '--chat', '-1009999'], /TelePi has kept nothing of "-1009999": correct --source/);
  await refused(
    ['x', '--sender', '@nobody_here'],
    /nothing of anybody who is called @nobody_here: write the id/,
  );
  await refused(['x', '--chat', 'https://t.me/c/1000000001/5'], /names a topic or message/);
});

test('telepi search needs no data directory, and reads one that may not be written', async (t) => {
  const empty = temporaryFolder(t);
  const none = await telepi(['search', 'x'], { cwd: empty });
  assert.equal(none.status, 0, none.stderr);
  assert.match(none.stdout, /^TelePi has kept no messages yet: telepi download keeps /);
  assert.deepEqual(readdirSync(empty), []);
  const { cwd, run } = await openStore(t);
  chmodSync(join(cwd, 'ledger.db'), 0o400);
  chmodSync(cwd, 0o500);
  const { status, stdout, stderr } = await run(['meeting']).finally(() => chmodSync(cwd, 0o700));
  assert.equal(status, 0, stderr);
  assert.match(stdout, /meeting\.pdf/);
});
