import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf } from '../support/scene.js';

test("chats and topics are listed with ids, types and titles; a title can't control the terminal", async (t) => {
  const scene = await openScene(t);
  const { sandbox, filled } = scene;
  const title = 'Evil \u001b[2J\u001b]0;owned\u0007\nTitle \u202eabc';
  const evil = sandbox.world.createChannel({ title, megagroup: true, creator: filled.user.id });
  await scene.signIn();

  const table = await scene.run(['chats']);
  assert.equal(table.status, 0, table.stderr);
  const lines = table.stdout.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^ID +TOPIC +TYPE +NAME +TITLE$/);
  const source = lines.findIndex((line) => line.startsWith(`${filled.source.id} `));
  assert.match(lines[source] ?? '', /forum +Sandbox source$/);
  assert.match(lines.slice(source + 1).join('\n'), /^ +\d+ +topic +Films 🎬$/m);
  assert.match(table.stdout, /channel +@sandbox_news +Sandbox news\n/);
  assert.match(table.stdout, /group +Sandbox basic group\n/);
  assert.match(table.stdout, /Sandbox protected \(protected\)\n/);
  assert.match(table.stdout, new RegExp(`^${evil.id} .*Evil \\[2J\\]0;owned Title abc$`, 'm'));
  assert.doesNotMatch(table.stdout, /[^\n\P{Cc}]|\u202e/u);
  assert.match(table.stderr, /^8 chats, \d+ topics\n$/);

  const json = await scene.run(['chats', '--json']);
  const records = recordsOf(json.stdout);
  assert.equal(records.length, 8);
  assert.equal(records.find(({ id }) => id === evil.id)?.['title'], title, 'machines get it as it is');
  const forum = records.find(({ id }) => id === filled.source.id);
  assert.equal(forum?.['type'], 'forum');
  assert.ok(Array.isArray(forum?.['topics']) && forum['topics'].length >= 4);
});

test('a word filters chats by title, name and id, and topics by title', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const found = async (word: string): Promise<unknown[]> => {
    const { stdout } = await runInProcess(['chats', '--json', word], {
      environment: scene.connection,
      cwd: scene.cwd,
    });
    return recordsOf(stdout).map(({ title, topics }) => [
      title,
      (topics as { title: string }[]).map((topic) => topic.title),
    ]);
  };
  assert.deepEqual(await found('BASIC'), [['Sandbox basic group', []]]);
  assert.deepEqual(await found('@sandbox_news'), [['Sandbox news', []]]);
  assert.deepEqual(await found(String(scene.filled.chats.group.id)), [['Sandbox basic group', []]]);
  assert.deepEqual(await found('films'), [['Sandbox source', ['Films 🎬']]]);
  assert.deepEqual(await found('nothing like it'), []);
  const none = await scene.run(['chats', 'nothing like it']);
  assert.equal(none.stdout, 'No chat or topic contains this word.\n');
});

test('the command ends quietly when its reader goes away', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const { status, stderr } = await scene.run(['chats'], {}, { onStart: (child) => child.stdout?.destroy() });
  assert.equal(status, 0);
  assert.doesNotMatch(stderr, /EPIPE|Error/);
});
