import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkAbort } from '../../lib/base/abort.js';
import type { FutureSalt } from '../../lib/mtproto/salts.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { currentUser } from '../../lib/telegram/sign-in.js';
import { clientOf, connectedClient, memorySessionStore } from '../support/client-of.js';
import { until } from '../support/part-scene.js';

const { signal } = linkAbort();

test('a client begins with the salts of an earlier one; without them, with wrong ones and with expired ones it connects too', async (t) => {
  const sandbox = await startSandbox({ seed: 'known-salts' });
  t.after(() => sandbox.close());
  const ann = sandbox.world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
  const session = memorySessionStore();
  const first = await clientOf(sandbox, ann, { session });
  await until(() => first.saltsToKeep.length > 0);
  const kept = first.saltsToKeep;
  const keyId = first.keyId;
  await first.close();
  const off = (seconds: number): FutureSalt[] =>
    kept.map(({ validSince, validUntil, salt }) => ({
      validSince: validSince + seconds,
      validUntil: validUntil + seconds,
      salt,
    }));
  const wrong = kept.map((each) => ({ ...each, salt: each.salt ^ 1n }));
  for (const salts of [kept, [], wrong, off(-1_000_000), off(1_000_000)]) {
    const client = await connectedClient(sandbox, { session, salts });
    t.after(() => client.close());
    assert.equal(Number((await currentUser(client, signal)).id), ann.id);
    assert.equal(client.keyId, keyId);
    await until(() => client.saltsToKeep.length > 0);
    assert.deepEqual(client.saltsToKeep.at(0)?.salt, kept[0]?.salt);
    await client.close();
  }
});
