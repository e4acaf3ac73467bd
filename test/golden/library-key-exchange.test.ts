import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';
import { Api } from 'telegram';
import { IGE } from 'telegram/crypto/IGE.js';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { Logger } from 'telegram/extensions/Logger.js';
import { doAuthentication } from 'telegram/network/Authenticator.js';
import type { MTProtoPlainSender } from 'telegram/network/MTProtoPlainSender.js';
import { published, publishedBytes } from './vectors.js';

const parse = (field: string): unknown => new BinaryReader(publishedBytes(field)).tgReadObject();
const bytesOf = (request: unknown): Buffer => (request as { getBytes(): Buffer }).getBytes();

test('the library derives the published key from the published random numbers and answers', async (t) => {
  const random = [
    publishedBytes('nonce').reverse(), // the library takes this one as big-endian
    publishedBytes('newNonce'),
    Buffer.alloc(96, 1), // RSA_PAD's padding of the 96 bytes of p_q_inner_data,
    Buffer.alloc(32, 2), // and its temp_key, which the page doesn't give
    publishedBytes('b'),
  ];
  t.mock.method(crypto, 'randomBytes', ((count: number): Buffer => {
    const chunk = random[0]?.length === count ? random.shift() : Buffer.alloc(count, 3);
    return Buffer.from(chunk as Buffer);
  }) as typeof crypto.randomBytes);

  const sent: unknown[] = [];
  const answers = ['resPQ', 'serverDHParamsOk', 'dhGenOk'];
  const sender = {
    send: async (request: unknown): Promise<unknown> => {
      sent.push(request);
      return parse(answers[sent.length - 1] ?? '');
    },
  };
  const { authKey } = await doAuthentication(sender as unknown as MTProtoPlainSender, new Logger());
  assert.equal(authKey.getKey()?.toString('hex'), published['authKey']);
  assert.deepEqual(random, []);

  const [first, second, third] = sent;
  assert.deepEqual(bytesOf(first), publishedBytes('reqPqMulti'));
  assert.ok(second instanceof Api.ReqDHParams && third instanceof Api.SetClientDHParams);
  // Everything except the encrypted data, whose temp_key differs.
  assert.deepEqual(bytesOf(second).subarray(0, 64), publishedBytes('reqDHParams').subarray(0, 64));
  assert.equal(second.encryptedData.length, 256);
  const plain = new IGE(publishedBytes('tmpAesKey'), publishedBytes('tmpAesIv')).decryptIge(
    third.encryptedData,
  );
  const inner = publishedBytes('clientDHInnerData');
  assert.deepEqual(plain.subarray(20, 20 + inner.length), inner);
  assert.deepEqual(plain.subarray(0, 20), crypto.createHash('sha1').update(inner).digest());
});

test('every published message is read and written back unchanged', () => {
  const fields = ['reqPqMulti', 'resPQ', 'pqInnerDataDc', 'reqDHParams', 'serverDHParamsOk', 'answer'];
  for (const field of [...fields, 'clientDHInnerData', 'setClientDHParams', 'dhGenOk']) {
    assert.deepEqual(bytesOf(parse(field)), publishedBytes(field), field);
  }
});
