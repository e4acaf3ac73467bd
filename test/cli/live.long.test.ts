import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Figures } from '../../lib/analyze/figures.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { download, FILL, filesIn } from '../support/download-command.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

let scene: Scene;
const ended: (() => unknown)[] = [];
before(async () => {
  const t = { after: (end: unknown) => void ended.push(end as () => unknown) };
  scene = await openScene(t, {}, { content: 'showcase' });
  await scene.signIn();
});
after(async () => {
  for (const end of ended.reverse()) await end();
});

const telepi = (...args: readonly string[]) =>
  runInProcess(args, { cwd: scene.cwd, environment: scene.connection });

/** What an export holds, but for what only a store knows, and what Telegram renews with each answer. */
function contentOf(folder: string): ReadonlyMap<string, string> {
  const names = filesIn(join(scene.cwd, folder)).filter((name) => !name.startsWith('.telepi-export/'));
  return new Map(
    names.map((name) => {
      const bytes = readFileSync(join(scene.cwd, folder, name));
      const text = /\.(?:jsonl?|csv|html|xml)$/.test(name) && !name.includes('/');
      return [name, text ? plain(bytes.toString()) : bytes.toString('base64')];
    }),
  );
}

const plain = (text: string): string =>
  text.replace(/"status":"downloaded"/g, '"status":"retrieved"').replace(/"fileReference":"[^"]*"/g, '');

function showcase(): readonly (readonly [name: string, chat: Chat])[] {
  const { source, chats, upgraded } = scene.filled;
  assert.ok(upgraded);
  return [
    ['forum', source],
    ['channel', chats.channel],
    ['upgraded group', upgraded],
  ];
}

test('export --live writes the files that an export of the store writes after a download', async () => {
  for (const [name, { id }] of showcase()) {
    await download(scene, ['--chat-id', String(id), '--media-type', 'all', '--output', `kept ${name}`]);
    for (const format of ['desktop', 'jsonl']) {
      const asked = ['export', '--source', String(id), '--format', format];
      const stored = await telepi(...asked, '--output', `stored ${format} ${name}`);
      const live = await telepi(...asked, '--live', '--output', `live ${format} ${name}`);
      const words = (stdout: string): string => stdout.slice(0, stdout.indexOf(' into '));
      assert.equal(words(live.stdout), words(stored.stdout));
      const [one, other] = [contentOf(`live ${format} ${name}`), contentOf(`stored ${format} ${name}`)];
      assert.deepEqual([...one.keys()], [...other.keys()]);
      for (const [file, content] of one) assert.equal(content, other.get(file), `${name}: ${file}`);
      assert.ok(one.size > 1, `${name} has files`);
    }
  }
});

/** The ids of the first two items of an album. */
function albumIn(folder: string): readonly number[] {
  const lines = readFileSync(join(scene.cwd, folder, 'messages.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const documents = lines.map(
    (line) => (JSON.parse(line) as { document: { id: number; album?: string } }).document,
  );
  const album = documents.find((document) => document.album !== undefined)?.album;
  const ids = documents.filter((document) => document.album === album).map(({ id }) => id);
  assert.ok(ids.length > 1);
  return ids;
}

test('export --live selects what an export of the store selects', async () => {
  const { source, upgraded } = scene.filled;
  const [forum, group] = [source.id, upgraded?.id];
  const [first, second] = albumIn('stored jsonl forum');
  const two = [...source.topics.keys()].filter((id) => id !== 1).slice(0, 2);
  for (const [index, args] of [
    ['--source', String(forum), '--topic', '1'],
    ['--source', String(forum), '--topic', String(two[0])],
    ['--source', String(forum), '--topic', two.join()],
    ['--source', String(forum), '--kind', 'photo,video'],
    ['--source', String(forum), '--limit', '7'],
    ['--source', String(forum), '--from-id', '20', '--to-id', '40'],
    ['--source', String(forum), '--from-id', String(second)],
    ['--source', String(forum), '--to-id', String(first)],
    ['--source', String(group), '--limit', '3'],
    ['--source', String(group), '--from-id', '2'],
    ['--source', String(group), '--to-id', '5'],
    ['--source', `${forum},${group}`, '--match', 'the'],
  ].entries()) {
    const asked = ['export', ...args, '--media', 'none'];
    await telepi(...asked, '--output', `selected ${index}`);
    await telepi(...asked, '--live', '--output', `selected live ${index}`);
    const [one, other] = [contentOf(`selected live ${index}`), contentOf(`selected ${index}`)];
    assert.equal(one.get('result.json'), other.get('result.json'), args.join(' '));
    assert.match(String(one.get('result.json')), /"date_unixtime"/, args.join(' '));
  }
});

test('analyze --live shows the figures that the store has after a download', async () => {
  for (const [name, { id }] of showcase()) {
    const figures = async (...more: readonly string[]): Promise<Figures> => {
      const { stdout } = await telepi('analyze', '--json', '--source', String(id), ...more);
      return recordsOf(stdout).find(({ event }) => event === 'figures') as unknown as Figures;
    };
    const live = await figures('--live');
    assert.ok(live.totals.messages > 3, name);
    assert.deepEqual(live, await figures());
    assert.deepEqual(await figures('--live', '--limit', '5'), await figures('--limit', '5'));
  }
});

test('a second export --live adds what is new, and fetches no file again', async () => {
  const { sandbox, filled } = scene;
  const { id } = filled.chats.channel;
  const asked = ['export', '--source', String(id), '--live', '--output', 'twice'];
  await telepi(...asked);
  const before = contentOf('twice');
  const again = await telepi(...asked);
  assert.match(again.stdout, /, 0 files \(0 B\) into .*: nothing has changed in result\.json\.\n$/);
  assert.deepEqual(contentOf('twice'), before);
  sandbox.world.post({ chat: id, from: filled.user.id, text: 'New since the last export' });
  const { stdout } = await telepi(...asked);
  assert.match(stdout, /, 0 files \(0 B\) into /);
  const after = contentOf('twice');
  assert.deepEqual([...after.keys()], [...before.keys()]);
  assert.match(String(after.get('result.json')), /New since the last export/);
});

test('a dry run of export --live says what there is, and writes nothing', async () => {
  const asked = ['export', '--source', String(filled().chats.channel.id), '--live', '--output', 'rehearsed'];
  const { stdout } = await telepi(...asked, '--dry-run');
  assert.match(
    stdout,
    /^Would export \d+ messages of 1 chat into .*, with \d+ files? of .*Nothing was written\.\n$/s,
  );
  assert.ok(!existsSync(join(scene.cwd, 'rehearsed')));
  const plan = recordsOf((await telepi(...asked, '--dry-run', '--json')).stdout).at(-1);
  const end = recordsOf((await telepi(...asked, '--json')).stdout).at(-1);
  assert.deepEqual([plan?.['event'], end?.['event']], ['plan', 'end']);
  assert.equal(plan?.['messages'], end?.['messages']);
});

test('protected chats are read only by whoever says that they may be copied', async () => {
  const { chats, user } = filled();
  scene.sandbox.world.post({ chat: chats.protected.id, from: user.id, text: 'Protected' });
  const source = ['--source', String(chats.protected.id), '--live'];
  for (const command of [['analyze'], ['export', '--output', 'protected']])
    await assert.rejects(telepi(...command, ...source), { code: 'PROTECTED_CHAT' });
  assert.ok(!existsSync(join(scene.cwd, 'protected')));
  await telepi('export', '--output', 'protected', ...source, '--allow-protected');
  assert.match(String(contentOf('protected').get('result.json')), /"text": "Protected"/);
});

test('what --live can’t do is refused before anything is asked', async () => {
  for (const [args, code] of [
    [['analyze', '--live'], 'NO_CHAT'],
    [['export', '--live', '--output', 'x'], 'NO_CHAT'],
    [['export', '--output', 'x', '--allow-protected'], 'CONTRADICTION'],
    [['export', '--output', 'x', '--live', '--source', 'me', '--account', '7'], 'CONTRADICTION'],
    [['analyze', '--live', '--source', '@nobody_at_all'], 'UNKNOWN_CHAT'],
  ] as const)
    await assert.rejects(telepi(...args), { code }, args.join(' '));
});

test('--live makes no database and notes nothing in one', async () => {
  const fresh = await openScene({ after: (end: unknown) => void ended.push(end as () => unknown) }, {}, FILL);
  await fresh.signIn();
  const database = join(fresh.cwd, 'data', 'ledger.db');
  const before = existsSync(database);
  const environment = fresh.connection;
  const source = ['--source', String(fresh.filled.chats.readOnly.id), '--live'];
  await runInProcess(['analyze', ...source], { cwd: fresh.cwd, environment });
  await runInProcess(['export', '--output', 'out', ...source], { cwd: fresh.cwd, environment });
  assert.deepEqual([before, existsSync(database)], [false, false]);
  assert.ok(filesIn(join(fresh.cwd, 'out')).length > 3);
});

const filled = () => scene.filled;
