import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkTarget } from '../../bench/server/check-target.js';
import { fillSource } from '../../bench/server/fill-source.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Account } from '../../lib/sandbox/world/model.js';

let sandbox: Sandbox;
let me: Account;

before(async () => {
  sandbox = await startSandbox({ seed: 'bench' });
  me = sandbox.world.createUser({ phone: '9996600001', code: '12345', firstName: 'Ann' });
});
after(() => sandbox.close());

const sizes = (...all: number[]): number =>
  fillSource(sandbox, me, { kind: 'files', sizes: all, dcs: 'home' }).peer.chatId;
const texts = (count: number): number => fillSource(sandbox, me, { kind: 'texts', count }).peer.chatId;

test('a target with the same messages and files passes', async () => {
  assert.deepEqual(await checkTarget(sandbox, { source: sizes(5000, 70_000), target: sizes(5000, 70_000) }), {
    ok: true,
  });
  assert.deepEqual(await checkTarget(sandbox, { source: texts(7), target: texts(7) }), { ok: true });
});

test('missing, different, reordered or no messages fail the check', async () => {
  const wrong: readonly [number, number][] = [
    [sizes(5000, 70_000), sizes(5000)],
    [sizes(5000, 70_000), sizes(70_000, 5000)],
    [sizes(5000), sizes(5001)],
    [texts(2), texts(3)],
    [texts(1), sizes(5000)],
    [texts(0), texts(0)],
  ];
  for (const [source, target] of wrong) {
    const outcome = await checkTarget(sandbox, { source, target });
    assert.equal(outcome.ok, false);
    assert.ok(outcome.reason);
  }
});

test('a file with the same name and length but other bytes fails the check', async () => {
  const source = sizes(5000);
  const target = sizes(5000);
  const message = sandbox.world.chat(target)?.box?.messages.at(-1);
  assert.ok(message?.media?.kind === 'document');
  const original = sandbox.files.get(message.media.fileId);
  assert.ok(original);
  sandbox.files.put({ ...original, content: { kind: 'bytes', bytes: Buffer.alloc(5000) } });
  assert.deepEqual(await checkTarget(sandbox, { source, target }), {
    ok: false,
    reason: 'message 0 has another file',
  });
});
