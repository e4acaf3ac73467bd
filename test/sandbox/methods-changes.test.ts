import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import { deleteMessages } from '../../lib/sandbox/world/changing.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import type { PeerId } from '../../lib/sandbox/world/peer-id.js';
import { inputPeer } from '../support/input-peer.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
let chat: Chat;

before(async () => {
  own = await signedInClient({ seed: 'changes' });
  friend = own.sandbox.world.createUser({ firstName: 'Friend' });
});
beforeEach(() => {
  const { world } = own.sandbox;
  chat = world.createChannel({ title: 'Theirs', creator: friend.id, megagroup: true });
  world.addMember(chat, own.me.id);
});
after(() => own.close());

const peerOf = (id: PeerId) => inputPeer(own.sandbox.world, own.me.id, id);
const post = (text: string, more = {}): Message =>
  own.sandbox.world.post({ chat: chat.id, from: own.me.id, text, ...more });
const ofChat = () => peerOf(chat.id) as never;

type Edit = Partial<ConstructorParameters<typeof Api.messages.EditMessage>[0]>;

async function edit(id: number, args: Edit): Promise<Api.Message> {
  const answer = await own.client.invoke(
    new Api.messages.EditMessage({ peer: peerOf(chat.id), id, ...args }),
  );
  const [update] = (answer as Api.Updates).updates;
  assert.ok(update instanceof Api.UpdateEditChannelMessage || update instanceof Api.UpdateEditMessage);
  assert.equal(update.ptsCount, 1);
  return update.message as Api.Message;
}

async function pin(id: number, args = {}): Promise<Api.TypeUpdate[]> {
  const request = new Api.messages.UpdatePinnedMessage({ peer: peerOf(chat.id), id, ...args });
  return ((await own.client.invoke(request)) as Api.Updates).updates;
}

async function find(args = {}): Promise<Api.Message[]> {
  const page = { offsetId: 0, addOffset: 0, limit: 20, maxId: 0, minId: 0, hash: toLong(0) };
  const filter = new Api.InputMessagesFilterEmpty();
  const request = { peer: peerOf(chat.id), q: '', filter, minDate: 0, maxDate: 0, ...page, ...args };
  const found = await own.client.invoke(new Api.messages.Search(request));
  assert.ok('messages' in found);
  return found.messages as Api.Message[];
}

test('an edit changes the text and says when; its place, date and replies stay', async () => {
  const { id, date } = post('before');
  const entities = [new Api.MessageEntityBold({ offset: 0, length: 5 })];
  const edited = await edit(id, { message: 'after', entities });
  assert.deepEqual([edited.id, edited.message, edited.date], [id, 'after', date]);
  assert.ok((edited.editDate ?? 0) >= date);
  assert.equal(edited.entities?.[0]?.className, 'MessageEntityBold');
  await refused(edit(id, { message: 'after', entities }), 'MESSAGE_NOT_MODIFIED');
  await edit(id, { message: 'after' });
  await refused(edit(id, { message: ' ' }), 'MESSAGE_EMPTY');
  await refused(edit(99_999, { message: 'x' }), 'MESSAGE_ID_INVALID');
});

test("messages of others, forwards and service messages can't be edited, and one's own for two days", async () => {
  const { world } = own.sandbox;
  const long = { date: world.nowSeconds() - 172_900 };
  await refused(edit(post('x', { from: friend.id }).id, { message: 'y' }), 'MESSAGE_AUTHOR_REQUIRED');
  const forward = { from: friend.id, date: 1 };
  await refused(edit(post('x', { forward }).id, { message: 'y' }), 'MESSAGE_AUTHOR_REQUIRED');
  const action = { kind: 'chatEditTitle', title: 'x' } as const;
  await refused(edit(post('', { action }).id, { message: 'y' }), 'MESSAGE_ID_INVALID');
  const old = post('old', long);
  await refused(edit(old.id, { message: 'y' }), 'MESSAGE_EDIT_TIME_EXPIRED');
  Object.assign(world.addMember(chat, own.me.id), { role: 'admin', adminRights: new Set(['pinMessages']) });
  assert.equal((await edit(old.id, { message: 'y' })).message, 'y');
  const note = world.post({ chat: own.me.id, from: own.me.id, text: 'note', ...long });
  await edit(note.id, { peer: new Api.InputPeerSelf(), message: 'edited' });
  assert.equal(own.me.box.messages.at(-1)?.text, 'edited');
});

test("posts of a channel are edited by whoever may edit others' posts", async () => {
  const { world } = own.sandbox;
  const news = world.createChannel({ title: 'News', creator: friend.id });
  const member = world.addMember(news, own.me.id, { admin: ['postMessages'] });
  const { id } = world.post({ chat: news.id, from: friend.id, text: 'theirs' });
  await refused(edit(id, { peer: peerOf(news.id), message: 'mine' }), 'MESSAGE_AUTHOR_REQUIRED');
  member.adminRights.add('editMessages');
  await edit(id, { peer: peerOf(news.id), message: 'mine' });
  assert.equal(news.box?.messages.at(-1)?.text, 'mine');
});

test("a file takes another file's place, but not a sticker's or a poll's, and albums stay of one kind", async () => {
  const { world, files } = own.sandbox;
  const photo = files.add({ kind: 'photo', dcId: 1, width: 80, height: 60 });
  const plain = { dcId: 1, size: 10, mimeType: 'text/plain' } as const;
  const file = files.add({ kind: 'document', ...plain, attributes: [] });
  const set = { kind: 'none' } as const;
  const sticker = files.add({
    kind: 'document',
    ...plain,
    attributes: [{ type: 'sticker', alt: '🙂', set }],
  });
  const named = ({ id, accessHash }: typeof file, origin = files.referenceFor(file, 'x')) => ({
    id: toLong(id),
    accessHash: toLong(accessHash),
    fileReference: origin,
  });
  const asFile = new Api.InputMediaDocument({ id: new Api.InputDocument(named(file)) });
  const picture = { kind: 'photo', fileId: photo.id, spoiler: false } as const;
  const { id } = post('caption', { media: picture });
  const edited = await edit(id, { media: asFile });
  assert.ok(edited.media instanceof Api.MessageMediaDocument);
  assert.equal(edited.message, 'caption');
  const item = post('', { media: picture, groupedId: world.nextGroupedId() });
  await refused(edit(item.id, { media: asFile }), 'MEDIA_GROUPED_INVALID');
  const stuck = post('', { media: { kind: 'document', fileId: sticker.id, spoiler: false } });
  await refused(edit(stuck.id, { media: asFile }), 'MEDIA_PREV_INVALID');
  const reference = files.referenceFor(sticker, 'x');
  const asSticker = new Api.InputMediaDocument({ id: new Api.InputDocument(named(sticker, reference)) });
  await refused(edit(id, { media: asSticker }), 'MEDIA_NEW_INVALID');
});

test('a poll is closed by an edit, once, however old it is', async () => {
  const plain = (text: string) => new Api.TextWithEntities({ text, entities: [] });
  const poll = new Api.Poll({
    id: toLong(0),
    question: plain('Well?'),
    answers: ['yes', 'no'].map((text) => new Api.InputPollAnswer({ text: plain(text) })),
    hash: toLong(0),
  });
  const media = new Api.InputMediaPoll({ poll });
  await own.client.invoke(
    new Api.messages.SendMedia({ peer: peerOf(chat.id), media, message: '', randomId: toLong(9n) }),
  );
  const message = chat.box?.messages.at(-1);
  Object.assign(message ?? {}, { date: 1_600_000_000 });
  const id = message?.id ?? 0;
  await refused(edit(id, { media }), 'MESSAGE_NOT_MODIFIED');
  await refused(edit(id, { message: 'x' }), 'MEDIA_PREV_INVALID');
  poll.closed = true;
  const edited = await edit(id, { media });
  assert.ok(edited.media instanceof Api.MessageMediaPoll);
  assert.equal(edited.media.poll.closed, true);
  await refused(edit(id, { media }), 'MESSAGE_NOT_MODIFIED');
});

test('a live place moves and stops as long as it is live, a checklist keeps what is done, at any time', async () => {
  const { world } = own.sandbox;
  const at = (lat: number) => new Api.InputGeoPoint({ lat, long: 2 });
  const live = (more: object) => ({ media: new Api.InputMediaGeoLive({ geoPoint: at(1), ...more }) });
  const place = { kind: 'geoLive', latitude: 0, longitude: 0, heading: 5 };
  const old = { date: world.nowSeconds() - 200_000 };
  const { id } = post('', { ...old, media: { ...place, period: 2 ** 31 - 1 } });
  const moved = (await edit(id, live({ heading: 90 }))).media as Api.MessageMediaGeoLive;
  assert.deepEqual([(moved.geo as Api.GeoPoint).lat, moved.heading, moved.period], [1, 90, 2 ** 31 - 1]);
  const stop = { geoPoint: new Api.InputGeoPointEmpty(), stopped: true };
  const stopped = (await edit(id, live(stop))).media as Api.MessageMediaGeoLive;
  assert.deepEqual([(stopped.geo as Api.GeoPoint).lat, stopped.period >= 200_000], [1, true]);
  await refused(edit(id, live({ heading: 1 })), 'MESSAGE_EDIT_TIME_EXPIRED');
  const other = post('', { media: { ...place, period: 900 } });
  await refused(
    edit(other.id, { media: new Api.InputMediaGeoPoint({ geoPoint: at(1) }) }),
    'MEDIA_PREV_INVALID',
  );
  const styled = (text: string) => ({ text, entities: [] });
  const tasks = [1, 2].map((task) => ({ id: task, ...styled(`${task}`) }));
  const done = new Map([1, 2].map((task) => [task, { by: own.me.id, at: 1 }]));
  const list = post('', { ...old, media: { kind: 'checklist', title: styled('List'), tasks, done } });
  const text = (words: string) => new Api.TextWithEntities(styled(words));
  const todo = (...ids: number[]) => {
    const items = ids.map((task) => new Api.TodoItem({ id: task, title: text(`new ${task}`) }));
    return {
      media: new Api.InputMediaTodo({ todo: new Api.TodoList({ title: text('List'), list: items }) }),
    };
  };
  await refused(edit(list.id, todo(2, 3)), 'PREMIUM_ACCOUNT_REQUIRED');
  own.me.premium = true;
  await refused(edit(list.id, todo()), 'TODO_ITEMS_EMPTY');
  await refused(edit(list.id, todo(1, 1)), 'TODO_ITEM_DUPLICATE');
  const { media } = await edit(list.id, todo(2, 3));
  own.me.premium = false;
  assert.ok(media instanceof Api.MessageMediaToDo);
  assert.deepEqual(
    [media.todo.list.map((item) => item.id), media.completions?.map((each) => each.id)],
    [[2, 3], [2]],
  );
});

test('a rich message is edited by another one, and is a plain one after an edit of its text', async () => {
  own.me.premium = true;
  const page = (words: string) =>
    new Api.InputRichMessage({
      blocks: [new Api.PageBlockParagraph({ text: new Api.TextPlain({ text: words }) })],
    });
  const paragraph = { _: 'PageBlockParagraph', text: { _: 'TextPlain', text: 'one' } };
  const { id } = post('', { rich: { blocks: [paragraph], photos: [], documents: [] } });
  const wordsOf = ({ richMessage }: Api.Message) => {
    const [block] = (richMessage as Api.RichMessage | undefined)?.blocks ?? [];
    return block instanceof Api.PageBlockParagraph ? (block.text as Api.TextPlain).text : undefined;
  };
  assert.equal(wordsOf(await edit(id, { richMessage: page('two') })), 'two');
  const flat = await edit(id, { message: 'three' });
  assert.deepEqual([wordsOf(flat), flat.message], [undefined, 'three']);
  own.me.premium = false;
  await refused(edit(id, { richMessage: page('four') }), 'RICH_MESSAGE_UNSUPPORTED');
});

test("in a private chat and a basic group an edit reaches everybody's copy, and a deletion can stay one's own", async () => {
  const { world } = own.sandbox;
  const group = world.createGroup({ title: 'Group', creator: friend.id, members: [own.me.id] });
  for (const to of [friend.id, group.id]) {
    const { id } = world.post({ chat: to, from: own.me.id, text: 'before' });
    await edit(id, { peer: peerOf(to), message: 'after' });
    assert.equal(friend.box.messages.at(-1)?.text, 'after');
    const before = own.me.box.pts;
    const gone = await own.client.invoke(new Api.messages.DeleteMessages({ id: [id, 9_999] }));
    assert.deepEqual([gone.pts, gone.ptsCount], [before + 1, 1]);
    assert.ok(!own.me.box.messages.some((message) => message.id === id));
    assert.equal(friend.box.messages.at(-1)?.text, 'after');
  }
  const theirs = world.post({ chat: group.id, from: friend.id, text: 'theirs' });
  const inMine = own.me.box.messages.find(({ uid }) => uid === theirs.uid)?.id ?? 0;
  const revoke = (id: number) =>
    own.client.invoke(new Api.messages.DeleteMessages({ id: [id], revoke: true }));
  await refused(revoke(inMine), 'MESSAGE_DELETE_FORBIDDEN');
  const mine = world.post({ chat: group.id, from: own.me.id, text: 'mine' });
  await revoke(mine.id);
  assert.ok(!friend.box.messages.some(({ uid }) => uid === mine.uid));
});

test("in a supergroup one deletes one's own messages, and others' with the right; the first note stays", async () => {
  const { world } = own.sandbox;
  const remove = (...id: number[]) =>
    own.client.invoke(new Api.channels.DeleteMessages({ channel: ofChat(), id }));
  const [mine, theirs] = [post('mine'), post('theirs', { from: friend.id })];
  await refused(remove(theirs.id), 'MESSAGE_DELETE_FORBIDDEN');
  const note = post('', { action: { kind: 'pinMessage' } });
  await refused(remove(note.id), 'MESSAGE_DELETE_FORBIDDEN');
  const before = chat.box?.pts ?? 0;
  const { pts, ptsCount } = await remove(mine.id, 77_777);
  assert.deepEqual([pts, ptsCount], [before + 1, 1]);
  assert.equal((await remove(mine.id)).ptsCount, 0);
  const rights = new Set(['deleteMessages']);
  Object.assign(world.addMember(chat, own.me.id), { role: 'admin', adminRights: rights });
  await refused(remove(1), 'MESSAGE_DELETE_FORBIDDEN');
  await remove(theirs.id, note.id);
  assert.deepEqual(
    chat.box?.messages.map(({ id }) => id),
    [1],
  );
});

test('a topic is deleted with its messages; its id is known as a deleted topic', async () => {
  const { world } = own.sandbox;
  const forum = world.createChannel({ title: 'Forum', creator: own.me.id, forum: true });
  const topic = world.createTopic(forum, { title: 'Gone' });
  world.post({ chat: forum.id, from: own.me.id, text: 'in it', topicId: topic.id });
  world.post({ chat: forum.id, from: own.me.id, text: 'in General' });
  const peer = peerOf(forum.id);
  const remove = (topMsgId: number) =>
    own.client.invoke(new Api.messages.DeleteTopicHistory({ peer, topMsgId }));
  await refused(remove(1), 'TOPIC_ID_INVALID');
  const { ptsCount, offset } = await remove(topic.id);
  assert.deepEqual([ptsCount, offset], [2, 0]);
  await refused(remove(topic.id), 'TOPIC_ID_INVALID');
  const { topics } = await own.client.invoke(
    new Api.messages.GetForumTopicsByID({ peer, topics: [topic.id] }),
  );
  assert.equal(topics[0]?.className, 'ForumTopicDeleted');
  assert.equal(forum.box?.messages.at(-1)?.text, 'in General');
});

test('a pin leaves a note that answers the message, and pins are found newest first', async () => {
  const { world } = own.sandbox;
  const [one, two] = [post('one'), post('two')];
  const [change, brought] = await pin(two.id);
  assert.ok(change instanceof Api.UpdatePinnedChannelMessages);
  assert.deepEqual([change.pinned, change.messages], [true, [two.id]]);
  const note = (brought as Api.UpdateNewChannelMessage).message as Api.MessageService;
  assert.ok(note.action instanceof Api.MessageActionPinMessage);
  assert.equal((note.replyTo as Api.MessageReplyHeader).replyToMsgId, two.id);
  await pin(one.id, { silent: true });
  const pinned = { filter: new Api.InputMessagesFilterPinned() };
  assert.deepEqual(
    (await find(pinned)).map((message) => [message.id, message.pinned]),
    [
      [two.id, true],
      [one.id, true],
    ],
  );
  await refused(pin(one.id), 'CHAT_NOT_MODIFIED');
  await refused(pin(note.id), 'MESSAGE_ID_INVALID');
  assert.equal((await pin(two.id, { unpin: true })).length, 1);
  const { ptsCount } = await own.client.invoke(new Api.messages.UnpinAllMessages({ peer: peerOf(chat.id) }));
  assert.deepEqual([ptsCount, (await find(pinned)).length], [1, 0]);
  chat.defaultBans.add('pinMessages');
  await refused(pin(one.id), 'CHAT_ADMIN_REQUIRED');
  const news = world.createChannel({ title: 'News', creator: own.me.id });
  const { id } = world.post({ chat: news.id, from: own.me.id, text: 'post' });
  assert.equal((await pin(id, { peer: peerOf(news.id), silent: true })).length, 1, 'silently: no note');
});

test("a pin in a private chat is everybody's, unless it is for one side", async () => {
  const { world } = own.sandbox;
  const first = world.post({ chat: friend.id, from: own.me.id, text: 'first' });
  const peer = peerOf(friend.id);
  const theirs = () => friend.box.messages.find(({ uid }) => uid === first.uid)?.pinned ?? false;
  assert.equal((await pin(first.id, { peer, pmOneside: true })).length, 1);
  assert.equal(theirs(), false);
  await pin(first.id, { peer, unpin: true });
  const [change] = await pin(first.id, { peer });
  assert.ok(change instanceof Api.UpdatePinnedMessages);
  assert.equal(theirs(), true);
});

test('messages are found by their words, sender, topic, date and kind', async () => {
  const { files } = own.sandbox;
  const { id: fileId } = files.add({ kind: 'photo', dcId: 1, width: 80, height: 60 });
  const media = { kind: 'photo', fileId, spoiler: false } as const;
  const old = post('An Old picture', { date: 1_600_000_000, media });
  const link = post('see example.org', {
    from: friend.id,
    entities: [{ kind: 'url', offset: 4, length: 11 }],
  });
  const ids = async (args: object) => (await find(args)).map((message) => message.id);
  assert.deepEqual(await ids({ q: 'old' }), [old.id]);
  assert.deepEqual(await ids({ q: 'e' }), [link.id, old.id]);
  assert.deepEqual(await ids({ q: 'e', maxDate: 1_600_000_001 }), [old.id]);
  assert.deepEqual(await ids({ q: 'e', minDate: 1_600_000_000 }), [link.id]);
  assert.deepEqual(await ids({ q: 'e', fromId: peerOf(friend.id) }), [link.id]);
  assert.deepEqual(await ids({ filter: new Api.InputMessagesFilterPhotos() }), [old.id]);
  assert.deepEqual(await ids({ filter: new Api.InputMessagesFilterUrl() }), [link.id]);
  assert.deepEqual(await ids({ q: 'e', limit: 1, offsetId: link.id }), [old.id]);
  await refused(find(), 'SEARCH_QUERY_EMPTY');
});

test('edits, deletions and pins are pushed to the others, and in the difference of whoever was away', async () => {
  const { world } = own.sandbox;
  const [edited, gone, pinned] = [post('edited'), post('gone'), post('pinned')];
  const since = chat.box?.pts ?? 0;
  await edit(edited.id, { message: 'new text' });
  await pin(pinned.id);
  await own.client.invoke(new Api.channels.DeleteMessages({ channel: ofChat(), id: [gone.id] }));
  const filter = new Api.ChannelMessagesFilterEmpty();
  const missed = await own.client.invoke(
    new Api.updates.GetChannelDifference({ channel: ofChat(), filter, pts: since, limit: 100 }),
  );
  assert.ok(missed instanceof Api.updates.ChannelDifference);
  assert.deepEqual(
    missed.otherUpdates.map(({ className }) => className),
    ['UpdateEditChannelMessage', 'UpdatePinnedChannelMessages', 'UpdateDeleteChannelMessages'],
  );
  assert.deepEqual([missed.newMessages.length, missed.pts], [1, since + 4]);
  const told = new Promise<Api.UpdateDeleteChannelMessages>((resolve) => {
    own.client.addEventHandler((update: unknown) => {
      if (update instanceof Api.UpdateDeleteChannelMessages) resolve(update);
    });
  });
  world.announce(deleteMessages(world, [pinned], {}));
  assert.deepEqual((await told).messages, [pinned.id]);
  const { pts } = own.me.box;
  const note = world.post({ chat: friend.id, from: own.me.id, text: 'note' });
  await edit(note.id, { peer: peerOf(friend.id), message: 'edited note' });
  const mine = await own.client.invoke(new Api.updates.GetDifference({ pts, date: 1, qts: 0 }));
  assert.ok('otherUpdates' in mine);
  assert.ok(mine.otherUpdates.some((update) => update instanceof Api.UpdateEditMessage));
});
