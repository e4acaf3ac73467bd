import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { Api } from 'telegram';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import { type Caller, type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import { calmWeather } from '../support/calm-weather.js';
import type { RawClient, RawClientOptions } from '../support/raw-client.js';
import { RawClients } from '../support/raw-clients.js';
import type { RawKey } from '../support/raw-exchange.js';
import { initialised, withLayer, withoutUpdates } from '../support/raw-requests.js';
import { startSmallServer } from '../support/small-server.js';

const TRUE = 0x997275b5;
/** account.updateStatus with offline true; the table below decides what it does. */
const updateStatus = new Api.account.UpdateStatus({ offline: true }).getBytes();
const resetWallPapers = new Api.account.ResetWallPapers().getBytes();
const getWallPapers = new Api.account.GetWallPapers({ hash: 0 as never }).getBytes();
const getFile = new Api.upload.GetFile({
  location: new Api.InputFileLocation({
    volumeId: 1 as never,
    localId: 1,
    secret: 1 as never,
    fileReference: Buffer.alloc(0),
  }),
  offset: 0 as never,
  limit: 1024,
}).getBytes();

describe('requests', () => {
  let server: SandboxServer;
  let key: RawKey;
  let client: RawClient;
  let fates: Fate[] = [];
  let seen: { method: string; caller: Caller }[] = [];
  let release = (): void => {};
  const clients = new RawClients();
  const fileBytes = Buffer.alloc(8192, 'compressible');

  before(async () => {
    const weather = {
      ...calmWeather,
      fate: (method: string, _request: unknown, caller: Caller): Fate => {
        seen.push({ method, caller });
        return fates.shift() ?? { kind: 'pass' };
      },
    };
    const methods = {
      'account.UpdateStatus': () => true,
      'account.ResetWallPapers': () =>
        new Promise<boolean>((resolve) => {
          release = () => resolve(true);
        }),
      'account.GetWallPapers': () => {
        throw new Error('a bug');
      },
      'auth.LogOut': () => {
        throw new RpcError(420, 'FLOOD_WAIT_3');
      },
      'upload.GetFile': () =>
        new Api.upload.File({ type: new Api.storage.FileJpeg(), mtime: 1, bytes: fileBytes }),
      'help.GetSupportName': () => new Api.help.SupportName({ name: 'a'.repeat(5000) }),
      'messages.GetMessagesViews': () => [1, 2, 3],
    };
    server = await startSmallServer(methods, { weather });
    const first = await connect();
    key = first.key;
    await first.result(first.request(initialised(updateStatus)));
  });
  beforeEach(async () => {
    fates = [];
    seen = [];
    client = await connect({ key });
  });
  afterEach(() => clients.close());
  after(() => server.close());

  const connect = (options?: RawClientOptions): Promise<RawClient> => clients.connect(server, options);

  const ask = async (body: Buffer): Promise<number> => (await client.result(client.request(body))).uint();

  test('must come inside initConnection if they are the first of a key', async () => {
    client = await connect();
    await assert.rejects(ask(updateStatus), { code: 400, message: 'CONNECTION_NOT_INITED' });
    await assert.rejects(ask(withLayer(updateStatus)), { message: 'CONNECTION_NOT_INITED' });
    for (const layer of [0, 198, 226, 230]) {
      await assert.rejects(ask(initialised(updateStatus, { layer })), {
        message: 'CONNECTION_LAYER_INVALID',
      });
    }
    await assert.rejects(ask(initialised(updateStatus, { apiId: 0 })), {
      message: 'CONNECTION_API_ID_INVALID',
    });
    await assert.rejects(ask(initialised(updateStatus, { device: '' })), {
      message: 'CONNECTION_DEVICE_MODEL_EMPTY',
    });
    assert.equal(await ask(initialised(updateStatus, { layer: 227 })), TRUE);
    assert.equal(await ask(updateStatus), TRUE);
    assert.deepEqual(
      seen.map(({ caller }) => caller.layer),
      [227, 227],
    );
  });

  test('may be wrapped in any order, also inside gzip_packed', async () => {
    const packed = new TlWriter().uint(Tl.gzip_packed).string(gzipSync(updateStatus)).finish();
    const takeout = new TlWriter().uint(Tl.invokeWithTakeout).long(5n).raw(packed).finish();
    const range = new TlWriter()
      .uint(Tl.invokeWithMessagesRange)
      .uint(0x0ae30253)
      .uint(1)
      .uint(9)
      .raw(takeout)
      .finish();
    assert.equal(await ask(withoutUpdates(initialised(range))), TRUE);
    assert.deepEqual(
      seen.map(({ method, caller }) => [method, caller.withoutUpdates]),
      [['account.UpdateStatus', true]],
    );
  });

  test('may be packed as gzip or zlib', async () => {
    const packed = (stream: Buffer): Buffer => new TlWriter().uint(Tl.gzip_packed).string(stream).finish();
    for (const pack of [gzipSync, deflateSync]) {
      assert.equal(await ask(packed(pack(updateStatus))), TRUE, pack.name);
      assert.equal(await ask(initialised(packed(pack(updateStatus)))), TRUE, pack.name);
    }
    const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    for (const stream of [bomb, deflateRawSync(updateStatus), deflateSync(updateStatus).subarray(0, -5)]) {
      await assert.rejects(ask(packed(stream)), { message: 'INPUT_FETCH_ERROR' });
    }
  });

  test('are refused by name if they are unknown, cut short or too long', async () => {
    const int = (value: number): Buffer => new TlWriter().uint(value).finish();
    await assert.rejects(ask(int(0x12345678)), { code: 400, message: `INPUT_METHOD_INVALID_${0x12345678}` });
    await assert.rejects(ask(int(0x7f3b18ea)), { message: `INPUT_METHOD_INVALID_${0x7f3b18ea}` });
    const strange = Buffer.concat([updateStatus.subarray(0, 4), int(0x12345678)]);
    await assert.rejects(ask(strange), { message: 'INPUT_FETCH_ERROR' });
    const inner = Buffer.from(getFile);
    inner.writeUInt32LE(0x12345678, 8);
    await assert.rejects(ask(inner), { message: `INPUT_CONSTRUCTOR_INVALID_${0x12345678}` });
    await assert.rejects(ask(updateStatus.subarray(0, 4)), { message: 'INPUT_FETCH_ERROR' });
    await assert.rejects(ask(Buffer.concat([updateStatus, int(0)])), { message: 'INPUT_REQUEST_TOO_LONG' });
    await assert.rejects(ask(new TlWriter().uint(Tl.gzip_packed).string('no gzip').finish()), {
      message: 'INPUT_FETCH_ERROR',
    });
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    await assert.rejects(ask(new TlWriter().uint(Tl.gzip_packed).string(bomb).finish()), {
      message: 'INPUT_FETCH_ERROR',
    });
    await assert.rejects(ask(new Api.help.GetAppUpdate({ source: '' }).getBytes()), {
      message: 'METHOD_INVALID',
    });
    assert.equal(await ask(updateStatus), TRUE);
  });

  test('that are refused get the refusal unchanged; a bug becomes 500 INTERNAL', async () => {
    await assert.rejects(ask(new Api.auth.LogOut().getBytes()), { code: 420, message: 'FLOOD_WAIT_3' });
    await assert.rejects(ask(getWallPapers), { code: 500, message: 'INTERNAL' });
  });

  test('run side by side', async () => {
    const slow = client.request(resetWallPapers);
    assert.equal(await ask(updateStatus), TRUE);
    release();
    assert.equal((await client.result(slow)).uint(), TRUE);
  });

  test('with large answers get them packed, but files unpacked, and vectors as vectors', async () => {
    const named = client.request(new Api.help.GetSupportName().getBytes());
    const { message } = await client.expect(Tl.rpc_result);
    assert.equal(message.body.readUInt32LE(12), Tl.gzip_packed);
    assert.ok(message.body.length < 500);
    client.request(getFile);
    const file = await client.expect(Tl.rpc_result);
    const expected = new Api.upload.File({
      type: new Api.storage.FileJpeg(),
      mtime: 1,
      bytes: fileBytes,
    }).getBytes();
    assert.deepEqual(file.message.body.subarray(12), expected);
    const views = new Api.messages.GetMessagesViews({
      peer: new Api.InputPeerSelf(),
      id: [1],
      increment: false,
    });
    const vector = await client.result(client.request(views.getBytes()));
    assert.deepEqual(
      [vector.uint(), vector.int(), vector.int(), vector.int(), vector.int()],
      [0x1cb5c415, 3, 1, 2, 3],
    );
    assert.ok(named > 0n);
  });

  test('are refused by the weather without calling the method', async () => {
    fates = [{ kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_9') }];
    await assert.rejects(ask(updateStatus), { code: 420, message: 'FLOOD_WAIT_9' });
  });

  test('that the weather drops before are not seen, so that they can be sent again', async () => {
    fates = [{ kind: 'drop-before' }];
    const msgId = client.send(updateStatus, { seqno: 1 });
    assert.equal(await drain(client), undefined);
    assert.equal(client.wire.error, undefined);
    const again = await connect({ key, sessionId: client.sessionId });
    again.send(updateStatus, { msgId, seqno: 1 });
    assert.equal((await again.result(msgId)).uint(), TRUE);
  });

  test('that the weather drops after are carried out, and the answer is kept for the session', async () => {
    fates = [{ kind: 'drop-after' }];
    const msgId = client.send(updateStatus, { seqno: 1 });
    assert.equal(await drain(client), undefined);
    const again = await connect({ key, sessionId: client.sessionId });
    again.send(updateStatus, { msgId, seqno: 1 });
    assert.equal((await again.result(msgId)).uint(), TRUE);
    assert.equal(seen.length, 1, 'it was not done twice');
  });

  test('that the weather resets end in a TCP reset', async () => {
    fates = [{ kind: 'reset' }];
    client.request(updateStatus);
    assert.equal(await drain(client), undefined);
    assert.equal(client.wire.error?.code, 'ECONNRESET');
  });

  test("make no update in their own session, but in the user's others that want updates", async () => {
    const others = [await connect({ key }), await connect({ key })] as const;
    const [listening, quiet] = others;
    await client.result(client.request(updateStatus));
    await listening.result(listening.request(updateStatus));
    await quiet.result(quiet.request(withoutUpdates(updateStatus)));
    const own = seen[0]?.caller;
    assert.ok(own);
    own.key.userId = 42;
    server.push(42, new Api.UpdatesTooLong(), own);
    server.push(43, new Api.UpdatesTooLong());
    const { message } = await listening.expect(Tl.updatesTooLong);
    assert.deepEqual([message.msgId % 4n, message.seqno % 2], [3n, 1]);
    for (const each of [client, quiet]) {
      const msgId = each.request(new TlWriter().uint(Tl.ping).long(1n).finish());
      const next = await each.receive();
      assert.deepEqual([next?.kind, next?.body.readBigInt64LE(4)], [Tl.pong, msgId]);
    }
  });

  test('make a session that missed updates while it was away learn of it', async () => {
    await client.result(client.request(updateStatus));
    const own = seen[0]?.caller;
    assert.ok(own);
    own.key.userId = 42;
    await client.close();
    while (server.connections.open > 0) await new Promise(setImmediate);
    server.push(42, new Api.UpdatesTooLong());
    const again = await connect({ key, sessionId: client.sessionId });
    again.send(new TlWriter().uint(Tl.ping).long(1n).finish(), { seqno: 9 });
    await again.expect(Tl.updatesTooLong);
  });

  /** Reads until the server closes. */
  async function drain(from: RawClient): Promise<undefined> {
    while (await from.receive());
    return undefined;
  }

  test('work after a restart of the server with the same auth keys and sign-ins', async () => {
    assert.equal(await ask(updateStatus), TRUE);
    const own = seen[0]?.caller;
    assert.ok(own);
    own.key.userId = 42;
    const state = server.exportState();
    const methods = {
      'account.UpdateStatus': (_request: unknown, { key: { userId } }: Caller) => userId === 42,
    };
    const next = await startSmallServer(methods, { privateKeyPem: state.privateKeyPem });
    try {
      next.importState(JSON.parse(JSON.stringify(state)));
      assert.equal(next.publicKeyPem, server.publicKeyPem);
      const returned = await clients.connect(next, { key });
      returned.request(updateStatus);
      const refused = await returned.expect(Tl.bad_server_salt);
      refused.raw(16);
      returned.salt = refused.long();
      assert.equal((await returned.result(returned.request(updateStatus))).uint(), TRUE);
    } finally {
      await next.close();
    }
  });
});
