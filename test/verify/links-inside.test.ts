import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyScene } from '../support/verify-scene.js';

test('a checklist whose links lead to the copies is changed, and any other difference in it is one', async (t) => {
  const scene = await verifyScene(t, { seed: 'links inside', premium: true });
  const [source, target] = [scene.group('source'), scene.group('target')];
  const first = scene.post(source, { text: 'first' });
  const url = `https://t.me/c/${String(source.id).replace('-100', '')}/${first}`;
  const entities = [{ kind: 'url', offset: 0, length: url.length }];
  const title = { text: 'List', entities: [] };
  const tasks = [{ id: 1, text: url, entities }];
  scene.post(source, { media: { kind: 'checklist', title, tasks, done: new Map() } });
  const { folder, error } = await scene.clone(source, target);
  assert.equal(error, undefined);
  const whole = await scene.verify(source, target, { folder });
  assert.deepEqual([whole.findings, whole.reductions], [[], { changed: 1 }]);
  const copy = target.box?.messages.at(-1);
  assert.ok(copy?.media?.kind === 'checklist');
  Object.assign(copy.media, { title: { text: 'Lost', entities: [] } });
  const damaged = await scene.verify(source, target, { folder });
  assert.deepEqual(
    damaged.findings.map(({ kind, field }) => [kind, field?.split('.').slice(0, 2).join('.')]),
    [['attributes', 'media.title']],
  );
});
