import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import type { SandboxServer } from '../../lib/sandbox/server.js';
import {
  type ExchangeResult,
  type ExchangeTwists,
  exchangeKey,
  newNonceHash,
  plain,
} from '../support/raw-exchange.js';
import { RawWire } from '../support/raw-wire.js';
import { startSmallServer } from '../support/small-server.js';

describe('the auth-key exchange', () => {
  let server: SandboxServer;
  let port = 0;

  before(async () => {
    server = await startSmallServer();
    port = server.dcs[0]?.port ?? 0;
  });
  after(() => server.close());

  async function exchange(twists: ExchangeTwists = {}): Promise<ExchangeResult> {
    const wire = await RawWire.open(port, 'intermediate');
    try {
      return await exchangeKey(wire, server.spkiPem, twists);
    } finally {
      await wire.close();
    }
  }

  const good: Record<string, ExchangeTwists> = {
    'req_pq_multi and RSA_PAD': {},
    'req_pq and the older hashed padding': { request: 'req_pq', padding: 'sha1' },
    p_q_inner_data_dc: { dc: 1 },
    'p_q_inner_data_dc of a test DC': { dc: 10_001 },
    p_q_inner_data_temp: { expiresIn: 3600 },
    'p_q_inner_data_temp_dc of a media DC': { dc: -1, expiresIn: 3600 },
    'p_q_inner_data_temp under the older padding': { padding: 'sha1', expiresIn: 3600 },
  };
  for (const [name, twists] of Object.entries(good)) {
    test(`makes a key by ${name}`, async () => {
      const { answer, hash, newNonce, key } = await exchange(twists);
      assert.equal(answer, Tl.dh_gen_ok);
      assert.deepEqual(hash, newNonceHash(newNonce, 1, key?.key ?? Buffer.alloc(256)));
    });
  }

  const refused: Record<string, ExchangeTwists> = {
    'a wrong inner nonce': { innerNonce: randomBytes(16) },
    'a wrong server nonce': { serverNonce: randomBytes(16) },
    'an unknown RSA key': { fingerprint: 12345n },
    'client_DH_inner_data without its SHA1': { breakHash: true },
    'a key that expires at once': { expiresIn: 0 },
  };
  for (const [name, twists] of Object.entries(refused)) {
    test(`answers ${name} with transport error -404`, async () => {
      assert.equal((await exchange(twists)).answer, -404);
    });
  }

  test('answers another DC with transport error -444', async () => {
    assert.equal((await exchange({ dc: 2 })).answer, -444);
  });

  test('answers wrong factors with server_DH_params_fail and the new nonce hash', async () => {
    const { answer, hash, newNonce } = await exchange({ innerP: Buffer.of(0, 0, 0, 3) });
    assert.equal(answer, Tl.server_DH_params_fail);
    assert.deepEqual(hash, createHash('sha1').update(newNonce).digest().subarray(4));
  });

  for (const [name, gB] of [
    ['1', Buffer.of(1)],
    ['a short number', randomBytes(200)],
    ['the largest number of 2048 bits', Buffer.alloc(256, 0xff)],
  ] as const) {
    test(`answers g_b = ${name}, which is out of range, with dh_gen_fail`, async () => {
      assert.equal((await exchange({ gB })).answer, Tl.dh_gen_fail);
    });
  }

  test('refuses steps out of order and unknown messages', async () => {
    const nonces = randomBytes(32);
    for (const body of [
      new TlWriter().uint(Tl.req_DH_params).raw(nonces).finish(),
      new TlWriter().uint(Tl.set_client_DH_params).raw(nonces).finish(),
      new TlWriter().uint(Tl.ping).long(1n).finish(),
      new TlWriter().uint(Tl.req_pq_multi).raw(randomBytes(8)).finish(),
    ]) {
      const wire = await RawWire.open(port, 'abridged');
      assert.equal((await plain(wire, body)).error, -404);
      assert.equal(await wire.receive(), undefined);
      await wire.close();
    }
  });
});
