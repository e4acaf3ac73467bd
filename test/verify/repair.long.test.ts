import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obstacleTo, remedyOf } from '../../lib/verify/findings.js';
import {
  change,
  changeFile,
  type DamageScene,
  oneByteOff,
  remove,
  withAttribute,
} from '../support/damages.js';
import { repairAll } from '../support/repair-all.js';
import { DAMAGES } from '../support/twenty-damages.js';
import { fillForVerify } from '../support/verify-content.js';
import { type ClonedScene, clonedScene, findingsOf } from '../support/verify-scene.js';

test('a run sends again what is gone, and edits what is wrong, files included; only the order stays', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  const at: DamageScene = { ...cloned, source: cloned.content };
  const { content, copy } = cloned;
  const texts = [content.last, content.styled].map(copy);
  remove(at, copy(content.plain).id);
  change(at, copy(content.last).id, { text: 'the lost message' });
  change(at, copy(content.styled).id, { entities: [] });
  change(at, copy(content.link).id, { media: undefined });
  changeFile(at, copy(content.zip).id, oneByteOff(at, copy(content.zip).id));
  changeFile(at, copy(content.song).id, withAttribute(at, copy(content.song).id, 'audio', { duration: 0 }));
  const { queued, summary, events } = await repairAll(cloned);
  assert.equal(queued, 6);
  assert.deepEqual([summary?.sent, summary?.failed], [1, []]);
  assert.equal(events.filter(([kind]) => kind === 'repaired').length, 5);
  const after = await cloned.verify({ byLedger: true, inFiles: true });
  const newest = cloned.target.box?.messages.at(-1)?.id;
  assert.deepEqual(findingsOf(after), [
    `order ${content.plain}→${newest}`,
    `reply reply.id ${content.answer}→${copy(content.answer).id}`,
  ]);
  const now = (id: number | undefined) => cloned.target.box?.messages.find((each) => each.id === id);
  for (const before of texts)
    assert.deepEqual([now(before.id)?.text, now(before.id)?.entities], [before.text, before.entities]);
  const again = await scene(cloned);
  assert.equal(again, 0);
});

/** How many messages another run sends. */
async function scene({ scene, from, target }: ClonedScene<unknown>): Promise<number | undefined> {
  return (await scene.clone(from, target)).summary?.sent;
}

test('an edit that Telegram refuses counts as failed once, and the copy stays as it is', async (t) => {
  const cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  const at: DamageScene = { ...cloned, source: cloned.content };
  const last = cloned.copy(cloned.content.last);
  change(at, last.id, { text: 'the lost message', sender: 1 });
  const { queued, summary } = await repairAll(cloned);
  assert.equal(queued, 1);
  assert.deepEqual(summary?.failed, [{ sourceId: cloned.content.last, reason: 'message_author_required' }]);
  const { summary: next } = await cloned.scene.clone(cloned.from, cloned.target);
  assert.deepEqual(next?.failed, []);
});

test('each damage is repaired by a run, or is left to people as verify says', async (t) => {
  let cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
  const how = { byLedger: true, inFiles: true } as const;
  for (const { name, apply } of DAMAGES) {
    await t.test(name, async () => {
      apply({ ...cloned, source: cloned.content });
      const { findings, unrepairable } = await cloned.verify(how);
      const left = findings.filter((each) => remedyOf(each) === 'none');
      const counted = Object.values(unrepairable).reduce((sum, each) => sum + each, 0);
      assert.equal(counted, left.length);
      const isSent = findings.some((each) => remedyOf(each) === 'send');
      const wrong = new Set(findings.filter((each) => !left.includes(each)).map(({ sourceId }) => sourceId));
      const { queued, summary, events } = await repairAll(cloned);
      assert.deepEqual([queued, summary?.failed], [wrong.size, []]);
      assert.equal(summary?.sent, isSent ? 1 : 0);
      assert.equal(events.filter(([kind]) => kind === 'repaired').length, isSent ? 0 : wrong.size);
      const after = await cloned.verify(how);
      if (isSent) {
        // It stands at the end, and what answered it doesn't lead there; what stood there by hand repeats it now.
        for (const each of after.findings) assert.match(obstacleTo(each) ?? '', /^(?:order|reply|twice)$/);
        cloned = await clonedScene(t, (scene, chat) => fillForVerify(scene, chat));
      } else {
        assert.deepEqual(findingsOf(after), findingsOf({ findings: left }));
        cloned.restore();
      }
    });
  }
});
