import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyScene } from '../support/verify-scene.js';

test('a lost header, bot and account are reductions if the ledger has recorded them, and else differences', async (t) => {
  const scene = await verifyScene(t, { seed: 'verify headers' });
  const [source, target] = [scene.group('source'), scene.group('target')];
  const bot = BigInt(scene.sandbox.world.createBot({ firstName: 'Robot', username: 'verify_bot' }).id);
  const forward = { from: undefined, name: 'Zoe', date: 1_700_000_000 };
  scene.post(source, { text: 'words', forward, fields: { viaBotId: bot } });
  const contact = { kind: 'contact', phone: '+1', firstName: 'Zoe', lastName: '', vcard: '' };
  scene.post(source, { media: { ...contact, userId: scene.me.id } });
  const plain = scene.post(source, { text: 'plain' });
  const { folder, error } = await scene.clone(source, target);
  assert.equal(error, undefined);
  const whole = await scene.verify(source, target, { folder });
  assert.deepEqual(whole.findings, []);
  assert.deepEqual(whole.reductions, { forward_header: 1, via_bot: 1, contact_account: 1 });
  // As if the original had been forwarded, and the run hadn't noticed.
  const original = source.box?.messages.find(({ id }) => id === plain);
  assert.ok(original);
  Object.assign(original, { forward });
  const odd = await scene.verify(source, target, { folder });
  assert.deepEqual(
    odd.findings.map(({ kind, field }) => [kind, field]),
    [['attributes', 'forward']],
  );
});
