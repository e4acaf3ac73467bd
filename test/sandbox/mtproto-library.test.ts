import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { Api, type TelegramClient } from 'telegram';
import { ConnectionTCPAbridged } from 'telegram/network/connection/TCPAbridged.js';
import { ConnectionTCPFull } from 'telegram/network/connection/TCPFull.js';
import { ConnectionTCPObfuscated } from 'telegram/network/connection/TCPObfuscated.js';
import { uploadDcId } from 'telegram/network/core_types.js';
import { type Caller, type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { calmWeather } from '../support/calm-weather.js';
import { libraryClient } from '../support/library-client.js';
import { startSmallServer } from '../support/small-server.js';

const transports = { ConnectionTCPFull, ConnectionTCPAbridged, ConnectionTCPObfuscated };
const part = new Api.upload.SaveFilePart({
  fileId: toLong(1n),
  filePart: 0,
  bytes: Buffer.alloc(100_000, 'part'),
});

describe('the plain library against the protocol server', () => {
  let server: SandboxServer;
  let calls: { method: string; caller: Caller }[] = [];
  let fates: Partial<Record<string, Fate>> = {};
  const clients: TelegramClient[] = [];

  before(async () => {
    const fate = (method: string, _request: unknown, caller: Caller): Fate => {
      calls.push({ method, caller });
      const due = fates[method];
      delete fates[method];
      return due ?? { kind: 'pass' };
    };
    const methods = {
      'upload.SaveFilePart': ({ bytes }: Api.upload.SaveFilePart) => bytes.length === 100_000,
      'auth.ExportAuthorization': () =>
        new Api.auth.ExportedAuthorization({ id: toLong(7), bytes: Buffer.from('7') }),
      'auth.ImportAuthorization': ({ id }: Api.auth.ImportAuthorization, { key }: Caller) => {
        key.userId = Number(id);
        return new Api.auth.Authorization({ user: new Api.UserEmpty({ id }) });
      },
    };
    server = await startSmallServer(methods, { dcs: [1, 2], weather: { ...calmWeather, fate } });
  });
  beforeEach(() => {
    calls = [];
    fates = {};
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.destroy();
  });
  after(() => server.close());

  async function connect(
    connection: typeof ConnectionTCPFull = ConnectionTCPFull,
    session?: string,
    dc = server.dcs[0],
  ): Promise<TelegramClient> {
    assert.ok(dc);
    const { publicKeyPem } = server;
    const options = { ...dc, dcId: dc.id, publicKeyPem, connection, ...(session ? { session } : {}) };
    const client = libraryClient(options);
    clients.push(client);
    await client.connect();
    return client;
  }

  const callers = (method: string): Caller[] =>
    calls.filter((call) => call.method === method).map(({ caller }) => caller);

  for (const [name, connection] of Object.entries(transports)) {
    test(`makes requests and uploads over ${name}`, async () => {
      const client = await connect(connection as unknown as typeof ConnectionTCPFull);
      const config = await client.invoke(new Api.help.GetConfig());
      assert.deepEqual(
        config.dcOptions.map(({ id, port }) => ({ id, port })),
        server.dcs.map(({ id, port }) => ({ id, port })),
      );
      assert.equal(await client.invoke(part), true);
      await assert.rejects(client.invoke(new Api.help.GetSupport()), { errorMessage: 'METHOD_INVALID' });
    });
  }

  test('continues with a saved key', async () => {
    const first = await connect();
    await first.invoke(part);
    const session = first.session.save() as unknown as string;
    const second = await connect(ConnectionTCPFull, session);
    await second.invoke(part);
    const [one, two] = callers('upload.SaveFilePart');
    assert.equal(one?.key, two?.key);
    assert.notEqual(one?.sessionId, two?.sessionId);
  });

  test('makes a new key when the saved one is unknown, as on another DC', async () => {
    const first = await connect();
    await first.invoke(part);
    const second = await connect(ConnectionTCPFull, first.session.save() as unknown as string, server.dcs[1]);
    assert.equal(await second.invoke(part), true);
    const [one, two] = callers('upload.SaveFilePart');
    assert.deepEqual([one?.dcId, two?.dcId], [1, 2]);
    assert.notEqual(one?.key.id, two?.key.id);
  });

  test('binds a temporary key for media sessions, which stand for the permanent one', async () => {
    const client = await connect();
    await client.invoke(part);
    assert.equal(await client.invoke(part, uploadDcId(1, 0)), true);
    assert.equal(callers('auth.BindTempAuthKey').length, 1);
    const [main, media] = callers('upload.SaveFilePart');
    assert.equal(media?.key, main?.key);
    assert.notEqual(media?.connectionId, main?.connectionId);
  });

  test('reaches the other DC by its exported authorization', async () => {
    const client = await connect();
    await client.invoke(part);
    const [home] = callers('upload.SaveFilePart');
    assert.ok(home);
    assert.equal(await client.invoke(part, 2), true);
    const far = callers('upload.SaveFilePart').at(-1);
    assert.equal(far?.dcId, 2);
    assert.notEqual(far?.key.id, home.key.id);
    assert.equal(far?.key.userId, 7);
  });

  for (const kind of ['drop-before', 'drop-after', 'reset'] as const) {
    test(`gets its answer in spite of ${kind}`, async () => {
      const client = await connect();
      fates = { 'upload.SaveFilePart': { kind } };
      assert.equal(await client.invoke(part), true);
      const [first, again] = callers('upload.SaveFilePart');
      assert.ok(first && again && first.connectionId < again.connectionId);
    });
  }

  test('sees a refusal of the weather under its name', async () => {
    const client = await connect();
    fates = { 'upload.SaveFilePart': { kind: 'refuse', error: new RpcError(420, 'FLOOD_PREMIUM_WAIT_5') } };
    await assert.rejects(client.invoke(part), { errorMessage: 'FLOOD_PREMIUM_WAIT_5', seconds: 5 });
  });

  test('receives pushed updates', async () => {
    const client = await connect();
    await client.invoke(part);
    const [caller] = callers('upload.SaveFilePart');
    assert.ok(caller);
    caller.key.userId = 99;
    const update = new Api.UpdateShort({ update: new Api.UpdateConfig(), date: 1 });
    const arrived = new Promise((resolve) => client.addEventHandler(resolve));
    server.push(99, update);
    assert.ok((await arrived) instanceof Api.UpdateConfig);
  });
});
