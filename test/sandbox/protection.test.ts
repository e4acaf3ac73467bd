import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;
let lastId = 900n;

before(async () => {
  own = await openSender('protection');
});
after(() => own.close());

const toggle = (peer: number, enabled: boolean, requestMsgId?: number) =>
  own.client.invoke(
    new Api.messages.ToggleNoForwards({
      peer: own.peerOf(peer),
      enabled,
      ...(requestMsgId === undefined ? {} : { requestMsgId }),
    }),
  );

const forward = (from: number, id: number) =>
  own.client.invoke(
    new Api.messages.ForwardMessages({
      fromPeer: own.peerOf(from),
      toPeer: new Api.InputPeerSelf(),
      id: [id],
      randomId: [toLong(lastId++)],
    }),
  );

async function read(peer: number, id: number): Promise<Api.Message> {
  const page = { limit: 1, addOffset: -1, offsetId: id, offsetDate: 0, maxId: 0, minId: 0, hash: toLong(0) };
  const found = await own.client.invoke(new Api.messages.GetHistory({ peer: own.peerOf(peer), ...page }));
  assert.ok('messages' in found);
  const [message] = found.messages;
  assert.equal(message?.id, id);
  return message as Api.Message;
}

/** The photo of a message as somebody sends it who has read the message. */
function photoOf(message: Api.Message): Api.InputMediaPhoto {
  const { id, accessHash, fileReference } = (message.media as Api.MessageMediaPhoto).photo as Api.Photo;
  return new Api.InputMediaPhoto({ id: new Api.InputPhoto({ id, accessHash, fileReference }) });
}

test('the owner of a group or channel protects it; then nothing of it is forwarded, and no file of it sent elsewhere', async () => {
  const { world } = own.sandbox;
  const sent = await own.send(new Api.InputMediaPhoto({ id: own.photo('a') }), own.channel.id);
  const media = photoOf(await read(own.channel.id, sent.id));
  await own.send(media);
  await toggle(own.channel.id, true);
  await refused(toggle(own.channel.id, true), 'CHAT_NOT_MODIFIED');
  await refused(forward(own.channel.id, sent.id), 'CHAT_FORWARDS_RESTRICTED');
  await refused(own.send(media), 'CHAT_FORWARDS_RESTRICTED');
  assert.ok(await own.send(media, own.channel.id), 'in the chat itself it may be used again');
  await toggle(own.channel.id, false);
  await own.send(media);
  await forward(own.channel.id, sent.id);
  const theirs = world.createChannel({ title: 'Theirs', creator: own.friend.id, megagroup: true });
  world.addMember(theirs, own.me.id, { admin: true });
  await refused(toggle(theirs.id, true), 'CHAT_ADMIN_REQUIRED');
  const group = world.createGroup({ title: 'Group', creator: own.me.id, members: [own.friend.id] });
  const { id } = world.post({ chat: group.id, from: own.me.id, text: 'x' });
  await toggle(group.id, true);
  await refused(forward(group.id, id), 'CHAT_FORWARDS_RESTRICTED');
});

test('in a private chat each side protects for itself, with Premium, and asks the other one to stop', async () => {
  const { world } = own.sandbox;
  const { friend, me } = own;
  const { id } = world.post({ chat: friend.id, from: me.id, text: 'x' });
  await refused(toggle(me.id, true), 'PEER_ID_INVALID');
  await refused(toggle(friend.id, false), 'CHAT_NOT_MODIFIED');
  await refused(toggle(friend.id, true), 'PREMIUM_ACCOUNT_REQUIRED');
  await own.premium(() => toggle(friend.id, true));
  await refused(forward(friend.id, id), 'CHAT_FORWARDS_RESTRICTED');
  const full = async () => {
    const request = new Api.users.GetFullUser({ id: own.peerOf(friend.id) as never });
    const { fullUser } = await own.client.invoke(request);
    return [fullUser.noforwardsMyEnabled ?? false, fullUser.noforwardsPeerEnabled ?? false];
  };
  assert.deepEqual(await full(), [true, false]);
  await toggle(friend.id, false);
  await forward(friend.id, id);
  friend.protects = new Set([me.id]);
  assert.deepEqual(await full(), [false, true]);
  await refused(forward(friend.id, id), 'CHAT_FORWARDS_RESTRICTED');
  await toggle(friend.id, false);
  const asked = me.box.messages.at(-1);
  const nameOf = (message: Message | undefined) =>
    message?.action?.kind === 'shown' ? message.action.data._ : undefined;
  assert.equal(nameOf(asked), 'MessageActionNoForwardsRequest');
  await refused(forward(friend.id, id), 'CHAT_FORWARDS_RESTRICTED');
  assert.equal(friend.protects.has(me.id), true, 'asking changes nothing by itself');
});

test('a request of the other side is granted or refused once', async () => {
  const { world } = own.sandbox;
  const { friend, me } = own;
  friend.protects = new Set();
  await own.premium(() => toggle(friend.id, true));
  const request = (): number => {
    const data = { _: 'MessageActionNoForwardsRequest', prevValue: true, newValue: false };
    const { uid } = world.post({ chat: me.id, from: friend.id, action: { kind: 'shown', data } });
    return me.box.messages.find((message) => message.uid === uid)?.id ?? 0;
  };
  const first = request();
  await toggle(friend.id, true, first);
  assert.equal(me.protects?.has(friend.id), true);
  await refused(toggle(friend.id, false, first), 'REQUEST_MSG_EXPIRED');
  await toggle(friend.id, false, request());
  assert.equal(me.protects?.has(friend.id), false);
  const { id } = world.post({ chat: me.id, from: friend.id, text: 'x' });
  const mine = me.box.messages.find((message) => message.text === 'x' && message.sender === friend.id);
  assert.ok(id);
  await refused(toggle(friend.id, false, mine?.id), 'MESSAGE_ID_INVALID');
});
