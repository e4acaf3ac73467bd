import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sessions } from 'telegram';
import { UsageError } from '../../lib/base/errors.js';
import { decodeSession, encodeSession, TelepiSession } from '../../lib/telegram/session-string.js';

const content = fc.record(
  {
    dcId: fc.integer({ min: 1, max: 255 }),
    host: fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.domain().filter((name) => name.length <= 100),
    ),
    port: fc.integer({ min: 1, max: 65535 }),
    authKey: fc.uint8Array({ minLength: 256, maxLength: 256 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
);

test('a session survives its string, at any port and with any host', () => {
  fc.assert(
    fc.property(content, (session) => {
      assert.deepEqual(decodeSession(encodeSession(session)), session);
    }),
  );
});

test("below port 32768 the string is the library's own, in both directions", async () => {
  const authKey = randomBytes(256);
  const text = encodeSession({ dcId: 2, host: '149.154.167.51', port: 443, authKey });
  const theirs = new sessions.StringSession(text);
  await theirs.load();
  assert.equal(theirs.save(), text);
  assert.deepEqual([theirs.dcId, theirs.serverAddress, theirs.port], [2, '149.154.167.51', 443]);

  const ours = new TelepiSession(theirs.save());
  assert.equal(ours.save(), text);
  assert.deepEqual(ours.authKey, authKey);
});

test("Telethon's strings are read, with IPv4 and IPv6", () => {
  const authKey = randomBytes(256);
  const port = Buffer.from([0x01, 0xbb]);
  const four = Buffer.concat([Buffer.from([4, 149, 154, 167, 91]), port, authKey]);
  assert.deepEqual(decodeSession(`1${four.toString('base64url')}=`.replace(/=+$/, '=')), {
    dcId: 4,
    host: '149.154.167.91',
    port: 443,
    authKey,
  });
  const six = Buffer.concat([
    Buffer.from([4]),
    Buffer.from('20010067c04e8f0040000000000000a0', 'hex'),
    port,
    authKey,
  ]);
  assert.equal(decodeSession(`1${six.toString('base64')}`).host, '2001:67:c04e:8f00:4000:0:0:a0');
});

test('a damaged string is refused, and the error quotes none of it', () => {
  const good = encodeSession({ dcId: 2, host: 'example.org', port: 443, authKey: randomBytes(256) });
  for (const text of [
    '',
    '1',
    'hello',
    `2${good.slice(1)}`,
    good.slice(0, 60),
    `${good.slice(0, 4)}${good.slice(9)}`,
  ]) {
    assert.throws(
      () => new TelepiSession(text),
      (error) => error instanceof UsageError && !(text.length > 1 && error.message.includes(text)),
    );
  }
});

test('before a key there is nothing to save', () => {
  const session = new TelepiSession();
  session.home = { id: 2, ipAddress: '127.0.0.1', port: 40000 };
  assert.equal(session.save(), '');
});
