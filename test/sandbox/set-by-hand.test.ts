import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { linkAbort } from '../../lib/base/abort.js';
import { DhGroup } from '../../lib/sandbox/mtproto/dh.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { encodeSession } from '../../lib/telegram/session-string.js';
import { currentUser } from '../../lib/telegram/sign-in.js';
import { clientOf, connectedClient, memorySessionStore } from '../support/client-of.js';
import { serverKeyPem } from '../support/server-key-pem.js';

const { signal } = linkAbort();

test('a sandbox uses the keys that it is given, and an account is signed in with one from the start', async (t) => {
  const authKey = randomBytes(256);
  const key = {
    dcId: 1,
    key: authKey.toString('base64'),
    userId: 5_000_000_001,
    layer: 0,
    initialised: false,
  };
  const sandbox = await startSandbox({
    dhGroup: new DhGroup(),
    serverState: { privateKeyPem: serverKeyPem(), keys: [key] },
  });
  t.after(() => sandbox.close());
  const ann = sandbox.world.createUser({ firstName: 'Ann' });
  const { dcId, host, port } = sandbox.server;
  const session = memorySessionStore(encodeSession({ dcId, host, port, authKey }));
  const client = await connectedClient(sandbox, { session });
  t.after(() => client.close());
  assert.equal(Number((await currentUser(client, signal)).id), ann.id);
});

test('an unreachable sandbox closes all connections, and accepts new ones when it is back', async (t) => {
  const { sandbox, client } = await signedIn(t);
  sandbox.setReachable(false);
  await assert.rejects(connectedClient(sandbox), { code: 'CANNOT_CONNECT' });
  assert.equal(sandbox.report().connections.open, 0);
  sandbox.setReachable(true);
  await currentUser(client, signal);
});

test("a test's own judge comes before script and chance, and its decisions are counted", async (t) => {
  const { sandbox, client } = await signedIn(t);
  const asked: string[] = [];
  sandbox.weather.judge = (method) => {
    asked.push(method);
    return asked.length === 1 ? { kind: 'refuse', error: new RpcError(500, 'INTERNAL') } : undefined;
  };
  await currentUser(client, signal);
  assert.deepEqual(asked, ['users.GetUsers', 'users.GetUsers']);
  assert.equal(sandbox.weather.report().faults['INTERNAL'], 1);
});

async function signedIn(t: TestContext) {
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const ann = sandbox.world.createUser({ phone: '99966210009', code: '12345', firstName: 'Ann' });
  const client = await clientOf(sandbox, ann);
  t.after(() => client.close());
  return { sandbox, client };
}
