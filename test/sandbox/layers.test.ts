import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Api } from 'telegram';
import { toLayer } from '../../lib/sandbox/layers/layers.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { authKeyId } from '../../lib/sandbox/mtproto/key-store.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { layerVectors, OLDER_LAYERS } from '../golden/vectors.js';
import { makeScene } from '../support/answering-scene.js';
import { constructorsOf } from '../support/constructors-of.js';
import { requestsOf } from '../support/every-answer.js';
import { RawClient } from '../support/raw-client.js';
import { initialised } from '../support/raw-requests.js';
import { serverKeyPem } from '../support/server-key-pem.js';

for (const layer of OLDER_LAYERS) {
  test(`every answer and every push contains only what layer ${layer} knows`, async () => {
    const { constructors, source } = layerVectors(layer);
    const known = new Set(constructors.split(' ').map((id) => Number.parseInt(id, 16)));
    const scene = makeScene();
    const unknown = new Set<string>();
    let changed = 0;
    const judge = (answer: unknown): void => {
      const older = toLayer(answer, layer);
      if (older !== answer) changed += 1;
      for (const { id, name } of constructorsOf(older)) if (!known.has(id)) unknown.add(name);
    };
    for (const request of requestsOf(scene)) {
      const { className } = request as { className: string };
      judge(await scene.methods.get(className)?.(request, scene.caller));
    }
    scene.pushed.forEach(judge);
    assert.deepEqual([...unknown], [], `${source} couldn't read it`);
    assert.ok(layer === 228 ? changed === 0 : changed > 50, `${changed} were changed`);
  });
}

test('each client gets answers and updates in the layer that it asked for', async (t) => {
  const { connect, world, me, friend } = await openScene(t);
  const self = new Api.users.GetUsers({ id: [new Api.InputUserSelf()] }).getBytes();
  const userIn = async (client: RawClient, request: Buffer): Promise<number> => {
    const answer = await client.result(client.request(request));
    return answer.bytes.readUInt32LE(8);
  };
  const older = await connect(0);
  const newer = await connect(1);
  assert.equal(await userIn(older, initialised(self, { layer: 227 })), USER_227);
  assert.equal(await userIn(newer, initialised(self, { layer: 229 })), Api.User.CONSTRUCTOR_ID);
  assert.equal(await userIn(older, self), USER_227, 'the layer is said once');

  world.post({ chat: me.id, from: friend.id, text: 'news' });
  for (const [client, id, other] of [
    [older, USER_227, Api.User.CONSTRUCTOR_ID],
    [newer, Api.User.CONSTRUCTOR_ID, USER_227],
  ] as const) {
    const { bytes } = await client.expect(Api.Updates.CONSTRUCTOR_ID);
    assert.ok(bytes.includes(word(id)) && !bytes.includes(word(other)));
  }

  assert.equal(await userIn(newer, initialised(self, { layer: 228 })), Api.User.CONSTRUCTOR_ID);
  assert.equal(await userIn(newer, initialised(self, { layer: 227 })), USER_227, 'and may be said anew');
  await assert.rejects(userIn(newer, initialised(self, { layer: 198 })), {
    code: 400,
    message: 'CONNECTION_LAYER_INVALID',
  });
  assert.equal(await userIn(newer, self), USER_227, 'a refused layer changes nothing');
});

test('a refusal of the layer comes before one of content that only that layer may have', async (t) => {
  const { connect } = await openScene(t);
  const client = await connect(0);
  const strange = Buffer.concat([word(0x12345678), word(1)]);
  const ask = (layer: number) => client.result(client.request(initialised(strange, { layer })));
  await assert.rejects(ask(198), { message: 'CONNECTION_LAYER_INVALID' });
  await assert.rejects(ask(227), { message: `INPUT_METHOD_INVALID_${0x12345678}` });
});

test('a key that was kept with a layer no longer served has to name its layer again', async (t) => {
  const { connect } = await openScene(t, { layer: 198, initialised: true });
  const client = await connect(0);
  const status = new Api.account.UpdateStatus({ offline: false }).getBytes();
  await assert.rejects(client.result(client.request(status)), { message: 'CONNECTION_NOT_INITED' });
  assert.ok(await client.result(client.request(initialised(status))));
});

const USER_227 = 0x31774388;

/** A sandbox in which two keys are signed in as `me` from the start. */
async function openScene(t: TestContext, kept = { layer: 0, initialised: false }) {
  const authKeys = [randomBytes(256), randomBytes(256)];
  const FIRST_USER = 5_000_000_001;
  const sandbox = await startSandbox({
    serverState: {
      privateKeyPem: serverKeyPem(),
      keys: authKeys.map((key) => ({ dcId: 1, key: key.toString('base64'), userId: FIRST_USER, ...kept })),
    },
  });
  const { world, dcs, server } = sandbox;
  const me = world.createUser({ firstName: 'Ann' });
  const friend = world.createUser({ firstName: 'Friend' });
  assert.equal(me.id, FIRST_USER);
  const clients: RawClient[] = [];
  t.after(async () => {
    for (const client of clients) await client.close();
    await sandbox.close();
  });
  const connect = async (index: 0 | 1): Promise<RawClient> => {
    const key = authKeys[index] ?? Buffer.alloc(0);
    const raw = { key, id: authKeyId(key), salt: 0n };
    const client = await RawClient.connect(dcs[0]?.port ?? 0, server.publicKeyPem, { key: raw });
    clients.push(client);
    // The salt of a key that was made elsewhere is unknown: the refusal contains it.
    client.request(new Api.account.UpdateStatus({ offline: false }).getBytes());
    const refusal = await client.expect(Tl.bad_server_salt);
    refusal.raw(16);
    client.salt = refusal.long();
    return client;
  };
  return { connect, world, me, friend };
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
