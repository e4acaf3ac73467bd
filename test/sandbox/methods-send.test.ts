import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { fromLong, toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { inputPeer } from '../support/input-peer.js';
import { ShiftedClock } from '../support/shifted-clock.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

type SendArgs = Partial<ConstructorParameters<typeof Api.messages.SendMessage>[0]>;

const clock = new ShiftedClock();
let own: SignedIn;
let friend: Account;
let chat: Chat;
let lastRandom = 1_000n;

before(async () => {
  own = await signedInClient({ seed: 'send', clock });
  friend = own.sandbox.world.createUser({ firstName: 'Friend' });
  chat = own.sandbox.world.createChannel({ title: 'Mine', creator: own.me.id, megagroup: true });
});
after(() => own.close());

function send(to: Chat | Account, message: string, args: SendArgs = {}): Promise<Api.TypeUpdates> {
  lastRandom += 1n;
  const peer = inputPeer(own.sandbox.world, own.me.id, to.id);
  return own.client.invoke(
    new Api.messages.SendMessage({ peer, message, randomId: toLong(lastRandom), ...args }),
  );
}

function idOf(answer: Api.TypeUpdates): number {
  assert.ok(answer instanceof Api.Updates);
  const [named] = answer.updates.filter((update) => update instanceof Api.UpdateMessageID);
  return named?.id ?? 0;
}

function idOfPeer(peer: Api.TypePeer | undefined): string {
  if (peer instanceof Api.PeerUser) return String(peer.userId);
  return peer instanceof Api.PeerChannel ? String(peer.channelId) : 'none';
}

function lastOf(of: Chat) {
  const message = of.box?.messages.at(-1);
  assert.ok(message);
  return message;
}

test('the answer to a send names the message by its random_id and contains it with its pts', async () => {
  const answer = await send(chat, 'hello', { randomId: toLong(-77n), silent: true });
  assert.ok(answer instanceof Api.Updates);
  const [named, brought, read] = answer.updates;
  assert.ok(named instanceof Api.UpdateMessageID && brought instanceof Api.UpdateNewChannelMessage);
  assert.ok(read instanceof Api.UpdateReadChannelInbox);
  assert.deepEqual([fromLong(named.randomId ?? toLong(0)), named.id], [-77n, lastOf(chat).id]);
  const message = brought.message as Api.Message;
  assert.deepEqual(
    [message.id, message.message, message.out, message.silent],
    [named.id, 'hello', true, true],
  );
  assert.deepEqual([brought.pts, brought.ptsCount], [chat.box?.pts, 1]);
});

test('a text to a user or basic group is answered with updateShortSentMessage', async () => {
  const group = own.sandbox.world.createGroup({ title: 'Group', creator: own.me.id, members: [friend.id] });
  const entities = [new Api.MessageEntityBold({ offset: 0, length: 2 })];
  for (const to of [friend, group]) {
    const answer = await send(to, 'hi there', { entities });
    assert.ok(answer instanceof Api.UpdateShortSentMessage);
    assert.deepEqual([answer.id, answer.pts, answer.out], [own.me.box.lastId, own.me.box.pts, true]);
    assert.equal(answer.entities?.length, 1);
    assert.equal(friend.box.messages.at(-1)?.text, 'hi there');
  }
});

test('a random_id is remembered for ever: a repeat sends nothing and gets the first answer', async () => {
  const randomId = toLong(4711n);
  const first = idOf(await send(chat, 'once', { randomId }));
  const count = chat.box?.messages.length;
  clock.forward(60 * 60_000);
  assert.equal(idOf(await send(chat, 'twice', { randomId })), first);
  assert.equal(chat.box?.messages.length, count);
  const toFriend = await send(friend, 'other peer', { randomId });
  assert.ok(toFriend instanceof Api.UpdateShortSentMessage, 'another peer has its own random_ids');
  const again = await send(friend, 'again', { randomId });
  assert.equal((again as Api.UpdateShortSentMessage).id, toFriend.id);
  own.sandbox.world.refuseRepeats = true;
  const peer = inputPeer(own.sandbox.world, own.me.id, chat.id);
  // Directly to the sender, because the library's invoke repeats a call that was refused with a 500.
  const thrice = own.client._sender?.send(
    new Api.messages.SendMessage({ peer, message: 'thrice', randomId }),
  );
  await refused(Promise.resolve(thrice), 'RANDOM_ID_DUPLICATE');
  own.sandbox.world.refuseRepeats = false;
});

test('RANDOM_ID_EMPTY, SCHEDULE_DATE_INVALID and SEND_AS_PEER_INVALID are returned', async () => {
  await refused(send(chat, 'x', { randomId: toLong(0) }), 'RANDOM_ID_EMPTY');
  await refused(send(chat, 'x', { scheduleDate: 2_000_000_000 }), 'SCHEDULE_DATE_INVALID');
  const sendAs = inputPeer(own.sandbox.world, own.me.id, friend.id);
  await refused(send(chat, 'x', { sendAs }), 'SEND_AS_PEER_INVALID');
  assert.ok(await send(chat, 'x', { sendAs: new Api.InputPeerSelf() }));
});

test('in Saved Messages nothing is marked as outgoing, and everything comes from the account itself', async () => {
  const answer = await send(own.me, 'note');
  assert.ok(answer instanceof Api.UpdateShortSentMessage);
  const [note] = await own.client.getMessages('me', { limit: 1 });
  assert.deepEqual([note?.message, note?.out, note?.fwdFrom], ['note', false, null]);
  const { savedPeerId } = note as Api.Message & { readonly savedPeerId?: Api.PeerUser };
  assert.equal(String(savedPeerId?.userId), String(own.me.id));
});

test('messages come from the account, its channel by request or by default, or the group for an anonymous admin; all are out', async () => {
  const { world } = own.sandbox;
  const mask = world.createChannel({ title: 'Mask', creator: own.me.id });
  const theirs = world.createChannel({ title: 'Theirs', creator: friend.id, username: 'theirs' });
  const group = world.createChannel({ title: 'Masks', creator: own.me.id, megagroup: true });
  const [peer, asMask, asTheirs] = [group, mask, theirs].map((of) => inputPeer(world, own.me.id, of.id));
  assert.ok(peer && asMask && asTheirs);
  const lastSender = async (): Promise<unknown[]> => {
    const [message] = await own.client.getMessages(peer, { limit: 1 });
    return [message?.out, idOfPeer(message?.fromId), message?.postAuthor];
  };
  const bare = (of: Chat): string => String(-of.id - 1_000_000_000_000);
  await send(group, 'as myself');
  assert.deepEqual(await lastSender(), [true, String(own.me.id), null]);
  await send(group, 'as my channel', { sendAs: asMask });
  assert.deepEqual(await lastSender(), [true, bare(mask), null]);
  await refused(send(group, 'x', { sendAs: asTheirs }), 'SEND_AS_PEER_INVALID');
  const member = group.members.get(own.me.id);
  member?.adminRights.add('anonymous');
  Object.assign(member ?? {}, { rank: 'Boss' });
  await send(group, 'as the group');
  assert.deepEqual(await lastSender(), [true, bare(group), 'Boss']);
  const save = (sendAs: Api.TypeInputPeer, where = peer) =>
    own.client.invoke(new Api.messages.SaveDefaultSendAs({ peer: where, sendAs }));
  assert.equal(await save(asMask), true);
  await send(group, 'as my channel, by default');
  assert.deepEqual(await lastSender(), [true, bare(mask), null]);
  await refused(save(asTheirs), 'SEND_AS_PEER_INVALID');
  await refused(save(asMask, asMask), 'PEER_ID_INVALID');
  const { peers, chats } = await own.client.invoke(new Api.channels.GetSendAs({ peer }));
  assert.deepEqual(
    peers.map((each) => idOfPeer(each.peer)),
    [bare(group), bare(mask)],
  );
  assert.equal(chats.length, 2);
});

test('a text must not be empty or longer than 4096 UTF-16 units', async () => {
  await refused(send(chat, ' \n '), 'MESSAGE_EMPTY');
  await refused(send(chat, 'x'.repeat(4097)), 'MESSAGE_TOO_LONG');
  await refused(send(chat, '🙂'.repeat(2049)), 'MESSAGE_TOO_LONG');
  await send(chat, '🙂'.repeat(2048));
  assert.equal(lastOf(chat).text.length, 4096);
});

test('entities must be inside the text, are kept in order, and code holds no others', async () => {
  const bad = [
    [-1, 2],
    [0, 0],
    [3, 3],
  ] as const;
  for (const [offset, length] of bad) {
    const entities = [new Api.MessageEntityBold({ offset, length })];
    await refused(send(chat, 'abcde', { entities }), 'ENTITY_BOUNDS_INVALID');
  }
  const many = Array.from({ length: 101 }, () => new Api.MessageEntityBold({ offset: 0, length: 1 }));
  await refused(send(chat, 'abcde', { entities: many }), 'ENTITIES_TOO_LONG');
  const user = own.sandbox.world.accessHash(own.me.id, friend.id);
  const userId = new Api.InputUser({ userId: toLong(friend.id), accessHash: toLong(user) });
  const styled: Api.TypeMessageEntity[] = [
    new Api.InputMessageEntityMentionName({ offset: 15, length: 4, userId }),
    new Api.MessageEntityItalic({ offset: 5, length: 4 }),
    new Api.MessageEntityPre({ offset: 5, length: 9, language: 'c' }),
    new Api.MessageEntityTextUrl({ offset: 10, length: 4, url: 'https://example.org' }),
    new Api.MessageEntityCustomEmoji({ offset: 0, length: 4, documentId: toLong(99n) }),
  ];
  const kept = async (): Promise<unknown> => {
    await send(chat, '👍🏽 code link name', { entities: styled });
    const peer = inputPeer(own.sandbox.world, own.me.id, chat.id);
    const [message] = await own.client.getMessages(peer, { limit: 1 });
    return message?.entities?.map(({ className, offset, length }) => [className, offset, length]);
  };
  const free = [
    ['MessageEntityPre', 5, 9],
    ['MessageEntityMentionName', 15, 4],
  ];
  assert.deepEqual(await kept(), free, 'custom emoji need Premium');
  own.me.premium = true;
  assert.deepEqual(await kept(), [['MessageEntityCustomEmoji', 0, 4], ...free]);
  own.me.premium = false;
});

test('the blanks at both ends of a text are gone, and its formatting moves with its words', async () => {
  const entities = [
    new Api.MessageEntityBold({ offset: 0, length: 8 }),
    new Api.MessageEntityCode({ offset: 0, length: 2 }),
    new Api.MessageEntityItalic({ offset: 9, length: 5 }),
  ];
  const answer = (await send(chat, ' \n hello you \t', { entities })) as Api.Updates;
  const update = answer.updates.find((each) => each instanceof Api.UpdateNewChannelMessage);
  const message = update?.message as Api.Message;
  assert.equal(message.message, 'hello you');
  assert.deepEqual(
    message.entities?.map(({ className, offset, length }) => [className, offset, length]),
    [
      ['MessageEntityBold', 0, 5],
      ['MessageEntityItalic', 6, 3],
    ],
  );
});

test('the right to write depends on broadcast channels, bans and kinds of content', async () => {
  const { world } = own.sandbox;
  const news = world.createChannel({ title: 'News', creator: friend.id, username: 'some_news' });
  await refused(send(news, 'x'), 'CHAT_ADMIN_REQUIRED');
  world.addMember(news, own.me.id, { admin: ['postMessages'] });
  await send(news, 'posted');
  assert.deepEqual([lastOf(news).from, lastOf(news).sender], [undefined, own.me.id]);
  const quiet = world.createChannel({
    title: 'Quiet',
    creator: friend.id,
    megagroup: true,
    username: 'quiet_group',
  });
  await refused(send(quiet, 'x'), 'CHAT_WRITE_FORBIDDEN');
  const member = world.addMember(quiet, own.me.id);
  await send(quiet, 'allowed');
  quiet.defaultBans.add('sendMessages');
  await refused(send(quiet, 'x'), 'CHAT_WRITE_FORBIDDEN');
  quiet.defaultBans.clear();
  member.bans.add('sendPlain');
  await refused(send(quiet, 'x'), 'CHAT_SEND_PLAIN_FORBIDDEN');
});

test("slow mode counts from the last message, and doesn't apply to admins", async () => {
  const { world } = own.sandbox;
  const slow = world.createChannel({
    title: 'Slow',
    creator: friend.id,
    megagroup: true,
    slowmodeSeconds: 30,
  });
  world.addMember(slow, own.me.id);
  await send(slow, 'one');
  await refused(send(slow, 'two'), 'SLOWMODE_WAIT_30');
  clock.forward(20_000);
  await refused(send(slow, 'two'), 'SLOWMODE_WAIT_10');
  clock.forward(10_000);
  await send(slow, 'two');
  world.addMember(slow, own.me.id).role = 'admin';
  await send(slow, 'three');
});

test("a reply needs an existing message, and keeps its quote and, in supergroups, the thread's root", async () => {
  const reply = (replyToMsgId: number, more = {}) => ({
    replyTo: new Api.InputReplyToMessage({ replyToMsgId, ...more }),
  });
  const root = idOf(await send(chat, 'root message'));
  const answer = idOf(await send(chat, 'answer', reply(root, { quoteText: 'root', quoteOffset: 0 })));
  assert.deepEqual(lastOf(chat).reply, {
    toId: root,
    topId: undefined,
    forumTopic: false,
    quote: { text: 'root', offset: 0 },
  });
  await send(chat, 'answer to the answer', reply(answer));
  assert.deepEqual([lastOf(chat).reply?.toId, lastOf(chat).reply?.topId], [answer, root]);
  await refused(send(chat, 'x', reply(99_999)), 'REPLY_MESSAGE_ID_INVALID');
  const story = new Api.InputReplyToStory({ peer: new Api.InputPeerSelf(), storyId: 1 });
  await refused(send(chat, 'x', { replyTo: story }), 'REPLY_TO_INVALID');
});

test('the report says who sent what to whom, once each, and how often each method was called', async () => {
  await send(friend, 'for the report');
  await send(chat, 'in the chat');
  const report = own.sandbox.report();
  const toFriend = report.sent.get(friend.id)?.filter(({ text }) => text === 'for the report');
  assert.deepEqual(
    toFriend?.map(({ from, kind }) => [from, kind]),
    [[own.me.id, 'text']],
  );
  assert.deepEqual(
    report.sent.get(own.me.id)?.map(({ text }) => text),
    ['note'],
  );
  assert.equal(report.sent.get(chat.id)?.at(-1)?.text, 'in the chat');
  assert.ok((report.weather.requests['messages.SendMessage'] ?? 0) > 10);
  assert.ok(report.connections.open >= 1 && report.connections.accepted >= report.connections.open);
});
