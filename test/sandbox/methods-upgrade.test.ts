import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { fromLong, toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { bareId, channelPeer } from '../../lib/sandbox/world/peer-id.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
let group: Chat;
let channel: Chat;
let old: number;

before(async () => {
  own = await signedInClient({ seed: 'upgrade' });
  const { world } = own.sandbox;
  friend = world.createUser({ firstName: 'Friend' });
  // The two boxes count differently.
  for (let index = 0; index < 5; index += 1)
    world.post({ chat: friend.id, from: own.me.id, text: 'private' });
  world.createGroup({ title: 'Another', creator: friend.id });
  group = world.createGroup({ title: 'Small', creator: own.me.id, members: [friend.id] });
  old = world.post({ chat: group.id, from: own.me.id, text: 'before' }).id;
});
after(() => own.close());

const basic = (chat: Chat) => new Api.InputPeerChat({ chatId: toLong(bareId(chat.id)) });
const inputChannel = (chat: Chat) =>
  new Api.InputChannel({
    channelId: toLong(bareId(chat.id)),
    accessHash: toLong(own.sandbox.world.accessHash(own.me.id, chat.id)),
  });
const inputPeer = (chat: Chat) => new Api.InputPeerChannel(inputChannel(chat));
const send = (peer: Api.TypeInputPeer, replyTo?: Api.InputReplyToMessage) =>
  own.client.invoke(
    new Api.messages.SendMessage({
      peer,
      message: 'text',
      randomId: toLong(randomBytes(8).readBigInt64LE()),
      ...(replyTo ? { replyTo } : {}),
    }),
  );

test('only its creator can turn a basic group into a supergroup, with the same members', async () => {
  const { world } = own.sandbox;
  const theirs = world.createGroup({ title: 'Theirs', creator: friend.id, members: [own.me.id] });
  const migrate = (chat: Chat) =>
    own.client.invoke(new Api.messages.MigrateChat({ chatId: toLong(bareId(chat.id)) }));
  await refused(migrate(theirs), 'CHAT_ADMIN_REQUIRED');
  const answer = await migrate(group);
  assert.ok(answer instanceof Api.Updates);
  const moved = answer.chats.find((chat) => chat instanceof Api.Chat);
  assert.ok(moved instanceof Api.Chat && moved.migratedTo instanceof Api.InputChannel);
  assert.equal(moved.deactivated, true);
  channel = world.chat(channelPeer(Number(fromLong(moved.migratedTo.channelId)))) as Chat;
  assert.deepEqual([channel.kind, channel.title], ['supergroup', 'Small']);
  assert.deepEqual([...channel.members.keys()], [own.me.id, friend.id]);
  await refused(migrate(group), 'PEER_ID_INVALID');
});

test('the service messages name each other, the second with id 1', async () => {
  const actions = async (peer: Api.TypeInputPeer) => {
    const page = await own.client.invoke(new Api.messages.GetHistory({ peer, limit: 1 }));
    const [message] = 'messages' in page ? page.messages : [];
    assert.ok(message instanceof Api.MessageService);
    return { id: message.id, action: message.action, page };
  };
  const to = await actions(basic(group));
  assert.ok(to.action instanceof Api.MessageActionChatMigrateTo);
  assert.equal(Number(to.action.channelId), bareId(channel.id));
  const from = await actions(inputPeer(channel));
  assert.ok(from.action instanceof Api.MessageActionChannelMigrateFrom);
  assert.deepEqual([from.id, from.action.title, Number(from.action.chatId)], [1, 'Small', bareId(group.id)]);
  for (const { page } of [to, from]) {
    const named = 'chats' in page ? page.chats.map(({ className }) => className).sort() : [];
    assert.deepEqual(named, ['Channel', 'Chat']);
  }
});

test('channelFull names the group and its newest message for its former members', async () => {
  const { fullChat } = await own.client.invoke(
    new Api.channels.GetFullChannel({ channel: inputChannel(channel) }),
  );
  assert.ok(fullChat instanceof Api.ChannelFull);
  assert.equal(Number(fullChat.migratedFromChatId), bareId(group.id));
  assert.equal(fullChat.migratedFromMaxId, own.me.box.lastId);
  const { world } = own.sandbox;
  const before = world.createGroup({ title: 'Before me', creator: friend.id });
  const joined = world.upgradeGroup(before);
  world.addMember(joined, own.me.id);
  const full = await own.client.invoke(new Api.channels.GetFullChannel({ channel: inputChannel(joined) }));
  assert.ok(full.fullChat instanceof Api.ChannelFull && !full.fullChat.migratedFromChatId);
});

test('the old history can be read, but accepts no more messages', async () => {
  const page = await own.client.invoke(new Api.messages.GetHistory({ peer: basic(group), limit: 10 }));
  assert.ok('messages' in page && page.messages.some(({ id }) => id === old));
  await refused(send(basic(group)), 'PEER_ID_INVALID');
  assert.ok(await send(inputPeer(channel)));
  const dialogs = await own.client.invoke(
    new Api.messages.GetDialogs({ offsetPeer: new Api.InputPeerEmpty(), limit: 100 }),
  );
  assert.ok('dialogs' in dialogs);
  const peers = dialogs.dialogs.map((dialog) =>
    'peer' in dialog && 'chatId' in dialog.peer ? Number(dialog.peer.chatId) : 0,
  );
  assert.ok(peers.includes(bareId(group.id)));
});

test('an old message is answered in the supergroup by its chat and id, and each member sees its own id for it', async () => {
  const { world } = own.sandbox;
  const replyTo = new Api.InputReplyToMessage({ replyToMsgId: old, replyToPeerId: basic(group) });
  await send(inputPeer(channel), replyTo);
  const page = await own.client.invoke(new Api.messages.GetHistory({ peer: inputPeer(channel), limit: 1 }));
  const [message] = 'messages' in page ? page.messages : [];
  assert.ok(message instanceof Api.Message && message.replyTo instanceof Api.MessageReplyHeader);
  const { replyToMsgId, replyToPeerId, replyFrom } = message.replyTo;
  assert.ok(replyToPeerId instanceof Api.PeerChat && replyFrom);
  assert.deepEqual([replyToMsgId, Number(replyToPeerId.chatId)], [old, bareId(group.id)]);
  const theirs = world.messagesWith(friend.id, group.id).find(({ text }) => text === 'before')?.id;
  assert.notEqual(theirs, old);
  const unknown = new Api.InputReplyToMessage({ replyToMsgId: 1, replyToPeerId: basic(group) });
  await refused(send(inputPeer(channel), unknown), 'REPLY_MESSAGE_ID_INVALID');
});
