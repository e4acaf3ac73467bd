import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { chooseCrypto } from '../../lib/crypto/choose.js';
import type { MessageCrypto } from '../../lib/crypto/message-crypto.js';
import { MessageQueue } from '../../lib/crypto/message-queue.js';

const crypto = chooseCrypto();

/** Counts how often each method was called. */
function counting(): { crypto: MessageCrypto; counts: Record<string, number> } {
  const counts = { sealMessage: 0, sealTwo: 0, openMessage: 0, openTwo: 0 };
  return {
    counts,
    crypto: {
      ...crypto,
      sealMessage(...message) {
        counts.sealMessage += 1;
        crypto.sealMessage(...message);
      },
      sealTwo(...messages) {
        counts.sealTwo += 1;
        crypto.sealTwo(...messages);
      },
      openMessage(...message) {
        counts.openMessage += 1;
        return crypto.openMessage(...message);
      },
      openTwo(...messages) {
        counts.openTwo += 1;
        return crypto.openTwo(...messages);
      },
    },
  };
}

test('messages that come in one turn are sealed and opened in pairs, in order', async () => {
  const { crypto: counted, counts } = counting();
  const [client, server] = [new MessageQueue(counted, 'client'), new MessageQueue(counted, 'server')];
  const authKeys = Array.from({ length: 5 }, () => randomBytes(256));
  const plains = authKeys.map((_, i) => randomBytes(16 * (i + 20)));
  const packets = plains.map((plain) => Buffer.concat([Buffer.alloc(24), plain]));
  const sealed: number[] = [];
  await new Promise<void>((resolve) => {
    for (const [i, packet] of packets.entries()) {
      client.seal(packet, authKeys[i] as Buffer, () => {
        sealed.push(i);
        if (sealed.length === packets.length) resolve();
      });
    }
    assert.deepEqual(sealed, [], 'nothing before the end of the turn');
  });
  assert.deepEqual(sealed, [0, 1, 2, 3, 4]);
  packets[3]?.fill(0, 8, 9);
  const opened: [number, boolean][] = [];
  await new Promise<void>((resolve) => {
    for (const [i, packet] of packets.entries()) {
      server.open(packet, authKeys[i] as Buffer, packet.subarray(24), (holds) => {
        opened.push([i, holds]);
        if (opened.length === packets.length) resolve();
      });
    }
  });
  const expected = packets.map((_, i) => [i, i !== 3]);
  assert.deepEqual(opened, expected);
  for (const i of [0, 1, 2, 4]) assert.deepEqual(packets[i]?.subarray(24), plains[i]);
  assert.deepEqual(counts, { sealMessage: 1, sealTwo: 2, openMessage: 1, openTwo: 2 });
});

test('a message that is opened first may give something to seal in the same turn', async () => {
  const queue = new MessageQueue(crypto, 'client');
  const authKey = randomBytes(256);
  const [incoming, outgoing] = [Buffer.alloc(24 + 64), Buffer.alloc(24 + 64)];
  crypto.sealMessage(incoming, authKey, 'server');
  const turns: string[] = [];
  await new Promise<void>((resolve) => {
    queue.open(incoming, authKey, incoming.subarray(24), (holds) => {
      turns.push(`opened ${holds}`);
      queue.seal(outgoing, authKey, () => {
        turns.push('sealed');
        resolve();
      });
    });
    setImmediate(() => turns.push('next'));
  });
  assert.deepEqual(turns, ['opened true', 'sealed']);
});
