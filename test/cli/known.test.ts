import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { type Known, keepKnown, knownOf, readKnown } from '../../lib/cli/known.js';
import { encodeSession, keyIdOf } from '../../lib/telegram/session-string.js';
import { memorySessionStore } from '../support/client-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const KEY = 'aaaaaaaaaaaaaaaa';
const SALTS = [{ validSince: 1_000, validUntil: 4_600, salt: -(2n ** 63n) }];
const chat = (id: number) => ({
  id: -1_000_000_000_000 - id,
  accessHash: 2n ** 63n - 1n,
  isChannel: id % 2 === 0,
});
const NOTHING: Known = { salts: [], chats: new Map() };

test('salts and chats are kept for each session; salts replace older ones, and chats join them', async (t) => {
  const dataDir = temporaryFolder(t);
  assert.deepEqual(await readKnown(dataDir, KEY, silentLog), NOTHING);
  await keepKnown(dataDir, KEY, { salts: SALTS, chats: new Map([['@one', chat(1)]]) }, silentLog);
  await keepKnown(
    dataDir,
    'bbbbbbbbbbbbbbbb',
    { salts: [], chats: new Map([['@other', chat(9)]]) },
    silentLog,
  );
  await keepKnown(
    dataDir,
    KEY,
    { salts: [], accountId: 7, chats: new Map([['-1000000000002', chat(2)]]) },
    silentLog,
  );
  assert.deepEqual(await readKnown(dataDir, KEY, silentLog), {
    salts: [],
    accountId: 7,
    chats: new Map([
      ['@one', chat(1)],
      ['-1000000000002', chat(2)],
    ]),
  });
  assert.equal(statSync(join(dataDir, 'known.json')).mode & 0o777, 0o600);
});

test('the sessions and chats that were used last stay', async (t) => {
  const dataDir = temporaryFolder(t);
  for (let index = 0; index < 10; index += 1) {
    const chats = new Map(Array.from({ length: 101 }, (_, n) => [`@chat${n}`, chat(n)]));
    await keepKnown(dataDir, `key${index}`, { salts: SALTS, chats }, silentLog);
  }
  const kept = JSON.parse(readFileSync(join(dataDir, 'known.json'), 'utf8')) as object;
  assert.deepEqual(
    Object.keys(kept),
    Array.from({ length: 8 }, (_, index) => `key${index + 2}`),
  );
  const { chats } = await readKnown(dataDir, 'key9', silentLog);
  assert.deepEqual([chats.size, chats.has('@chat0')], [100, false]);
});

test('whatever is not as it was written counts as unknown, and is replaced', async (t) => {
  const dataDir = temporaryFolder(t);
  const file = join(dataDir, 'known.json');
  const values: unknown[] = [
    null,
    5,
    [],
    { salts: {}, chats: [], accountId: -1 },
    { accountId: '7' },
    {
      salts: [
        null,
        { validSince: 1, validUntil: 2, salt: 3 },
        { validSince: 1, validUntil: 2, salt: '9'.repeat(19) },
      ],
    },
    {
      chats: {
        '@a': null,
        '@b': { id: 5, accessHash: '1' },
        '@c': { id: -1_000_000_000_001, accessHash: '' },
      },
    },
  ];
  for (const text of ['', '{', 'null', ...values.map((value) => JSON.stringify({ [KEY]: value }))]) {
    writeFileSync(file, text);
    assert.deepEqual(await readKnown(dataDir, KEY, silentLog), NOTHING, text);
    await keepKnown(dataDir, KEY, { salts: SALTS, chats: new Map() }, silentLog);
    assert.deepEqual((await readKnown(dataDir, KEY, silentLog)).salts, SALTS, text);
  }
});

test('the session is named by the id of its key, which says nothing of the key', async (t) => {
  const dataDir = temporaryFolder(t);
  const authKey = Buffer.alloc(256, 7);
  const text = encodeSession({ dcId: 2, host: '127.0.0.1', port: 443, authKey });
  await keepKnown(dataDir, keyIdOf(text), { salts: SALTS, chats: new Map() }, silentLog);
  assert.deepEqual((await knownOf(dataDir, memorySessionStore(text), silentLog)).salts, SALTS);
  assert.deepEqual(await knownOf(dataDir, memorySessionStore(), silentLog), NOTHING);
  const written = readFileSync(join(dataDir, 'known.json'), 'utf8');
  assert.ok(!written.includes(text) && !written.includes(authKey.toString('hex')));
});
