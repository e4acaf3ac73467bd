import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { CloneScene } from '../support/clone-scene.js';
import { change, type DamageScene } from '../support/damages.js';
import { DAMAGES } from '../support/twenty-damages.js';
import { fillForVerify } from '../support/verify-content.js';
import { clonedScene, findingsOf } from '../support/verify-scene.js';

for (const byLedger of [true, false]) {
  const how = byLedger ? 'by the ledger' : 'by order and content';
  test(`verify finds each damage and nothing else, ${how}`, async (t) => {
    const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
    const at: DamageScene = { ...cloned, source: cloned.content };
    for (const { name, apply, found, inFiles } of DAMAGES) {
      await t.test(name, async () => {
        apply(at);
        const expected = [...found(at, byLedger)].sort();
        const report = await cloned.verify({ byLedger, inFiles: inFiles === true });
        cloned.restore();
        assert.deepEqual(findingsOf(report), expected);
        assert.deepEqual(report.reductions, {});
      });
    }
  });

  test(`a copy in another topic is found, ${how}`, async (t) => {
    const cloned = await clonedScene(t, fillTopics, { forum: true });
    const { content, copy, target } = cloned;
    assert.deepEqual(findingsOf(await cloned.verify({ byLedger })), []);
    const wrong = copy(content.inSecond);
    const other = copy(content.inFirst).topicId;
    change({ ...cloned, target }, wrong.id, {
      topicId: other,
      reply: wrong.reply && { ...wrong.reply, toId: other ?? 1 },
    });
    const report = await cloned.verify({ byLedger });
    assert.deepEqual(findingsOf(report), [`topic topic ${content.inSecond}→${wrong.id}`]);
  });
}

function fillTopics(scene: CloneScene, chat: Chat) {
  const [first, second] = ['First', 'Second'].map((title) =>
    scene.sandbox.world.createTopic(chat, { title }),
  );
  fillForVerify(scene, chat, first?.id);
  fillForVerify(scene, chat, second?.id);
  const inFirst = scene.post(chat, { text: 'in the first', topicId: first?.id });
  const inSecond = scene.post(chat, { text: 'in the second', topicId: second?.id });
  scene.post(chat, { text: 'in General' });
  return { inFirst, inSecond };
}
