import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { IGE } from 'telegram/crypto/IGE.js';
import { sha1 } from '../../lib/sandbox/hashes.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { messageKeysV1 } from '../../lib/sandbox/mtproto/envelope.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import type { Caller } from '../../lib/sandbox/rpc.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import { FakeClock } from '../support/fake-clock.js';
import type { RawClient, RawClientOptions } from '../support/raw-client.js';
import { RawClients } from '../support/raw-clients.js';
import type { RawKey } from '../support/raw-exchange.js';
import { initialised } from '../support/raw-requests.js';
import { startSmallServer } from '../support/small-server.js';

interface Binding {
  readonly msgId: bigint;
  readonly nonce: bigint;
  readonly tempKeyId: bigint;
  readonly permKeyId: bigint;
  readonly sessionId: bigint;
  readonly expiresAt: number;
}

const nearestDc = initialised(new TlWriter().uint(0x1fb33026).finish());

describe('temporary keys', () => {
  const clock = new FakeClock({ epochMs: Date.now() });
  let server: SandboxServer;
  let permanent: RawKey;
  let caller: Caller | undefined;
  const clients = new RawClients();

  before(async () => {
    const remember = (_request: unknown, who: Caller): boolean => {
      caller = who;
      return true;
    };
    server = await startSmallServer({ 'help.GetNearestDc': remember }, { clock });
    permanent = (await connect()).key;
  });
  afterEach(() => clients.close());
  after(() => server.close());

  const connect = (options?: RawClientOptions): Promise<RawClient> => clients.connect(server, options);

  /** auth.bindTempAuthKey; `inner` is where the sealed proof differs from the request. */
  async function bind(
    client: RawClient,
    inner: Partial<Binding> = {},
    outer: Partial<Binding> = {},
    key = permanent,
  ): Promise<number> {
    const msgId = client.nextId();
    const truth: Binding = {
      msgId,
      nonce: randomBytes(8).readBigInt64LE(0),
      tempKeyId: client.key.id,
      permKeyId: key.id,
      sessionId: client.sessionId,
      expiresAt: Math.floor(clock.now() / 1000) + 3600,
    };
    const asked = { ...truth, ...outer };
    const request = new TlWriter()
      .uint(0xcdd42a05)
      .long(asked.permKeyId)
      .long(asked.nonce)
      .uint(asked.expiresAt);
    request.string(proof({ ...truth, ...inner }, key));
    client.request(request.finish(), { msgId });
    return (await client.result(msgId)).uint();
  }

  function proof(said: Binding, key: RawKey): Buffer {
    const inner = new TlWriter()
      .uint(Tl.bind_auth_key_inner)
      .long(said.nonce)
      .long(said.tempKeyId)
      .long(said.permKeyId);
    const body = inner.long(said.sessionId).uint(said.expiresAt).finish();
    const head = new TlWriter().raw(randomBytes(16)).long(said.msgId).uint(0).uint(body.length);
    const message = Buffer.concat([head.finish(), body]);
    const msgKey = sha1(message).subarray(4);
    const { aesKey, aesIv } = messageKeysV1(key.key, msgKey);
    const padded = Buffer.concat([message, randomBytes(-message.length & 15)]);
    return Buffer.concat([
      new TlWriter().long(key.id).finish(),
      msgKey,
      new IGE(aesKey, aesIv).encryptIge(padded),
    ]);
  }

  test('stand for the permanent key once they are bound', async () => {
    const client = await connect({ expiresIn: 3600 });
    assert.equal(await bind(client), 0x997275b5);
    await client.result(client.request(nearestDc));
    assert.equal(caller?.key.id, permanent.id);
  });

  test('allow only binding before they are bound', async () => {
    const client = await connect({ expiresIn: 3600 });
    await assert.rejects(client.result(client.request(nearestDc)), {
      code: 401,
      message: 'AUTH_KEY_PERM_EMPTY',
    });
  });

  const lies: Record<string, Partial<Binding>> = {
    'another message id': { msgId: 4n },
    'another nonce': { nonce: 4n },
    'another temporary key': { tempKeyId: 4n },
    'another permanent key': { permKeyId: 4n },
    'another session': { sessionId: 4n },
    'another expiry': { expiresAt: 2_000_000_000 },
  };
  for (const [name, lie] of Object.entries(lies)) {
    test(`with a proof that says ${name} get ENCRYPTED_MESSAGE_INVALID`, async () => {
      const client = await connect({ expiresIn: 3600 });
      await assert.rejects(bind(client, lie), { code: 400, message: 'ENCRYPTED_MESSAGE_INVALID' });
    });
  }

  test('get ENCRYPTED_MESSAGE_INVALID for an unknown permanent key, and for a proof sealed by another key', async () => {
    const client = await connect({ expiresIn: 3600 });
    const wrong = { message: 'ENCRYPTED_MESSAGE_INVALID' };
    await assert.rejects(bind(client, {}, { permKeyId: 5n }), wrong);
    await assert.rejects(bind(client, {}, {}, { ...permanent, key: randomBytes(256) }), wrong);
    await assert.rejects(bind(client, {}, {}, client.key), wrong);
  });

  test('can be bound, but permanent keys get TEMP_AUTH_KEY_EMPTY', async () => {
    const client = await connect({ key: permanent });
    await assert.rejects(bind(client), { code: 400, message: 'TEMP_AUTH_KEY_EMPTY' });
  });

  test('can be bound only once (TEMP_AUTH_KEY_ALREADY_BOUND), and not with a past expiry (EXPIRES_AT_INVALID)', async () => {
    const client = await connect({ expiresIn: 3600 });
    await assert.rejects(bind(client, { expiresAt: 1 }, { expiresAt: 1 }), { message: 'EXPIRES_AT_INVALID' });
    await bind(client);
    assert.equal(await bind(client), 0x997275b5);
    const other = (await connect()).key;
    await assert.rejects(bind(client, {}, {}, other), { message: 'TEMP_AUTH_KEY_ALREADY_BOUND' });
  });

  test('are forgotten after auth.dropTempAuthKeys, unless they are excepted', async () => {
    const [gone, kept, main] = [
      await connect({ expiresIn: 60 }),
      await connect({ expiresIn: 60 }),
      await connect({ key: permanent }),
    ];
    await bind(gone);
    await bind(kept);
    const drop = new TlWriter().uint(0x8e48a188).longs([kept.key.id]).finish();
    assert.equal((await main.result(main.request(initialised(drop)))).uint(), 0x997275b5);
    await kept.result(kept.request(nearestDc));
    gone.request(nearestDc);
    await assert.rejects(gone.result(1n), { code: -404 });
  });

  test('are unknown (-404) after they expire', async () => {
    const client = await connect({ expiresIn: 10 });
    client.request(new TlWriter().uint(Tl.ping).long(1n).finish());
    await client.expect(Tl.pong);
    await clock.advance(11_000);
    client.request(new TlWriter().uint(Tl.ping).long(1n).finish());
    await assert.rejects(client.receive(), { code: -404 });
  });
});
