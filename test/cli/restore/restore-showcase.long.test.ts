import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat } from '../../../lib/sandbox/world/model.js';
import { isCloneable } from '../../support/chat-content.js';
import { openRestoreScene, type RestoreScene } from '../../support/restore-scene.js';

const SHOWCASE = { content: 'showcase', messages: 60, largeFiles: [], edgeSizes: false } as const;

type Histories = readonly Pick<Chat, 'id' | 'creator'>[];

/** Keeps, erases and restores all that a chat's histories hold, and verifies it with the bytes of every file. */
async function bringBack(
  scene: RestoreScene,
  chat: Pick<Chat, 'id' | 'title'>,
  histories: Histories,
): Promise<void> {
  const idsOf = (each: Histories[number]): number[] =>
    scene
      .messages(each)
      .filter(isCloneable)
      .map(({ id }) => id);
  const planned = new Map(histories.map((each) => [each.id, idsOf(each)]));
  for (const each of histories) {
    scene.erase(each, planned.get(each.id) ?? []);
    assert.deepEqual(idsOf(each), [], `${chat.title} is empty`);
  }
  const plan = await scene.plan(chat, planned);
  const restored = await scene.call(['restore', plan]);
  assert.equal(restored.status, 0, `${String(restored.thrown)}${restored.stderr}`);
  const verified = await scene.call(['verify', '--restored', plan, '--hashes', '--json']);
  const [report] = verified.records;
  assert.equal(verified.status, 0, `${String(verified.thrown)}${JSON.stringify(report?.['findings'])}`);
  assert.equal(report?.['compared'], [...planned.values()].flat().length);
  assert.deepEqual(report?.['skipped'], {});
}

test('everything that a forum of the showcase holds comes back, as telepi verify finds it', async (t) => {
  const scene = await openRestoreScene(t, { redrawPhotos: true }, SHOWCASE);
  const { source } = scene.filled;
  await scene.keep(source);
  await bringBack(scene, source, [source]);
});

test('so does everything of a channel', async (t) => {
  const scene = await openRestoreScene(t, { redrawPhotos: true }, SHOWCASE);
  const { channel } = scene.filled.chats;
  await scene.keep(channel);
  await bringBack(scene, channel, [channel]);
});

test('both histories of a supergroup that was a basic group come back into the supergroup', async (t) => {
  const scene = await openRestoreScene(t, { redrawPhotos: true }, SHOWCASE);
  const { upgraded, chats } = scene.filled;
  assert.ok(upgraded);
  await scene.keep(upgraded);
  await bringBack(scene, upgraded, [chats.group, upgraded]);
});

test('Saved Messages come back', async (t) => {
  const scene = await openRestoreScene(t, { redrawPhotos: true }, SHOWCASE);
  const { id } = scene.filled.user;
  await scene.keep('me');
  await bringBack(scene, { id, title: 'Saved Messages' }, [{ id, creator: id }]);
});
