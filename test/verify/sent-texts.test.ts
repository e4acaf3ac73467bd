import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change, type DamageScene, remove } from '../support/damages.js';
import { clonedScene, findingsOf } from '../support/verify-scene.js';

function fill(scene: CloneScene, chat: Chat) {
  const plain = scene.post(chat, { text: 'plain' });
  const link = `https://t.me/c/${String(chat.id).slice(4)}/${plain}`;
  const entities = [{ kind: 'url', offset: 4, length: link.length }];
  const linked = scene.post(chat, { text: `see ${link}`, entities });
  const dice = scene.post(chat, { text: '', media: { kind: 'dice', emoticon: '🎲', value: 4 } });
  const long = scene.post(chat, { text: 'some words here. '.repeat(600) });
  const last = scene.post(chat, { text: 'last' });
  return { plain, linked, dice, long, last };
}

test('verify finds damage in texts that a run has changed, and in what continues them', async (t) => {
  const cloned = await clonedScene(t, fill);
  const { content, copy, target } = cloned;
  const at = cloned as unknown as DamageScene;
  const verify = async (): Promise<string[]> => findingsOf(await cloned.verify({ byLedger: true }));
  assert.deepEqual(await verify(), []);
  const parts = (target.box?.messages ?? []).filter(({ reply }) => reply?.toId === copy(content.long).id);
  const [first, second] = parts;
  assert.ok(first && second);
  for (const [damage, expected] of [
    [
      () => change(at, copy(content.linked).id, { text: 'see nothing', entities: [] }),
      [`text text ${content.linked}→${copy(content.linked).id}`],
    ],
    [
      () => change(at, copy(content.dice).id, { text: 'another card' }),
      [`text text ${content.dice}→${copy(content.dice).id}`],
    ],
    [
      () => change(at, copy(content.long).id, { text: 'short' }),
      [`text text ${content.long}→${copy(content.long).id}`],
    ],
    [() => remove(at, first.id), [`missing continuation.1 ${content.long}→${first.id}`]],
    [
      () => change(at, second.id, { text: 'other words' }),
      [`text continuation.2.text ${content.long}→${second.id}`],
    ],
    [
      () => change(at, second.id, { reply: undefined }),
      [`reply continuation.2.reply ${content.long}→${second.id}`],
    ],
  ] as const) {
    damage();
    const found = await verify();
    cloned.restore();
    assert.deepEqual(found, expected);
  }
});

test('an album with other messages between its items is one post at the place of its first item', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => {
    const groupedId = scene.sandbox.world.nextGroupedId();
    const item = (size: number): number =>
      scene.post(chat, { text: '', groupedId, media: scene.document(size) });
    scene.post(chat, { text: 'before' });
    item(1000);
    scene.post(chat, { text: 'between' });
    item(2000);
    scene.post(chat, { text: 'between again' });
    item(3000);
    return scene.post(chat, { text: 'after' });
  });
  for (const byLedger of [true, false]) {
    assert.deepEqual(findingsOf(await cloned.verify({ byLedger })), [], `by ledger: ${byLedger}`);
  }
});
