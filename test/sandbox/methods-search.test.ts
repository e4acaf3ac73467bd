import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import type { DocumentAttribute } from '../../lib/sandbox/files/stored-file.js';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { PeerId } from '../../lib/sandbox/world/peer-id.js';
import type { PostOptions } from '../../lib/sandbox/world/sending.js';
import { openSender, type Sender } from '../support/sender.js';
import { refused } from '../support/signed-in-client.js';

let own: Sender;

before(async () => {
  own = await openSender('search');
  own.me.username = 'searcher';
});
after(() => own.close());

type Asked = Partial<ConstructorParameters<typeof Api.messages.Search>[0]>;

async function search(asked: Asked = {}) {
  const page = { offsetId: 0, addOffset: 0, limit: 20, maxId: 0, minId: 0, hash: toLong(0) };
  const filter = new Api.InputMessagesFilterEmpty();
  const request = { peer: own.peerOf(own.chat.id), q: '', filter, minDate: 0, maxDate: 0, ...page, ...asked };
  const found = await own.client.invoke(new Api.messages.Search(request));
  assert.ok('messages' in found);
  return found;
}

const ids = async (asked: Asked) => (await search(asked)).messages.map(({ id }) => id);
const idsOf = (...messages: readonly Message[]) => messages.map(({ id }) => id).reverse();
const post = (more: Partial<PostOptions> = {}) =>
  own.sandbox.world.post({ chat: own.chat.id, from: own.friend.id, ...more });

function file(...attributes: DocumentAttribute[]) {
  const facts = { size: 1000, mimeType: 'application/octet-stream', attributes };
  const { id: fileId } = own.sandbox.files.add({ kind: 'document', dcId: 1, ...facts });
  return { media: { kind: 'document', fileId, spoiler: false } as const };
}

test('each filter finds its own kinds of messages', async () => {
  const { files } = own.sandbox;
  const video = { type: 'video', duration: 1, width: 1, height: 1 } as const;
  const audio = { type: 'audio', duration: 1 } as const;
  const { id: fileId } = files.add({ kind: 'photo', dcId: 1, width: 80, height: 60 });
  const posts = {
    photo: post({ media: { kind: 'photo', fileId, spoiler: false } }),
    video: post(file(video)),
    round: post(file({ ...video, roundMessage: true })),
    gif: post(file(video, { type: 'animated' })),
    voice: post(file({ ...audio, voice: true })),
    music: post(file({ ...audio, title: 'Ode', performer: 'Choir' })),
    document: post(file({ type: 'filename', name: 'notes of May.txt' })),
    sticker: post(file({ type: 'sticker', alt: '🙂', set: { kind: 'none' } })),
    geo: post({ media: { kind: 'geo', lat: 1, long: 2 } as never }),
    contact: post({
      media: { kind: 'contact', phone: '1', firstName: 'A', lastName: '', vcard: '', userId: 0 } as never,
    }),
    link: post({ text: 'see example.org' }),
    mention: post({ text: 'ask @Searcher' }),
    answer: post({ text: 'yes', replyTo: post({ from: own.me.id, text: 'well?' }).id }),
    newPhoto: post({ action: { kind: 'chatEditPhoto', photo: fileId } }),
    call: post({
      action: {
        kind: 'shown',
        data: { _: 'MessageActionPhoneCall', callId: 1n, reason: { _: 'PhoneCallDiscardReasonMissed' } },
      },
    }),
  };
  posts.link.pinned = true;
  const expected: readonly (readonly [Api.TypeMessagesFilter, ...(keyof typeof posts)[]])[] = [
    [new Api.InputMessagesFilterPhotos(), 'photo'],
    [new Api.InputMessagesFilterVideo(), 'video'],
    [new Api.InputMessagesFilterPhotoVideo(), 'photo', 'video'],
    [new Api.InputMessagesFilterDocument(), 'document'],
    [new Api.InputMessagesFilterUrl(), 'link'],
    [new Api.InputMessagesFilterGif(), 'gif'],
    [new Api.InputMessagesFilterVoice(), 'voice'],
    [new Api.InputMessagesFilterMusic(), 'music'],
    [new Api.InputMessagesFilterRoundVideo(), 'round'],
    [new Api.InputMessagesFilterRoundVoice(), 'round', 'voice'],
    [new Api.InputMessagesFilterGeo(), 'geo'],
    [new Api.InputMessagesFilterContacts(), 'contact'],
    [new Api.InputMessagesFilterPinned(), 'link'],
    [new Api.InputMessagesFilterMyMentions(), 'mention', 'answer'],
    [new Api.InputMessagesFilterChatPhotos(), 'newPhoto'],
    [new Api.InputMessagesFilterPhoneCalls({}), 'call'],
    [new Api.InputMessagesFilterPhoneCalls({ missed: true }), 'call'],
  ];
  for (const [filter, ...names] of expected) {
    assert.deepEqual(await ids({ filter }), idsOf(...names.map((name) => posts[name])), filter.className);
  }
  const music = new Api.InputMessagesFilterMusic();
  assert.deepEqual(await ids({ filter: music, q: 'choir ode' }), idsOf(posts.music), 'title and performer');
  assert.deepEqual(await ids({ q: 'may NOTES' }), idsOf(posts.document), 'the name of a file');
});

test('dates exclude their own second; a sender, a thread and a topic narrow what is found', async () => {
  const { world } = own.sandbox;
  const day = 1_500_000_000;
  const [one, two, three] = [0, 1, 2].map((n) => post({ text: `dated ${n}`, date: day + n })) as [
    Message,
    Message,
    Message,
  ];
  assert.deepEqual(await ids({ q: 'dated', minDate: day, maxDate: day + 2 }), [two.id]);
  const answer = post({ text: 'dated answer', from: own.me.id, replyTo: one.id, date: day });
  const from = (id: PeerId) => ({ q: 'dated', fromId: own.peerOf(id) });
  assert.deepEqual(await ids(from(own.me.id)), [answer.id]);
  assert.deepEqual(await ids({ ...from(own.friend.id), maxDate: day + 2 }), idsOf(one, two));
  assert.deepEqual(await ids({ topMsgId: one.id }), [answer.id]);
  assert.deepEqual((await ids(from(own.friend.id)))[0], three.id);
  const forum = world.createChannel({ title: 'Forum', creator: own.me.id, forum: true });
  const topic = world.createTopic(forum, { title: 'Topic' });
  const inTopic = world.post({ chat: forum.id, from: own.me.id, text: 'dated', topicId: topic.id });
  world.post({ chat: forum.id, from: own.me.id, text: 'dated in General' });
  const peer = own.peerOf(forum.id);
  assert.deepEqual(await ids({ peer, q: 'dated', topMsgId: topic.id }), [inTopic.id]);
  await refused(search({ topMsgId: 99_999 }), 'MSG_ID_INVALID');
  await refused(search({ peer: own.peerOf(own.friend.id), q: 'x', topMsgId: 1 }), 'MSG_ID_INVALID');
  const nobody = new Api.InputPeerUser({ userId: toLong(1), accessHash: toLong(1) });
  await refused(search({ q: 'x', fromId: nobody }), 'FROM_PEER_INVALID');
  const gone = world.createUser({ firstName: 'Gone' });
  gone.deleted = true;
  await refused(search({ q: 'x', fromId: own.peerOf(gone.id) }), 'INPUT_USER_DEACTIVATED');
  await refused(search({ q: ' ' }), 'SEARCH_QUERY_EMPTY');
  await refused(search({ minDate: 1 }), 'SEARCH_QUERY_EMPTY');
});

test('what is found is paged and counted as a history is', async () => {
  const posted = Array.from({ length: 7 }, (_, n) => post({ text: n % 2 ? 'odd' : `paged ${n}` }));
  const all = posted.filter(({ text }) => text.startsWith('paged')).map(({ id }) => id);
  const [first = 0, second = 0, third = 0, fourth = 0] = all;
  const q = 'paged';
  const found = (await search({ q, limit: 2 })) as Api.messages.ChannelMessages;
  assert.deepEqual([found.count, found.offsetIdOffset], [4, 0]);
  assert.deepEqual(
    found.messages.map(({ id }) => id),
    [fourth, third],
  );
  const next = (await search({ q, limit: 2, offsetId: third })) as Api.messages.ChannelMessages;
  assert.deepEqual(
    [next.count, next.offsetIdOffset, ...next.messages.map(({ id }) => id)],
    [4, 2, second, first],
  );
  assert.deepEqual(await ids({ q, offsetId: third, addOffset: -2, limit: 3 }), [fourth, third, second]);
  assert.deepEqual(await ids({ q, maxId: fourth, minId: first }), [third, second]);
});

test('Saved Messages are searched by the chat they come from and by their tags', async () => {
  const { world } = own.sandbox;
  const save = (text: string, more: Partial<PostOptions> = {}) =>
    world.post({ chat: own.me.id, from: own.me.id, text, ...more });
  const mine = save('kept by myself');
  const saved = { peer: own.friend.id, id: 1, out: false };
  const theirs = save('kept of a friend', { forward: { from: own.friend.id, date: 1, saved } });
  const peer = new Api.InputPeerSelf();
  const reaction = [new Api.ReactionEmoji({ emoticon: '👍' })];
  await own.client.invoke(new Api.messages.SendReaction({ peer, msgId: mine.id, reaction }));
  const of = (id: PeerId) => ({ peer, q: 'kept', savedPeerId: own.peerOf(id) });
  assert.deepEqual(await ids({ peer, q: 'kept' }), idsOf(mine, theirs));
  assert.deepEqual(await ids(of(own.friend.id)), [theirs.id]);
  assert.deepEqual(await ids(of(own.me.id)), [mine.id]);
  const tagged = (emoticon: string) => ({ peer, savedReaction: [new Api.ReactionEmoji({ emoticon })] });
  assert.deepEqual(await ids(tagged('👍')), [mine.id]);
  assert.deepEqual(await ids(tagged('👎')), []);
  await refused(search({ q: 'x', savedPeerId: own.peerOf(own.friend.id) }), 'PEER_ID_NOT_SUPPORTED');
});

test('without a chat, private chats and basic groups are searched', async () => {
  const { world } = own.sandbox;
  const group = world.createGroup({ title: 'Group', creator: own.me.id, members: [own.friend.id] });
  const [inGroup, inPrivate] = [group.id, own.friend.id].map((chat) =>
    world.post({ chat, from: own.me.id, text: 'everywhere' }),
  ) as [Message, Message];
  post({ text: 'everywhere, but in a channel' });
  const peer = new Api.InputPeerEmpty();
  assert.deepEqual(await ids({ peer, q: 'everywhere' }), idsOf(inGroup, inPrivate));
});
