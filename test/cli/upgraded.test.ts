import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { openScene, recordsOf, type Scene } from '../support/scene.js';

let scene: Scene;
const ended: (() => unknown)[] = [];
before(async () => {
  scene = await openScene({ after: (end) => void ended.push(end as () => unknown) });
  await scene.signIn();
});
after(async () => {
  for (const end of ended.reverse()) await end();
});

const group = (title: string): Chat =>
  scene.sandbox.world.createGroup({ title, creator: scene.filled.user.id });
const supergroup = (title: string): Chat =>
  scene.sandbox.world.createChannel({ title, creator: scene.filled.user.id, megagroup: true });
const post = (chat: Chat, ...texts: readonly string[]): void => {
  for (const text of texts) scene.sandbox.world.post({ chat: chat.id, from: scene.filled.user.id, text });
};
const textsIn = (chat: Chat): string[] =>
  scene.sandbox.world
    .messagesWith(scene.filled.user.id, chat.id)
    .flatMap(({ action, text }) => (action ? [] : text));
const pair = (source: Chat, target: Chat): Record<string, string> => ({
  SOURCE_CHAT: String(source.id),
  TARGET_CHAT: String(target.id),
  MIN_INTERVAL: '0',
});

test('chats, check, run and status report an older history, and it is cloned first', async () => {
  const [was, target] = [group('Was small'), supergroup('Copy of both')];
  post(was, 'one', 'two');
  const source = scene.sandbox.world.upgradeGroup(was);
  post(source, 'three');

  const chats = await scene.run(['chats', 'Was small']);
  assert.match(
    chats.stdout,
    new RegExp(
      `${was.id} +upgraded group +Was small \\(the older history of ${source.id}, and cloned with it\\)`,
    ),
  );
  const check = await scene.run(['check'], pair(was, target));
  const said = new RegExp(
    `Was small was the basic group ${was.id} before it became a supergroup: ` +
      'its 4 messages from that time are cloned first, and their ids are shown with a minus\\.',
  );
  assert.match(check.stdout, new RegExp(`\\nok +older history: ${said.source}`));
  assert.match(check.stdout, new RegExp(`source: Was small \\(supergroup ${source.id}\\)`));

  const run = await scene.run(['run', '--json'], pair(was, target));
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stderr, said);
  assert.deepEqual(textsIn(target), ['one', 'two', 'three']);
  const records = recordsOf(run.stdout);
  assert.equal(records.find(({ event }) => event === 'plan')?.['total'], 6);
  const sent = records.flatMap(({ event, sourceIds }) => (event === 'sent' ? (sourceIds as number[]) : []));
  const ids = scene.sandbox.world.messagesWith(scene.filled.user.id, was.id).map(({ id }) => -id);
  assert.deepEqual(sent, [...ids.slice(1, 3), 2]);

  const again = await scene.run(['run'], pair(source, target));
  assert.deepEqual([again.status, textsIn(target).length], [0, 3]);
  assert.doesNotMatch(again.stderr, /basic group/);
  const topic = await scene.run(['check'], { ...pair(source, target), SOURCE_TOPIC: '2' });
  assert.match(topic.stdout, /older history: .*in no topic, and are not cloned\./);
});

test('when the target becomes a supergroup during sending, the run continues there', async () => {
  const [source, target] = [supergroup('Steady'), group('Growing')];
  const texts = ['one', 'two', 'three', 'four'];
  post(source, ...texts);
  const upgraded: Chat[] = [];
  let calls = 0;
  scene.sandbox.weather.script({
    method: 'messages.SendMessage',
    match: () => {
      calls += 1;
      if (calls === 3) upgraded.push(scene.sandbox.world.upgradeGroup(target));
      return false;
    },
    fate: { kind: 'pass' },
  });
  const run = await scene.run(['run', '--json'], pair(source, target));
  assert.equal(run.status, 0, run.stderr);
  const [now] = upgraded;
  assert.ok(now);
  assert.match(run.stderr, new RegExp(`Growing has become a supergroup \\(${now.id}\\) during the run`));
  assert.deepEqual([textsIn(target), textsIn(now)], [texts.slice(0, 2), texts.slice(2)]);
  const starts = recordsOf(run.stdout).filter(({ event }) => event === 'start');
  assert.equal(starts.length, 2);
  assert.equal(starts[0]?.['folder'], starts[1]?.['folder']);
});

test('when the source becomes a supergroup during reading, its new messages are cloned too', async () => {
  const [source, target] = [group('Growing source'), supergroup('Copy of it')];
  post(source, 'one', 'two');
  let calls = 0;
  scene.sandbox.weather.script({
    method: 'messages.SendMessage',
    match: () => {
      calls += 1;
      if (calls === 2) post(scene.sandbox.world.upgradeGroup(source), 'three');
      return false;
    },
    fate: { kind: 'pass' },
  });
  const run = await scene.run(['run'], pair(source, target));
  assert.equal(run.status, 0, run.stderr);
  assert.deepEqual(textsIn(target), ['one', 'two', 'three']);
});
