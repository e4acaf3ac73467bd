import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { pageHash } from '../../lib/sandbox/world/history.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { bareId } from '../../lib/sandbox/world/peer-id.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

const NEWEST = 130;
let own: SignedIn;
let chat: Chat;
let peer: Api.InputPeerChannel;

before(async () => {
  own = await signedInClient({ seed: 'history' });
  const { world } = own.sandbox;
  chat = world.createChannel({ title: 'Long', creator: own.me.id, megagroup: true, date: 1_700_000_000 });
  for (let id = 2; id <= NEWEST; id++) {
    world.post({ chat: chat.id, from: own.me.id, text: `text ${id}`, date: 1_700_000_000 + id * 10 });
  }
  peer = inputOf(chat);
});
after(() => own.close());

function inputOf({ id }: Chat): Api.InputPeerChannel {
  return new Api.InputPeerChannel({
    channelId: toLong(bareId(id)),
    accessHash: toLong(own.sandbox.world.accessHash(own.me.id, id)),
  });
}

async function page(args: Partial<ConstructorParameters<typeof Api.messages.GetHistory>[0]>) {
  const answer = await own.client.invoke(new Api.messages.GetHistory({ peer, ...args }));
  assert.ok(answer instanceof Api.messages.ChannelMessages);
  return answer;
}

async function ids(args: Parameters<typeof page>[0]): Promise<number[]> {
  return (await page(args)).messages.map(({ id }) => id);
}

const down = (from: number, count: number) => Array.from({ length: count }, (_, i) => from - i);

test('messages.getHistory obeys every argument', async () => {
  assert.deepEqual(await ids({ limit: 3 }), down(NEWEST, 3));
  assert.deepEqual(await ids({}), down(NEWEST, 20));
  assert.equal((await ids({ limit: 500 })).length, 100);
  assert.deepEqual(await ids({ limit: 3, offsetId: 50 }), [49, 48, 47]);
  assert.deepEqual(await ids({ limit: 3, offsetId: 50, addOffset: -3 }), [52, 51, 50]);
  assert.deepEqual(await ids({ limit: 4, offsetId: 50, addOffset: -2 }), [51, 50, 49, 48]);
  assert.deepEqual(await ids({ limit: 3, addOffset: 5 }), down(NEWEST - 5, 3));
  assert.deepEqual(await ids({ limit: 10, offsetId: 50, maxId: 48, minId: 44 }), [47, 46, 45]);
  assert.deepEqual(await ids({ limit: 2, offsetDate: 1_700_000_000 + 600 }), [59, 58]);
  assert.deepEqual(
    await ids({ limit: 100, offsetId: 1, addOffset: -100 }),
    down(100, 100),
    'oldest first, as a clone reads',
  );
});

test('an answer contains the count and its position, and says when nothing has changed', async () => {
  const answer = await page({ limit: 5, offsetId: 100 });
  assert.deepEqual([answer.count, answer.offsetIdOffset, answer.pts], [NEWEST, 31, chat.box?.pts]);
  assert.equal(answer.chats.length, 1);
  assert.equal(answer.users.length, 1);
  const hash = toLong(pageHash(answer.messages.map(({ id }) => id)));
  const again = await own.client.invoke(new Api.messages.GetHistory({ peer, limit: 5, offsetId: 100, hash }));
  assert.ok(again instanceof Api.messages.MessagesNotModified);
});

test('channels.getMessages answers in order, with messageEmpty for missing messages', async () => {
  const channel = new Api.InputChannel({ channelId: peer.channelId, accessHash: peer.accessHash });
  const id = [7, 9999, 5].map((n) => new Api.InputMessageID({ id: n }));
  const answer = await own.client.invoke(new Api.channels.GetMessages({ channel, id }));
  assert.ok(answer instanceof Api.messages.ChannelMessages);
  assert.deepEqual(
    answer.messages.map((message) => [message.className, message.id]),
    [
      ['Message', 7],
      ['MessageEmpty', 9999],
      ['Message', 5],
    ],
  );
});

test('users and basic groups share one sequence of ids per account', async () => {
  const { world } = own.sandbox;
  const friend = world.createUser({ firstName: 'Friend' });
  const group = world.createGroup({ title: 'Group', creator: friend.id, members: [own.me.id] });
  const first = world.post({ chat: own.me.id, from: friend.id, text: 'to me' });
  world.post({ chat: own.me.id, from: own.me.id, text: 'saved' });
  world.post({ chat: group.id, from: friend.id, text: 'to all', replyTo: 1 });
  const box = own.me.box.messages.map(({ id, peer: with_, text }) => [id, with_, text]);
  assert.deepEqual(box, [
    [1, group.id, ''],
    [2, friend.id, 'to me'],
    [3, own.me.id, 'saved'],
    [4, group.id, 'to all'],
  ]);
  assert.equal(first.id, 2, 'the sender has his own sequence, and the group came first there too');
  const answer = await own.client.invoke(
    new Api.messages.GetHistory({
      peer: new Api.InputPeerChat({ chatId: toLong(bareId(group.id)) }),
      limit: 10,
    }),
  );
  assert.ok(answer instanceof Api.messages.Messages);
  assert.deepEqual(
    answer.messages.map(({ id }) => id),
    [4, 1],
  );
  assert.equal((answer.messages[0] as Api.Message).replyTo?.replyToMsgId, 1, 'the id of the reader’s copy');
  const found = await own.client.invoke(
    new Api.messages.GetMessages({ id: [new Api.InputMessageID({ id: 3 })] }),
  );
  assert.equal(((found as Api.messages.Messages).messages[0] as Api.Message).message, 'saved');
  const part = await own.client.invoke(
    new Api.messages.GetHistory({
      peer: new Api.InputPeerChat({ chatId: toLong(bareId(group.id)) }),
      limit: 1,
    }),
  );
  assert.ok(part instanceof Api.messages.MessagesSlice);
  assert.equal(part.count, 2);
});

test('messages.getReplies pages through a topic without its root, and through a thread', async () => {
  const { world } = own.sandbox;
  const forum = world.createChannel({ title: 'Forum', creator: own.me.id, forum: true });
  const topic = world.createTopic(forum, { title: 'Topic' });
  const posted = Array.from({ length: 30 }, (_, i) =>
    world.post({ chat: forum.id, from: own.me.id, text: `${i}`, topicId: i % 3 === 0 ? 1 : topic.id }),
  );
  const replies = (msgId: number, args = {}, inPeer = inputOf(forum)) =>
    own.client.invoke(new Api.messages.GetReplies({ peer: inPeer, msgId, limit: 100, ...args }));
  const inTopic = await replies(topic.id);
  assert.ok(inTopic instanceof Api.messages.ChannelMessages);
  const expected = posted.filter(({ topicId }) => topicId === topic.id).map(({ id }) => id);
  assert.deepEqual(
    inTopic.messages.map(({ id }) => id),
    [...expected].reverse(),
  );
  assert.equal(inTopic.topics.length, 1);
  const next = (await replies(topic.id, { offsetId: expected[5], limit: 2 })) as Api.messages.ChannelMessages;
  assert.deepEqual(
    next.messages.map(({ id }) => id),
    [expected[4], expected[3]],
  );
  const general = (await replies(1)) as Api.messages.ChannelMessages;
  assert.equal(general.count, 10);
  await refused(replies(9999), 'MSG_ID_INVALID');
  world.post({ chat: chat.id, from: own.me.id, text: 'answer', replyTo: 10 });
  const thread = (await replies(10, {}, peer)) as Api.messages.ChannelMessages;
  assert.deepEqual(
    thread.messages.map(({ id }) => id),
    [NEWEST + 1],
  );
});
