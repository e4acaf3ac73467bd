import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { chooseCrypto, findCrypto } from '../../lib/crypto/choose.js';
import { KNOWN_ANSWERS, knowsAnswers } from '../../lib/crypto/known-answers.js';
import type { MessageCrypto } from '../../lib/crypto/message-crypto.js';
import { loadNativeCrypto } from '../../lib/crypto/native-crypto.js';
import { telethon } from '../golden/vectors.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const js = chooseCrypto('js');

test('the known answers come from the golden vectors', () => {
  const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');
  const { ige, message } = KNOWN_ANSWERS;
  assert.deepEqual(
    { key: hex(ige.key), iv: hex(ige.iv), plain: hex(ige.plain), cipher: hex(ige.cipher) },
    telethon.ige[2],
  );
  assert.equal(hex(message.authKey), telethon.messages[1]?.authKey);
  assert.equal(hex(message.encrypted), telethon.messages[1]?.encrypted);
});

test('a crypto with a single mistake fails the known-answer test', () => {
  assert.ok(knowsAnswers(js));
  const spoilt =
    (cipher: MessageCrypto['encryptIge']): MessageCrypto['encryptIge'] =>
    (data, key, iv, out) => {
      cipher(data, key, iv, out);
      out[out.length - 1] = (out[out.length - 1] ?? 0) ^ 1;
    };
  const wrong: Record<string, Partial<MessageCrypto>> = {
    encryptIge: { encryptIge: spoilt(js.encryptIge) },
    decryptIge: { decryptIge: spoilt(js.decryptIge) },
    sealMessage: { sealMessage: (packet, key) => js.sealMessage(packet, key, 'server') },
    'opens nothing': { openMessage: () => false },
    'opens everything': {
      openMessage(...message) {
        js.openMessage(...message);
        return true;
      },
    },
  };
  for (const [what, change] of Object.entries(wrong)) assert.ok(!knowsAnswers({ ...js, ...change }), what);
});

test('the requested crypto is used, by default the fastest, and faster ones that were passed over are named', () => {
  for (const name of ['wasm', 'js'] as const) assert.equal(findCrypto(name).crypto.name, name);
  const { crypto, passedOver } = findCrypto('auto');
  const order = ['native', 'wasm', 'js'];
  assert.deepEqual(
    passedOver.map(({ name }) => name),
    order.slice(0, order.indexOf(crypto.name)),
  );
  assert.notEqual(crypto.name, 'js', 'there is WebAssembly wherever the tests run');
});

test('a missing or invalid addon is reported with how to fix it', async (t) => {
  const folder = temporaryFolder(t);
  assert.throws(() => loadNativeCrypto(join(folder, 'absent.node')), {
    message: 'it is not built: npm run build:native',
  });
  await writeFile(join(folder, 'other.node'), 'of another system');
  assert.throws(() => loadNativeCrypto(join(folder, 'other.node')), {
    message: 'it was built for another system: npm run build:native',
  });
  await writeFile(join(folder, 'older.cjs'), 'module.exports = { interfaceNumber: 0 };');
  assert.throws(() => loadNativeCrypto(join(folder, 'older.cjs')), {
    message: 'it was built from other sources: npm run build:native',
  });
  await writeFile(join(folder, 'plain.cjs'), "module.exports = { interfaceNumber: 2, aes: '', sha: '' };");
  assert.throws(() => loadNativeCrypto(join(folder, 'plain.cjs')), {
    message: 'this processor has no instructions for AES',
  });
});
