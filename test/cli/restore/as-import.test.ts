import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Message } from '../../../lib/sandbox/world/message.js';
import { inDatabase } from '../../support/download-command.js';
import { openRestoreScene } from '../../support/restore-scene.js';

const START = 1_700_000_000;

/** A group with messages of two people, two files among them, kept and then erased by a plan. */
async function openErased(t: TestContext) {
  const scene = await openRestoreScene(t);
  const { world, files } = scene.sandbox;
  const { user, plain } = scene.filled;
  const chat = world.createChannel({ title: 'Old group', megagroup: true, creator: user.id });
  world.addMember(chat, plain.user.id);
  const post = (from: number, index: number, more: object) =>
    world.post({ chat: chat.id, from, date: START + index, ...more });
  const photo = files.add({ kind: 'photo', dcId: 1, width: 64, height: 48, seed: 'p' });
  const named = { type: 'filename', name: 'report.pdf' } as const;
  const report = files.add({
    ...{ kind: 'document', dcId: 2, size: 700_000, mimeType: 'application/pdf', attributes: [named] },
  });
  const media = (kind: 'photo' | 'document', { id }: { id: bigint }) => ({
    kind,
    fileId: id,
    spoiler: false,
  });
  const bold = { kind: 'bold', offset: 0, length: 5 } as const;
  post(user.id, 1, { text: 'first\n13/01/2020, 10:00 - Nobody: x', entities: [bold] });
  post(plain.user.id, 2, { text: 'a caption', media: media('document', report) });
  post(user.id, 3, { media: media('photo', photo) });
  post(plain.user.id, 4, { text: 'last: שלום 👋' });
  const ids = scene.messages(chat).flatMap(({ id, action }) => (action ? [] : [id]));
  await scene.keep(chat);
  scene.erase(chat, ids);
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const nameOf = ({ firstName, lastName }: typeof user) => `${firstName} ${lastName}`.trim();
  const [ann, bob] = [nameOf(user), nameOf(plain.user)];
  const shown = ({ forward, text, media: shownMedia }: Message) => [
    (forward?.date ?? 0) - START,
    forward?.name,
    text.replaceAll('\u2060', ''),
    shownMedia?.kind,
  ];
  const imported = (of = chat) =>
    scene
      .messages(of)
      .filter(({ forward }) => forward?.imported)
      .map(shown);
  const expected = [
    [1, ann, 'first\n13/01/2020, 10:00 - Nobody: x', undefined],
    [2, bob, '', 'document'],
    [2, bob, 'a caption', undefined],
    [3, ann, '', 'photo'],
    [4, bob, 'last: שלום 👋', undefined],
  ];
  return { scene, chat, ids, plan, imported, expected };
}

test('what was erased is imported with its own dates and names, once, after a question', async (t) => {
  const { scene, plan, imported, expected } = await openErased(t);
  const file = join(scene.cwd, 'history.txt');
  const rehearsed = await scene.call(['restore', plan, '--as-import', '--dry-run', '--import-file', file]);
  assert.equal(rehearsed.status, 0, String(rehearsed.thrown));
  assert.match(
    rehearsed.stdout,
    /^4 kept messages would become 5 imported messages with 2 files \([^)]+\), in 1 import\.\n1 message lose/m,
  );
  assert.match(
    readFileSync(file, 'utf8'),
    /^\d\d\/\d\d\/2023, \d\d:\d\d:\d\d - .* created group "Old group"\n/,
  );
  assert.deepEqual(imported(), [], 'a dry run imports nothing');
  const unasked = await scene.call(['restore', plan, '--as-import']);
  assert.equal((unasked.thrown as { code?: string }).code, 'IMPORT_UNCONFIRMED');
  assert.match(String(unasked.thrown), /An import can be neither undone nor repeated\./);
  assert.deepEqual(imported(), []);
  const done = await scene.call(['restore', plan, '--as-import', '--yes']);
  assert.equal(done.status, 0, `${done.stderr}${String(done.thrown)}`);
  assert.deepEqual(imported(), expected);
  assert.match(done.stdout, /\n5 messages with 2 files are in Old group, as in the archive\.\n$/);
  const again = await scene.call(['restore', plan, '--as-import', '--yes', '--json']);
  assert.equal(again.status, 0, String(again.thrown));
  assert.equal(again.records.find(({ event }) => event === 'import_outlook')?.['before'], 4);
  assert.deepEqual(imported(), expected, 'nothing is imported twice');
  const rows = await inDatabase(scene, (db) =>
    db.selectFrom('history_imports').select(['state', 'messages', 'uploaded']).execute(),
  );
  assert.deepEqual(
    rows.map(({ state, messages, uploaded }) => [state, String(messages), String(uploaded)]),
    [['arrived', '4', '2']],
  );
});

test('a message whose kept file was changed or has vanished comes with words in its place, and the status says so', async (t) => {
  const { scene, plan, imported, expected } = await openErased(t);
  const copies = await inDatabase(scene, (db) => db.selectFrom('file_copies').select('path').execute());
  const pathOf = (ending: string) => copies.find(({ path }) => path.endsWith(ending))?.path ?? '';
  writeFileSync(pathOf('.pdf'), Buffer.alloc(700_000, 1));
  rmSync(pathOf('.jpg'));
  const outcome = await scene.call(['restore', plan, '--as-import', '--yes', '--json']);
  assert.equal(outcome.status, 1, `${outcome.stderr}${String(outcome.thrown)}`);
  const end = outcome.records.find(({ event }) => event === 'import_end');
  assert.deepEqual([end?.['files'], end?.['damaged'], end?.['differing']], [0, 2, 0]);
  assert.deepEqual(
    imported().map(([, , text]) => text),
    [expected[0]?.[2], '[file]\n\na caption', '[photo]', expected[4]?.[2]],
  );
});

test('what still stands in its chat is left out', async (t) => {
  const { scene, chat, ids, imported } = await openErased(t);
  const { id } = scene.sandbox.world.post({ chat: chat.id, from: scene.filled.user.id, text: 'still there' });
  await scene.keep(chat);
  const plan = await scene.plan(chat, new Map([[chat.id, [...ids.slice(3), id]]]));
  const outcome = await scene.call(['restore', plan, '--as-import', '--yes']);
  assert.equal(outcome.status, 0, String(outcome.thrown));
  assert.match(outcome.stdout, /1 message of it: still in the chat/);
  assert.deepEqual(
    imported().map(([, , text]) => text),
    ['last: שלום 👋'],
  );
});

test('channels, basic groups and flags of posts are refused with a sentence', async (t) => {
  const { scene, plan } = await openErased(t);
  const { world } = scene.sandbox;
  const { user, plain } = scene.filled;
  const channel = world.createChannel({ title: 'News', creator: user.id });
  const codeOf = async (...args: string[]) =>
    ((await scene.call(['restore', plan, ...args])).thrown as { code?: string } | undefined)?.code;
  const as = ['--as-import', '--yes'];
  assert.equal(await codeOf(...as, '--target', String(channel.id)), 'IMPORT_PEER_TYPE_INVALID');
  const theirs = world.createChannel({ title: 'Theirs', megagroup: true, creator: plain.user.id });
  world.addMember(theirs, user.id);
  assert.equal(await codeOf(...as, '--target', String(theirs.id)), 'CHAT_ADMIN_REQUIRED');
  assert.equal(await codeOf(...as, '--attribution', 'none'), 'CONTRADICTION');
  assert.equal(await codeOf(...as, '--stop-on-error'), 'CONTRADICTION');
  assert.equal(await codeOf('--yes'), 'CONTRADICTION');
  assert.equal(await codeOf('--import-offset', '+01:00'), 'CONTRADICTION');
  assert.equal(await codeOf(...as, '--import-file', 'x.txt'), 'CONTRADICTION');
  const zone = ['--import-zone', 'Europe/Berlin'];
  assert.equal(await codeOf(...zone), 'CONTRADICTION');
  assert.equal(await codeOf(...as, ...zone, '--import-offset', '+01:00'), 'CONTRADICTION');
  assert.equal(await codeOf(...as, '--import-zone', 'Berlin'), 'BAD_ZONE');
  for (const offset of ['1', '+1:00', '+15:00', '+01:60'])
    assert.equal(await codeOf(...as, '--import-offset', offset), 'IMPORT_OFFSET');
});

test('the clock of the account is written, and dates that come out otherwise stop the import', async (t) => {
  const { scene, chat, plan, imported, expected } = await openErased(t);
  const outcome = await scene.call(['restore', plan, '--as-import', '--yes', '--import-offset', '+03:30']);
  assert.equal((outcome.thrown as { code?: string }).code, 'IMPORT_DATES_SHIFTED');
  assert.match(String(outcome.thrown), /--import-offset=\+00:00 --import-again/);
  assert.equal(imported()[0]?.[0], 1 + 12_600);
  scene.filled.user.zone = 'Europe/Berlin';
  scene.erase(
    chat,
    scene.messages(chat).flatMap(({ id, forward }) => (forward?.imported ? [id] : [])),
  );
  const zone = ['--import-zone', 'Europe/Berlin', '--import-again'];
  const right = await scene.call(['restore', plan, '--as-import', '--yes', ...zone]);
  assert.equal(right.status, 0, String(right.thrown));
  assert.deepEqual(imported(), expected);
});

test('nothing comes twice by a post, another plan or none, and a selection of a plan leaves the rest to later', async (t) => {
  const { scene, chat, ids, plan, imported, expected } = await openErased(t);
  const all = () => scene.messages(chat).filter(({ action }) => !action).length;
  const [first, second] = ids;
  const status = async (...args: string[]) => {
    const { status: ended, thrown } = await scene.call(['restore', ...args]);
    assert.equal(thrown, undefined, String(thrown));
    return ended;
  };
  const as = ['--as-import', '--yes'];
  assert.equal(await status(plan, ...as, '--to-id', String(first)), 0);
  assert.deepEqual(imported(), expected.slice(0, 1));
  const posts = await scene.call(['restore', plan, '--to-id', String(second), '--json']);
  assert.equal(posts.status, 0, String(posts.thrown));
  assert.equal(posts.records.find(({ event }) => event === 'left')?.['imported'], 1);
  assert.equal(all(), 2, 'the second one was posted, the first one was not');
  assert.equal(await status(await scene.plan(chat, new Map([[chat.id, ids.slice(0, 3)]])), ...as), 0);
  assert.equal(all(), 3);
  const rest = await scene.call(['restore', plan, ...as, '--json']);
  assert.equal(rest.status, 0, String(rest.thrown));
  const outlook = rest.records.find(({ event }) => event === 'import_outlook');
  assert.deepEqual([outlook?.['before'], outlook?.['posted'], outlook?.['messages']], [2, 1, 1]);
  const whole = ['--chat', String(chat.id), '--target', String(chat.id)];
  assert.equal(await status(...whole, ...as), 0);
  assert.equal(await status(...whole), 0);
  assert.equal(all(), 4);
  assert.deepEqual(imported(), [expected[0], expected[3], expected[4]]);
});

test('a message of the plan that was never kept is counted, and the status says that it is lacking', async (t) => {
  const { scene, chat, ids, imported, expected } = await openErased(t);
  const { id } = scene.sandbox.world.post({ chat: chat.id, from: scene.filled.user.id, text: 'never kept' });
  scene.erase(chat, [id]);
  const plan = await scene.plan(chat, new Map([[chat.id, [...ids, id]]]));
  const outcome = await scene.call(['restore', plan, '--as-import', '--yes']);
  assert.equal(outcome.status, 1, String(outcome.thrown));
  assert.match(outcome.stdout, /1 message of the plan: never kept/);
  assert.deepEqual(imported(), expected);
  assert.equal((await scene.call(['restore', plan, '--as-import', '--dry-run'])).status, 1);
});
