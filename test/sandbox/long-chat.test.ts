import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { makeLongChat } from '../../lib/sandbox/fill/long-chat.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { withPast } from '../../lib/sandbox/world/past.js';
import { inputPeer } from '../support/input-peer.js';
import { signedInClient } from '../support/signed-in-client.js';

const COUNT = 1_000_000;
/** What each 50th id lost. */
const LAST_ID = COUNT + Math.floor((COUNT - 1) / 49);

const numbered = (id: number, text = 'past'): Message => ({ id, text }) as unknown as Message;

test('a list with a past is an array like any other, but nobody holds its beginning', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), id: fc.nat(99) }),
    fc.record({ kind: fc.constant('replace' as const), at: fc.nat(12) }),
    fc.record({ kind: fc.constant('keep' as const), odd: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.nat(6), fc.array(step, { maxLength: 12 }), (count, steps) => {
      let made = 0;
      const list = withPast({
        count,
        message(place) {
          made += 1;
          return numbered(place);
        },
      });
      const plain = Array.from({ length: count }, (_, place) => numbered(place));
      assert.equal(list.length, count);
      assert.equal(made, 0);
      for (const [n, one] of steps.entries()) {
        for (const each of [list, plain]) {
          if (one.kind === 'push') each.push(numbered(100 + n, 'added'));
          else if (one.kind === 'replace' && one.at < each.length)
            each[one.at] = numbered(one.at, `new ${n}`);
          else if (one.kind === 'keep') {
            const kept = each.slice(count).filter((_, index) => (index % 2 === 1) === one.odd);
            each.splice(count, each.length - count, ...kept);
          }
        }
        assert.deepEqual([...list], plain);
        assert.deepEqual(
          [list.at(-1), list.findLast(({ text }) => text === 'past'), list.slice(1, -1), list.length],
          [plain.at(-1), plain.findLast(({ text }) => text === 'past'), plain.slice(1, -1), plain.length],
        );
      }
      assert.throws(() => {
        list.length = count - 1;
      }, RangeError);
    }),
  );
});

test('a million messages are there for a client, each the same whenever it is asked for, and new ones follow', async (t) => {
  const { sandbox, client, me, close } = await signedInClient({ seed: 'long' });
  t.after(close);
  const author = sandbox.world.createUser({ firstName: 'Carol' });
  const options = { title: 'Long', creator: author.id, messages: COUNT, seed: 'long' };
  const chat = makeLongChat(sandbox, options);
  sandbox.world.addMember(chat, me.id);
  const peer = inputPeer(sandbox.world, me.id, chat.id);
  const page = async (offsetId: number, addOffset = 0): Promise<Api.messages.ChannelMessages> => {
    const answer = await client.invoke(
      new Api.messages.GetHistory({ peer, offsetId, addOffset, limit: 100 }),
    );
    assert.ok(answer instanceof Api.messages.ChannelMessages);
    return answer;
  };
  const newest = await page(0);
  assert.equal(newest.count, COUNT);
  assert.equal(newest.messages[0]?.id, LAST_ID);
  assert.equal(newest.messages.length, 100);
  const oldest = await page(1, -100);
  assert.deepEqual(
    oldest.messages.map(({ id }) => id).reverse(),
    Array.from({ length: 102 }, (_, n) => n + 1)
      .filter((id) => id % 50 !== 0)
      .slice(0, 100),
  );
  assert.ok(oldest.messages.at(-1) instanceof Api.MessageService);

  const middle = await page(500_000, -50);
  const again = await page(500_000, -50);
  assert.deepEqual(
    again.messages.map((message) => message.getBytes()),
    middle.messages.map((message) => message.getBytes()),
  );
  const kinds = new Set<string>(
    [...newest.messages, ...middle.messages].map((message) =>
      message instanceof Api.Message ? (message.media?.className ?? 'text') : message.className,
    ),
  );
  assert.deepEqual(
    ['text', 'MessageMediaPhoto', 'MessageMediaDocument'].filter((kind) => !kinds.has(kind)),
    [],
  );

  const withPhoto = middle.messages.find(
    (message) => message instanceof Api.Message && message.media instanceof Api.MessageMediaPhoto,
  );
  assert.ok(withPhoto instanceof Api.Message);
  const media = chat.box?.messages.find(({ id }) => id === withPhoto.id)?.media;
  assert.ok(media && 'fileId' in media);
  const bytes = await client.downloadMedia(withPhoto);
  assert.ok(Buffer.isBuffer(bytes));
  const stored = sandbox.files.get(media.fileId);
  assert.ok(stored);
  assert.equal(createHash('sha256').update(bytes).digest('hex'), await sandbox.files.sha256(stored));

  sandbox.world.post({ chat: chat.id, from: me.id, text: 'after all of them' });
  const [last] = (await page(0)).messages;
  assert.ok(last instanceof Api.Message);
  assert.deepEqual([last.id, last.message], [LAST_ID + 1, 'after all of them']);
  assert.deepEqual(
    sandbox
      .report()
      .sent.get(chat.id)
      ?.map(({ text }) => text),
    ['after all of them'],
  );
});

test('the content of a long chat is a function of its seed', async (t) => {
  const texts = async (seed: string): Promise<unknown[]> => {
    const sandbox = await startSandbox({ seed: 'same' });
    t.after(() => sandbox.close());
    const creator = sandbox.world.createUser({ firstName: 'Carol' }).id;
    const chat = makeLongChat(sandbox, { title: 'Long', creator, messages: 3000, seed });
    return (chat.box?.messages ?? []).map(({ id, text, media, reply }) => [id, text, media, reply]);
  };
  const first = await texts('a');
  assert.deepEqual(await texts('a'), first);
  assert.notDeepEqual(await texts('b'), first);
});
