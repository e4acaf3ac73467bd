import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api, type TelegramClient } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import { inputPeer } from '../support/input-peer.js';
import { libraryClient } from '../support/library-client.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
let chat: Chat;

before(async () => {
  own = await signedInClient({ seed: 'updates' });
  const { world } = own.sandbox;
  friend = world.createUser({ firstName: 'Friend', phone: '99966222', code: '22222' });
  chat = world.createChannel({ title: 'Shared', creator: own.me.id, megagroup: true });
  world.addMember(chat, friend.id);
});
after(() => own.close());

/** The message with that text, when the client receives it unasked. */
function told(
  client: TelegramClient,
  text: string,
): Promise<Api.UpdateNewMessage | Api.UpdateNewChannelMessage> {
  return new Promise((resolve) => {
    const handler = (update: unknown): void => {
      if (!(update instanceof Api.UpdateNewMessage || update instanceof Api.UpdateNewChannelMessage)) return;
      if ((update.message as Api.Message).message !== text) return;
      resolve(update);
    };
    client.addEventHandler(handler);
  });
}

function difference(pts: number, args = {}): Promise<Api.updates.TypeDifference> {
  const date = own.sandbox.world.nowSeconds() + 10;
  return own.client.invoke(new Api.updates.GetDifference({ pts, date, qts: 0, ...args }));
}

function channelDifference(of: Chat, pts: number, limit = 100): Promise<Api.updates.TypeChannelDifference> {
  const accessHash = toLong(own.sandbox.world.accessHash(own.me.id, of.id));
  const channel = new Api.InputChannel({ channelId: toLong(bareId(of.id)), accessHash });
  return own.client.invoke(
    new Api.updates.GetChannelDifference({
      channel,
      filter: new Api.ChannelMessagesFilterEmpty(),
      pts,
      limit,
    }),
  );
}

test('posts of others are pushed to the members, with their pts', async () => {
  const { world } = own.sandbox;
  const channelPost = told(own.client, 'in the channel');
  world.post({ chat: chat.id, from: friend.id, text: 'in the channel' });
  const inChannel = await channelPost;
  assert.ok(inChannel instanceof Api.UpdateNewChannelMessage);
  assert.deepEqual(
    [(inChannel.message as Api.Message).message, inChannel.pts],
    ['in the channel', chat.box?.pts],
  );
  const direct = told(own.client, 'to me');
  world.post({ chat: own.me.id, from: friend.id, text: 'to me' });
  const toMe = await direct;
  assert.ok(toMe instanceof Api.UpdateNewMessage);
  assert.equal(toMe.pts, own.me.box.pts);
});

test("a sender's other session gets the update; the sending session gets only the answer", async () => {
  const second = libraryClient(own.sandbox.server);
  try {
    await second.connect();
    await second.start({
      phoneNumber: own.me.phone ?? '',
      phoneCode: async () => own.me.code,
      onError: () => {},
    });
    const pushed: unknown[] = [];
    own.client.addEventHandler((update: unknown) => {
      if (update instanceof Api.UpdateNewChannelMessage) pushed.push((update.message as Api.Message).message);
    });
    const elsewhere = told(second, 'mine');
    const peer = inputPeer(own.sandbox.world, own.me.id, chat.id);
    await own.client.invoke(new Api.messages.SendMessage({ peer, message: 'mine', randomId: toLong(31n) }));
    await elsewhere;
    const toFirst = told(own.client, 'after');
    own.sandbox.world.post({ chat: chat.id, from: friend.id, text: 'after' });
    await toFirst;
    assert.deepEqual(
      pushed.filter((text) => text === 'after' || text === 'mine'),
      ['after'],
    );
  } finally {
    await second.disconnect();
  }
});

test('updates.getDifference returns the changes that an account missed, in slices, and says when there are none', async () => {
  const { world } = own.sandbox;
  const { pts } = await own.client.invoke(new Api.updates.GetState());
  assert.equal(pts, own.me.box.pts);
  assert.ok((await difference(pts)) instanceof Api.updates.DifferenceEmpty);
  for (let i = 0; i < 150; i++) world.post({ chat: own.me.id, from: friend.id, text: `missed ${i}` });
  const first = await difference(pts);
  assert.ok(first instanceof Api.updates.DifferenceSlice);
  const rest = await difference(first.intermediateState.pts);
  assert.ok(rest instanceof Api.updates.Difference);
  const texts = [...first.newMessages, ...rest.newMessages].map(
    (message) => (message as Api.Message).message,
  );
  assert.deepEqual(
    texts,
    Array.from({ length: 150 }, (_, i) => `missed ${i}`),
  );
  assert.equal(rest.state.pts, own.me.box.pts);
  assert.ok((await difference(pts, { ptsTotalLimit: 100 })) instanceof Api.updates.DifferenceTooLong);
  await refused(difference(own.me.box.pts + 5), 'PERSISTENT_TIMESTAMP_INVALID');
});

test('channels that changed meanwhile are named, and each has a difference of its own', async () => {
  const { world } = own.sandbox;
  const from = chat.box?.pts ?? 0;
  world.post({ chat: chat.id, from: friend.id, text: 'while away' });
  const named = await difference(own.me.box.pts, { date: world.nowSeconds() - 60 });
  assert.ok(named instanceof Api.updates.Difference);
  const channels = named.otherUpdates.filter((update) => update instanceof Api.UpdateChannelTooLong);
  assert.ok(channels.some(({ channelId }) => channelId.toString() === String(bareId(chat.id))));
  const missed = await channelDifference(chat, from);
  assert.ok(missed instanceof Api.updates.ChannelDifference);
  assert.deepEqual(
    [missed.final, missed.pts, (missed.newMessages[0] as Api.Message).message],
    [true, from + 1, 'while away'],
  );
  assert.ok((await channelDifference(chat, from + 1)) instanceof Api.updates.ChannelDifferenceEmpty);
});

test("a channel's difference comes in parts, and is too long beyond a thousand changes", async () => {
  const { world } = own.sandbox;
  const busy = world.createChannel({ title: 'Busy', creator: own.me.id, megagroup: true });
  for (let i = 0; i < 250; i++) world.post({ chat: busy.id, from: own.me.id, text: `${i}` });
  const part = await channelDifference(busy, 2, 100);
  assert.ok(part instanceof Api.updates.ChannelDifference);
  assert.deepEqual([part.final, part.newMessages.length, part.pts], [false, 100, 102]);
  for (let i = 0; i < 800; i++) world.post({ chat: busy.id, from: own.me.id, text: `${i}` });
  const long = await channelDifference(busy, 2);
  assert.ok(long instanceof Api.updates.ChannelDifferenceTooLong);
  assert.equal((long.dialog as Api.Dialog).pts, busy.box?.pts);
  assert.equal(long.messages[0]?.id, busy.box?.lastId);
});
