import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Api } from 'telegram';
import { fromLong, toLong } from '../../lib/sandbox/tl.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { bareId, type PeerId } from '../../lib/sandbox/world/peer-id.js';
import { inputPeer } from '../support/input-peer.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

type Args = Partial<ConstructorParameters<typeof Api.messages.ForwardMessages>[0]>;

let own: SignedIn;
let friend: Account;
let source: Chat;
let target: Chat;
let lastRandom = 1n;

before(async () => {
  own = await signedInClient({ seed: 'forward' });
  friend = own.sandbox.world.createUser({ firstName: 'Friend', lastName: 'Good' });
});
beforeEach(() => {
  const { world } = own.sandbox;
  source = world.createChannel({ title: 'Source', creator: friend.id, megagroup: true });
  world.addMember(source, own.me.id);
  target = world.createChannel({ title: 'Target', creator: own.me.id, megagroup: true });
});
after(() => own.close());

const nextRandom = () => toLong(lastRandom++);
const peerOf = (id: PeerId) => inputPeer(own.sandbox.world, own.me.id, id);

function forward(ids: readonly number[], args: Args = {}): Promise<Api.TypeUpdates> {
  // Directly to the sender, because the library's invoke repeats a call that was refused with a 500.
  const sent = own.client._sender?.send(
    new Api.messages.ForwardMessages({
      fromPeer: peerOf(source.id),
      toPeer: peerOf(target.id),
      id: [...ids],
      randomId: ids.map(nextRandom),
      ...args,
    }),
  );
  return Promise.resolve(sent as unknown as Promise<Api.TypeUpdates>);
}

async function forwarded(ids: readonly number[], args: Args = {}): Promise<Api.Message[]> {
  const { updates } = (await forward(ids, args)) as Api.Updates;
  return updates.flatMap((update) =>
    update instanceof Api.UpdateNewChannelMessage || update instanceof Api.UpdateNewMessage
      ? [update.message as Api.Message]
      : [],
  );
}

const post = (text: string, more = {}): Message =>
  own.sandbox.world.post({ chat: source.id, from: friend.id, text, ...more });

const said = (message: Api.Message | undefined) => {
  const { fwdFrom } = message ?? {};
  const from = fwdFrom?.fromId as { userId?: unknown; channelId?: unknown } | undefined;
  return [
    fwdFrom && String(from?.userId ?? from?.channelId ?? fwdFrom.fromName),
    fwdFrom?.date,
    fwdFrom?.channelPost ?? undefined,
    fwdFrom?.postAuthor ?? undefined,
  ];
};

test('a forward has a new date, and names its author and first date; replies and topics are not kept', async () => {
  const entities = [{ kind: 'bold', offset: 0, length: 3 } as const];
  const first = post('one', { date: 1_600_000_000, entities });
  const answer = post('two', { date: 1_600_000_060, replyTo: first.id });
  const [one, two] = await forwarded([first.id, answer.id], { silent: true });
  assert.deepEqual([one?.message, two?.message, one?.out, one?.silent], ['one', 'two', true, true]);
  assert.equal(one?.entities?.[0]?.className, 'MessageEntityBold');
  assert.deepEqual(said(one), [String(friend.id), 1_600_000_000, undefined, undefined]);
  assert.deepEqual(said(two), [String(friend.id), 1_600_000_060, undefined, undefined]);
  assert.ok((one?.date ?? 0) > 1_700_000_000);
  assert.equal(two?.replyTo, null);
});

test('a forward of a forward names the first author; a channel is named with its post and signature', async () => {
  const { world } = own.sandbox;
  const news = world.createChannel({ title: 'News', creator: own.me.id, signatures: true });
  const original = world.post({ chat: news.id, from: own.me.id, text: 'breaking', date: 1_600_000_000 });
  const [inSource] = await forwarded([original.id], { fromPeer: peerOf(news.id), toPeer: peerOf(target.id) });
  const expected = [String(bareId(news.id)), 1_600_000_000, original.id, 'Ann'];
  assert.deepEqual(said(inSource), expected);
  const [again] = await forwarded([inSource?.id ?? 0], { fromPeer: peerOf(target.id) });
  assert.deepEqual(said(again), expected);
  const [bare] = await forwarded([original.id], { fromPeer: peerOf(news.id), dropAuthor: true });
  assert.deepEqual([bare?.message, bare?.fwdFrom], ['breaking', null]);
});

test('a forward of an import or of an announcement stays one', async () => {
  const header = { date: 1_600_000_000, psaType: 'covid', imported: true };
  const imported = post('imported', { forward: { ...header, from: undefined, name: 'Zoë' } });
  const [copy] = await forwarded([imported.id]);
  assert.deepEqual(said(copy), ['Zoë', 1_600_000_000, undefined, undefined]);
  assert.deepEqual([copy?.fwdFrom?.imported, copy?.fwdFrom?.psaType], [true, 'covid']);
});

test('an author may be only named, and an anonymous admin is the group', async () => {
  friend.hidesForwards = true;
  const hidden = post('hidden');
  assert.equal(said((await forwarded([hidden.id]))[0])[0], 'Friend Good');
  friend.hidesForwards = false;
  source.members.get(friend.id)?.adminRights.add('anonymous');
  Object.assign(source.members.get(friend.id) ?? {}, { rank: 'Owner' });
  const [masked] = await forwarded([post('masked').id]);
  assert.deepEqual(said(masked).slice(0, 1), [String(bareId(source.id))]);
  assert.deepEqual(said(masked).slice(2), [undefined, 'Owner']);
});

test('Saved Messages remember where a message was forwarded from, and who had forwarded it there', async () => {
  const first = post('kept', { date: 1_600_000_000 });
  const [inTarget] = await forwarded([first.id]);
  const [saved] = await forwarded([inTarget?.id ?? 0], {
    fromPeer: peerOf(target.id),
    toPeer: new Api.InputPeerSelf(),
  });
  const header = saved?.fwdFrom;
  assert.equal(said(saved)[0], String(friend.id));
  assert.equal(
    String((header?.savedFromPeer as Api.PeerChannel | undefined)?.channelId),
    String(bareId(target.id)),
  );
  assert.deepEqual([header?.savedFromMsgId, header?.savedOut, saved?.out], [inTarget?.id, true, false]);
  assert.equal(String((header?.savedFromId as Api.PeerUser | undefined)?.userId), String(own.me.id));
  const { savedPeerId } = saved as Api.Message & { readonly savedPeerId?: Api.PeerChannel };
  assert.equal(String(savedPeerId?.channelId), String(bareId(target.id)));
});

test('an album stays one when its items are forwarded by one call, and only then', async () => {
  const { world, files } = own.sandbox;
  const groupedId = world.nextGroupedId();
  const items = [0, 1, 2].map((index) => {
    const { id: fileId } = files.add({ kind: 'photo', dcId: 1, width: 80, height: 60 });
    return post(`item ${index}`, { groupedId, media: { kind: 'photo', fileId, spoiler: false } });
  });
  const after = post('after');
  const ids = items.map(({ id }) => id);
  const together = await forwarded([...ids, after.id]);
  const groups = together.map((message) => message.groupedId?.toString());
  assert.ok(groups[0] && groups[0] !== String(groupedId));
  assert.deepEqual(groups, [groups[0], groups[0], groups[0], undefined]);
  const [alone] = await forwarded(ids.slice(0, 1), { dropAuthor: true, dropMediaCaptions: true });
  assert.deepEqual([alone?.groupedId, alone?.message], [null, '']);
  const photo = (message?: Api.Message) =>
    String((message?.media as Api.MessageMediaPhoto | undefined)?.photo?.id);
  assert.equal(photo(alone), photo(together[0]), 'no bytes move');
  const [text] = await forwarded([after.id], { dropAuthor: true, dropMediaCaptions: true });
  assert.equal(text?.message, 'after');
});

test('a forward goes into the topic that it names', async () => {
  const { world } = own.sandbox;
  const forum = world.createChannel({ title: 'Forum', creator: own.me.id, forum: true });
  const topic = world.createTopic(forum, { title: 'News' });
  const { id } = post('into a topic');
  const to = { toPeer: peerOf(forum.id) };
  const [inTopic] = await forwarded([id], { ...to, topMsgId: topic.id });
  assert.deepEqual(
    [inTopic?.replyTo?.className, (inTopic?.replyTo as Api.MessageReplyHeader | undefined)?.replyToMsgId],
    ['MessageReplyHeader', topic.id],
  );
  assert.equal((await forwarded([id], to))[0]?.replyTo, null);
  assert.equal((await forwarded([id], { ...to, topMsgId: 1 }))[0]?.replyTo, null);
  await refused(forward([id], { ...to, topMsgId: 9_999 }), 'TOPIC_ID_INVALID');
  await refused(forward([id], { topMsgId: id }), 'MSG_ID_INVALID');
  topic.deleted = true;
  await refused(forward([id], { ...to, topMsgId: topic.id }), 'TOPIC_DELETED');
});

test('a repeat sends nothing and gets the first answer; parts of one are refused', async () => {
  const ids = [post('a').id, post('b').id];
  const randomId = ids.map(nextRandom);
  const first = await forwarded(ids, { randomId });
  const count = target.box?.messages.length;
  const again = await forwarded(ids, { randomId });
  assert.deepEqual(
    again.map((message) => message.id),
    first.map((message) => message.id),
  );
  assert.equal(target.box?.messages.length, count);
  const more = [...randomId, nextRandom()];
  await refused(forward([...ids, post('c').id], { randomId: more }), 'RANDOM_ID_DUPLICATE');
  const twice = nextRandom();
  await refused(forward(ids, { randomId: [twice, twice] }), 'RANDOM_ID_DUPLICATE');
});

test('service messages and messages that are gone are left out; the others are forwarded', async () => {
  const first = post('first');
  const gone = post('gone');
  const note = post('', { action: { kind: 'chatEditTitle', title: 'New' } });
  const last = post('last');
  const messages = source.box?.messages;
  messages?.splice(messages.indexOf(gone), 1);
  const randomId = [1n, 2n, 3n, 4n].map((each) => toLong(each + 900_000n));
  const answer = (await forward([first.id, gone.id, note.id, last.id], { randomId })) as Api.Updates;
  const named = answer.updates.flatMap((update) =>
    update instanceof Api.UpdateMessageID ? [fromLong(update.randomId ?? toLong(0))] : [],
  );
  assert.deepEqual(named, [900_001n, 900_004n]);
  await refused(forward([gone.id]), 'MESSAGE_ID_INVALID');
  await refused(forward([note.id]), 'MESSAGE_ID_INVALID');
});

test('impossible calls, protected messages and targets that take none are refused', async () => {
  const { world } = own.sandbox;
  const { id } = post('one');
  const other = post('two').id;
  await refused(forward([]), 'MESSAGE_IDS_EMPTY');
  await refused(forward([id], { randomId: [] }), 'RANDOM_ID_INVALID');
  await refused(forward([id], { randomId: [toLong(0)] }), 'RANDOM_ID_EMPTY');
  await refused(forward([other, id]), 'MESSAGE_ID_INVALID');
  await refused(forward(Array.from({ length: 101 }, (_, index) => index + 1)), 'MESSAGE_ID_INVALID');
  const replyTo = new Api.InputReplyToMessage({ replyToMsgId: 1 });
  await refused(forward([id], { replyTo }), 'REPLY_TO_INVALID');
  await refused(forward([id, post('', { noforwards: true }).id]), 'CHAT_FORWARDS_RESTRICTED');
  source.noforwards = true;
  await refused(forward([id]), 'CHAT_FORWARDS_RESTRICTED');
  source.noforwards = false;
  const quiet = world.createChannel({ title: 'Quiet', creator: friend.id, megagroup: true });
  const member = world.addMember(quiet, own.me.id);
  member.bans.add('sendPlain');
  await refused(forward([id], { toPeer: peerOf(quiet.id) }), 'CHAT_SEND_PLAIN_FORBIDDEN');
  member.bans.clear();
  quiet.slowmodeSeconds = 30;
  await refused(forward([id, other], { toPeer: peerOf(quiet.id) }), 'SLOWMODE_MULTI_MSGS_DISABLED');
  await forward([id], { toPeer: peerOf(quiet.id) });
  await refused(forward([other], { toPeer: peerOf(quiet.id) }), 'SLOWMODE_WAIT_30');
});
