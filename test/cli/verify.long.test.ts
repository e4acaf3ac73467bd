import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

interface Cloned {
  readonly scene: Scene;
  readonly source: Chat;
  readonly target: Chat;
  readonly environment: Readonly<Record<string, string>>;
}

/** A source with 12 texts, cloned by `telepi run`. */
async function openCloned(t: Parameters<typeof openScene>[0]): Promise<Cloned> {
  const scene = await openScene(t);
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const source = world.createChannel({ title: 'From', megagroup: true, creator });
  const target = world.createChannel({ title: 'To', megagroup: true, creator });
  for (let index = 1; index <= 12; index += 1)
    world.post({ chat: source.id, from: creator, text: `text ${index}` });
  await scene.signIn();
  const environment = {
    SOURCE_CHAT: String(source.id),
    TARGET_CHAT: String(target.id),
    MIN_INTERVAL: '0',
  };
  const run = await scene.run(['run'], environment);
  assert.equal(run.status, 0, run.stderr);
  return { scene, source, target, environment };
}

test('telepi verify: 0 and lines for a good clone; 1, findings with links, and one JSON document for a bad one', async (t) => {
  const { scene, target, environment } = await openCloned(t);
  const good = await scene.run(['verify'], environment);
  assert.equal(good.status, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /^\d+ messages to compare\n/);
  assert.match(good.stdout, /\nCompared 12 messages with their copies, found by the ledger, in /);
  assert.match(good.stdout, /\nLeft out by the runs: 1 \(service 1\)\.\nThere is no difference\.\n$/);

  const messages = target.box?.messages ?? [];
  const gone = messages.findIndex(({ text }) => text === 'text 5');
  const goneId = messages[gone]?.id;
  messages.splice(gone, 1);
  const bad = await scene.run(['verify'], environment);
  assert.equal(bad.status, 1, bad.stderr);
  assert.match(
    bad.stdout,
    /\nThere is 1 difference:\n {2}missing 1: A message of the source has no copy\.\n/,
  );
  assert.match(
    bad.stdout,
    /missing: source 6, target \d+ https:\/\/t\.me\/c\/\d+\/6 https:\/\/t\.me\/c\/\d+\/\d+\n/,
  );

  const asJson = await scene.run(['verify', '--json'], environment);
  assert.equal(asJson.status, 1);
  const [document, ...more] = recordsOf(asJson.stdout);
  assert.deepEqual(more, []);
  assert.deepEqual([document?.['event'], document?.['equal'], document?.['total']], ['verify', false, 1]);
  const [finding] = (document?.['findings'] ?? []) as Record<string, unknown>[];
  assert.deepEqual(
    [finding?.['kind'], finding?.['sourceId'], finding?.['targetId'], finding?.['repair']],
    ['missing', 6, goneId, 'send'],
  );
  assert.match(readFileSync(String(document?.['journal']), 'utf8'), /"kind":"missing"/);
});

test('telepi verify of one topic goes by the job of the whole forum, and finds what is wrong in it alone', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const [source, target] = ['From', 'To'].map((title) =>
    world.createChannel({ title, megagroup: true, forum: true, creator }),
  );
  assert.ok(source && target);
  const topics = ['one', 'two'].map((title) => world.createTopic(source, { title }));
  for (let index = 1; index <= 8; index += 1)
    for (const topic of topics)
      world.post({ chat: source.id, from: creator, topicId: topic.id, text: `${topic.title} ${index}` });
  world.post({ chat: source.id, from: creator, text: 'in General' });
  const environment = { SOURCE_CHAT: String(source.id), TARGET_CHAT: String(target.id), MIN_INTERVAL: '0' };
  const run = await scene.run(['run', '--auto-create-topics'], environment);
  assert.equal(run.status, 0, run.stderr);
  const ids = topics.map(({ id }) => String(id));
  const verifyTopic = (id = '') => scene.run(['verify', '--source-topic', id], environment);
  const good = await verifyTopic(ids[1]);
  assert.equal(good.status, 0, good.stdout + good.stderr);
  assert.match(
    good.stderr,
    /The ledger has no job of topic \d+ alone: copies are found by the job of the whole source\./,
  );
  assert.match(good.stdout, /\nCompared 8 messages with their copies, found by the ledger/);
  const general = await verifyTopic('1');
  assert.equal(general.status, 0, general.stdout + general.stderr);
  assert.match(general.stdout, /\nCompared 1 message with its copy, found by the ledger/);
  const messages = target.box?.messages ?? [];
  messages.splice(
    messages.findIndex(({ text }) => text === 'two 5'),
    1,
  );
  assert.equal((await verifyTopic(ids[0])).status, 0);
  const bad = await verifyTopic(ids[1]);
  assert.equal(bad.status, 1, bad.stdout);
  assert.match(bad.stdout, /There is 1 difference:\n {2}missing 1/);
});

test('telepi verify refuses flags that contradict one another before it connects', async (t) => {
  const scene = await openScene(t);
  const environment = { SOURCE_CHAT: '@a_chat', TARGET_CHAT: '@b_chat' };
  const refused = async (args: string[], words: RegExp): Promise<void> => {
    const { status, stderr } = await scene.run(['verify', ...args], environment);
    assert.equal(status, 2, stderr);
    assert.match(stderr, words);
  };
  await refused(['--repair', '--without-ledger'], /leave one of them out/);
  await refused(['--sample', '5'], /add --hashes/);
  await refused(
    ['--hashes', '--sample', '0%'],
    /--sample must be a number of messages from 1 to 10000, or a share/,
  );
  await refused(['--hashes', '--sample-seed', 'x'], /add --sample/);
});

test('telepi verify refuses to compare a chat with itself, and compares two topics of one', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const { world } = scene.sandbox;
  const creator = scene.filled.user.id;
  const chat = world.createChannel({ title: 'Alone', megagroup: true, forum: true, creator });
  const [one, two] = ['one', 'two'].map((title) => world.createTopic(chat, { title }).id);
  const both = { SOURCE_CHAT: String(chat.id), TARGET_CHAT: String(chat.id) };
  const refused = await scene.run(['verify'], both);
  assert.equal(refused.status, 2, refused.stderr);
  assert.match(refused.stderr, /are both Alone \(-100\d+\), which would be compared with itself/);
  const same = await scene.run(
    ['verify', '--source-topic', String(one), '--target-topic', String(one)],
    both,
  );
  assert.equal(same.status, 2, same.stderr);
  const apart = await scene.run(
    ['verify', '--source-topic', String(one), '--target-topic', String(two)],
    both,
  );
  assert.equal(apart.status, 0, apart.stderr);
});
