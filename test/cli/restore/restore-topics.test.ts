import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../lib/sandbox/world/message.js';
import { openRestoreScene } from '../../support/restore-scene.js';

/** A forum with two topics and their messages, kept. `isOwn`: whether this account has made it; otherwise members may not manage topics. */
async function openForum(t: Parameters<typeof openRestoreScene>[0], isOwn: boolean) {
  const scene = await openRestoreScene(t);
  const { world } = scene.sandbox;
  const { user, plain } = scene.filled;
  const creator = isOwn ? user.id : plain.user.id;
  const chat = world.createChannel({
    title: 'Old forum',
    forum: true,
    creator,
    defaultBans: ['manageTopics'],
  });
  world.addMember(chat, user.id);
  const red = world.createTopic(chat, { title: 'Red' });
  const blue = world.createTopic(chat, { title: 'Blue' });
  const post = (text: string, topicId?: number): Message =>
    world.post({ chat: chat.id, from: user.id, text, ...(topicId !== undefined && { topicId }) });
  const reds = Array.from({ length: 12 }, (_, index) => post(`red ${index + 1}`, red.id));
  const [inBlue, inGeneral] = [post('blue', blue.id), post('general')];
  await scene.keep(chat);
  const places = () =>
    scene.messages(chat).flatMap(({ action, text, topicId }) => (action ? [] : [[text, topicId]]));
  return { scene, chat, red, blue, reds, inBlue, inGeneral, places };
}

test('messages of a topic that is gone from their own forum fail where this account may not create it again', async (t) => {
  const { scene, chat, red, blue, reds, inBlue, inGeneral, places } = await openForum(t, false);
  const general = inGeneral.topicId;
  const ids = [...reds, inBlue, inGeneral].map(({ id }) => id);
  scene.erase(chat, [...ids, red.id]);
  red.deleted = true;
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const args = ['restore', plan, '--attribution', 'none', '--json'];
  const rehearsed = await scene.call([...args, '--dry-run']);
  const outlook = rehearsed.records.find(({ event }) => event === 'dry_run');
  assert.deepEqual([outlook?.['sent'], outlook?.['topics']], [2, []], String(rehearsed.thrown));
  const outcome = await scene.call(args);
  assert.equal(outcome.status, 1, String(outcome.thrown));
  const failed = outcome.records.filter(({ event }) => event === 'failed');
  assert.deepEqual(
    failed.map(({ reason }) => reason),
    reds.map(() => 'topic_gone'),
  );
  assert.deepEqual(places(), [
    ['blue', blue.id],
    ['general', general],
  ]);
});

test('a dry run into the own forum knows the topics that are there, and announces the one that is made again', async (t) => {
  const { scene, chat, red, reds, inBlue } = await openForum(t, true);
  const ids = [...reds, inBlue].map(({ id }) => id);
  scene.erase(chat, [...ids, red.id]);
  red.deleted = true;
  const plan = await scene.plan(chat, new Map([[chat.id, ids]]));
  const rehearsed = await scene.call(['restore', plan, '--dry-run', '--json']);
  const outlook = rehearsed.records.find(({ event }) => event === 'dry_run');
  assert.deepEqual(outlook?.['topics'], [{ id: red.id, title: 'Red' }], String(rehearsed.thrown));
});
