import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat } from '../../../lib/sandbox/world/model.js';
import { openRestoreScene, type RestoreScene } from '../../support/restore-scene.js';

/** Posts texts of this account, and returns their ids. */
function poster({ sandbox, filled }: RestoreScene) {
  return (chat: Pick<Chat, 'id'>, text: string, answers: { replyTo?: number; replyPeer?: number } = {}) =>
    sandbox.world.post({ chat: chat.id, from: filled.user.id, text, ...answers }).id;
}

test('a message that comes back answers the one that still stands in the history from before the upgrade', async (t) => {
  const scene = await openRestoreScene(t);
  const { world } = scene.sandbox;
  const post = poster(scene);
  const old = world.createGroup({ title: 'Old group', creator: scene.filled.user.id });
  const stays = post(old, 'stays');
  const goes = post(old, 'answers in the old history', { replyTo: stays });
  const chat = world.upgradeGroup(old);
  const across = post(chat, 'answers across', { replyTo: stays, replyPeer: old.id });
  await scene.keep(chat);
  scene.erase(old, [goes]);
  scene.erase(chat, [across]);
  const planned = new Map([
    [old.id, [goes]],
    [chat.id, [across]],
  ]);
  const plan = await scene.plan(chat, planned);
  const { status, thrown } = await scene.call(['restore', plan, '--attribution', 'none']);
  assert.equal(status, 0, String(thrown));
  const posted = scene.messages(chat).filter(({ action }) => !action);
  assert.deepEqual(
    posted.map(({ text, reply }) => [text, reply?.toId, reply?.elsewhere?.peer]),
    [
      ['answers in the old history', stays, old.id],
      ['answers across', stays, old.id],
    ],
  );
});

test('answered messages that may still stand are asked for together', async (t) => {
  const scene = await openRestoreScene(t);
  const post = poster(scene);
  const chat = scene.sandbox.world.createChannel({
    ...{ title: 'Old group', megagroup: true, creator: scene.filled.user.id },
  });
  const stay = Array.from({ length: 8 }, (_, index) => post(chat, `stays ${index}`));
  const answers = stay.map((replyTo, index) => post(chat, `answers ${index}`, { replyTo }));
  await scene.keep(chat);
  scene.erase(chat, answers);
  const asked: number[][] = [];
  scene.sandbox.weather.script({
    method: 'channels.GetMessages',
    match(request) {
      const { id } = request as { readonly id: readonly { readonly id: number }[] };
      const ids = id.map((each) => each.id);
      if (ids.some((one) => stay.includes(one))) asked.push(ids);
      return false;
    },
    fate: { kind: 'pass' },
  });
  const plan = await scene.plan(chat, new Map([[chat.id, answers]]));
  const { status, thrown } = await scene.call(['restore', plan, '--attribution', 'none']);
  assert.equal(status, 0, String(thrown));
  assert.deepEqual(
    scene.messages(chat).flatMap(({ reply }) => reply?.toId ?? []),
    stay,
  );
  assert.deepEqual(
    asked.map((ids) => ids.toSorted((one, other) => one - other)),
    [stay],
  );
});
