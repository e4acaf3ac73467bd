import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { fillSandbox } from '../../lib/sandbox/fill.js';
import type { MethodContext } from '../../lib/sandbox/methods/context.js';
import { tlMessage } from '../../lib/sandbox/methods/tl-messages.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { toLong } from '../../lib/telegram/long.js';
import { sentBytes } from '../../lib/telegram/sent-bytes.js';
import { TlReader } from '../../lib/telegram/tl-reader.js';

test("64-bit numbers are the library's own, from all bytes, and too few bytes are an error", () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.boolean(), fc.nat(7), (value, signed, few) => {
      const bytes = Buffer.alloc(16, 0xff);
      bytes.writeBigInt64LE(value, 4);
      const [ours, theirs] = [new TlReader(bytes), new BinaryReader(bytes)];
      for (const reader of [ours, theirs]) reader.readInt();
      const [one, other] = [ours.readLong(signed), theirs.readLong(signed)];
      assert.deepEqual(one, other);
      assert.equal(String(one), String(signed ? value : BigInt.asUintN(64, value)));
      assert.equal(ours.tellPosition(), theirs.tellPosition());
      assert.throws(() => new TlReader(bytes.subarray(0, few)).readLong());
    }),
  );
});

test('everything that messages hold is read as the library reads it, and their bytes stay as they came', async (t) => {
  const sandbox = await startSandbox({ seed: 'reader' });
  t.after(() => sandbox.close());
  const filled = fillSandbox(sandbox, { content: 'showcase' });
  const context = { world: sandbox.world, files: sandbox.files } as MethodContext;
  const messages = [filled.source, filled.chats.channel, filled.upgraded].flatMap(
    (chat) => chat?.box?.messages.map((each) => tlMessage(context, filled.user, each)) ?? [],
  );
  assert.ok(messages.length > 200);
  const answer = new Api.messages.Messages({ messages, topics: [], chats: [], users: [] }).getBytes();
  const read = new TlReader(answer).tgReadObject() as Api.messages.Messages;
  const same = new BinaryReader(answer).tgReadObject() as Api.messages.Messages;
  assert.deepEqual(read, same);
  for (const [nth, message] of read.messages.entries()) {
    const due = messages[nth]?.getBytes();
    assert.deepEqual(sentBytes(message), due);
    message.id += 1;
    assert.deepEqual(sentBytes(message), due);
  }
});

test('a message that was not read from an answer has the bytes that the library writes', () => {
  const peerId = new Api.PeerUser({ userId: toLong(7) });
  const message = new Api.MessageEmpty({ id: 5, peerId });
  assert.deepEqual(sentBytes(message), message.getBytes());
});
