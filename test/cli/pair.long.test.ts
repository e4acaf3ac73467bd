import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { runInProcess } from '../support/in-process.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

interface Forums {
  readonly scene: Scene;
  readonly source: Chat;
  readonly target: Chat;
  readonly films: number;
  readonly books: number;
  readonly shelf: number;
  readonly linkTo: (chat: Chat, path?: string) => string;
  /** The texts in the target and their topics. */
  readonly texts: () => (readonly [string, number | undefined])[];
}

async function openForums(t: Parameters<typeof openScene>[0]): Promise<Forums> {
  const scene = await openScene(t);
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const source = world.createChannel({ title: 'From', forum: true, creator });
  const target = world.createChannel({ title: 'To', forum: true, creator });
  const films = world.createTopic(source, { title: 'Films' }).id;
  const books = world.createTopic(source, { title: 'Books' }).id;
  const shelf = world.createTopic(target, { title: 'Shelf' }).id;
  for (const [topicId, text] of [
    [films, 'a film'],
    [books, 'a book'],
    [1, 'a word'],
  ] as const) {
    world.post({ chat: source.id, from: creator, topicId, text });
  }
  await scene.signIn();
  return {
    scene,
    source,
    target,
    films,
    books,
    shelf,
    linkTo: (chat, path = '') => `https://t.me/c/${-chat.id - 1_000_000_000_000}${path}`,
    texts: () =>
      (scene.sandbox.report().sent.get(target.id) ?? []).flatMap(({ text, topicId }) =>
        text ? [[text, topicId] as const] : [],
      ),
  };
}

async function command(
  { scene }: Forums,
  name: 'run' | 'check',
  environment: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>[]> {
  const settings = { MIN_INTERVAL: '0', DATA_DIR: 'data', ...environment };
  const { stdout } = await runInProcess([name, '--json'], {
    environment: { ...scene.connection, ...settings },
    cwd: scene.cwd,
  });
  return recordsOf(stdout);
}

test('a link to a topic clones that topic, or clones into it', async (t) => {
  const forums = await openForums(t);
  const { source, target, films, books, shelf, linkTo, texts } = forums;
  const run = (SOURCE_CHAT: string, TARGET_CHAT: string, more = {}) =>
    command(forums, 'run', { SOURCE_CHAT, TARGET_CHAT, ...more });
  const started = await run(linkTo(source, `/${films}`), linkTo(target, `/${shelf}`));
  assert.deepEqual(texts(), [['a film', shelf]]);
  const start = started.find(({ event }) => event === 'start') as Record<string, { topic: unknown }>;
  assert.deepEqual([start['source']?.topic, start['target']?.topic], [films, shelf]);
  // A message's own link, as apps copy it, names its topic; a setting that says the same is not a contradiction.
  await run(linkTo(source, `/${books}/${books + 2}`), `${linkTo(target)}?thread=${shelf}`, {
    SOURCE_TOPIC: String(books),
  });
  assert.deepEqual(texts().slice(1), [['a book', shelf]]);
  await run(linkTo(source, '/1'), String(target.id));
  assert.deepEqual(texts().slice(2), [['a word', 1]]);
});

test('a link to a message, and a link that contradicts a setting, are refused before anything is sent', async (t) => {
  const forums = await openForums(t);
  const { scene, source, target, films, books, shelf, linkTo, texts } = forums;
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const group = world.createChannel({ title: 'Group', megagroup: true, creator });
  const news = world.createChannel({ title: 'News', creator, username: 'news_of_pair' });
  for (const chat of [group, news]) world.post({ chat: chat.id, from: creator, text: 'a post' });
  const film = source.box?.messages.find(({ text }) => text === 'a film')?.id ?? 0;
  const both = { SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id) };
  const refused = async (changes: Record<string, string>, words: RegExp): Promise<void> => {
    const environment = { ...both, ...changes };
    await assert.rejects(command(forums, 'run', environment), (error) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.match(error.message, words);
      return true;
    });
    const findings = await command(forums, 'check', environment);
    const fixes = findings.filter(({ status }) => status === 'fix').map(({ detail }) => String(detail));
    assert.ok(
      fixes.some((detail) => words.test(detail)),
      `check says ${fixes.join(' ')}`,
    );
  };
  await refused(
    { SOURCE_CHAT: linkTo(source, `/${film}`) },
    /link to message \d+ of "From" .*write SOURCE_CHAT=-100\d+ for the whole chat, and the id of a topic as SOURCE_TOPIC/,
  );
  await refused({ SOURCE_CHAT: linkTo(source, '/99999') }, /link to message 99999/);
  await refused({ SOURCE_CHAT: linkTo(group, '/2') }, /SOURCE_TOPIC=2 for the thread under that message\.$/);
  await refused({ SOURCE_CHAT: 't.me/news_of_pair/2' }, /write SOURCE_CHAT=-100\d+ for the whole chat\.$/);
  await refused(
    { SOURCE_CHAT: 't.me/news_of_pair/2?thread=2' },
    /SOURCE_CHAT is a link to a topic, but "News" .* has no topics/,
  );
  await refused(
    { TARGET_CHAT: linkTo(group, '/2') },
    /TARGET_CHAT is a link to message 2 of "Group" .*whole chat\.$/,
  );
  await refused(
    { TARGET_CHAT: `${linkTo(group, '/2')}?thread=2` },
    /TARGET_CHAT is a link to a topic, but "Group"/,
  );
  const films5 = linkTo(source, `/${films}`);
  await refused(
    { SOURCE_CHAT: films5, SOURCE_TOPIC: String(books) },
    /SOURCE_CHAT is a link to \d+ .*SOURCE_TOPIC is \d+: leave one/,
  );
  const shelf5 = linkTo(target, `/${shelf}`);
  await refused(
    { TARGET_CHAT: shelf5, TARGET_TOPIC: '1' },
    /TARGET_CHAT is a link to \d+ .*TARGET_TOPIC is 1/,
  );
  await refused(
    { TARGET_CHAT: shelf5, AUTO_CREATE_TOPICS: 'yes' },
    /TARGET_CHAT is a link into one topic, and AUTO_CREATE_TOPICS/,
  );
  assert.deepEqual(texts(), []);
});

test('a link to a thread of a group without topics clones the thread', async (t) => {
  const forums = await openForums(t);
  const { scene, target, linkTo, texts } = forums;
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const group = world.createChannel({ title: 'Group', megagroup: true, creator });
  const root = world.post({ chat: group.id, from: creator, text: 'a question' });
  world.post({ chat: group.id, from: creator, text: 'an answer', replyTo: root.id });
  world.post({ chat: group.id, from: creator, text: 'something else' });
  const SOURCE_CHAT = linkTo(group, `/${root.id + 1}?thread=${root.id}`);
  await command(forums, 'run', { SOURCE_CHAT, TARGET_CHAT: String(target.id) });
  assert.deepEqual(
    texts().map(([text]) => text),
    ['a question', 'an answer'],
  );
  // The message that a thread is under is named, with the setting for it.
  const findings = await command(forums, 'check', {
    SOURCE_CHAT: linkTo(group, `/${root.id}`),
    SOURCE_TOPIC: String(root.id),
    TARGET_CHAT: String(target.id),
  });
  assert.equal(
    findings.find(({ name }) => name === 'source topic')?.['status'],
    'ok',
    JSON.stringify(findings),
  );
});

test('check says how a link to a message in a topic is understood', async (t) => {
  const forums = await openForums(t);
  const { source, target, films, shelf, linkTo } = forums;
  const found = async (SOURCE_CHAT: string): Promise<Record<string, unknown>[]> => {
    const TARGET_CHAT = linkTo(target, `/${shelf}`);
    const findings = await command(forums, 'check', { SOURCE_CHAT, TARGET_CHAT });
    return findings.filter(({ name }) => name === 'source link');
  };
  const [note, ...others] = await found(linkTo(source, `/${films}/${films + 2}`));
  assert.deepEqual(others, []);
  assert.equal(note?.['status'], 'warning');
  assert.match(String(note?.['detail']), /it stands for the whole topic/);
  assert.deepEqual(await found(linkTo(source, `/${films}`)), []);
});
