import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { toLong } from '../../lib/sandbox/tl.js';
import type { Account, Chat } from '../../lib/sandbox/world/model.js';
import { inputPeer } from '../support/input-peer.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let friend: Account;
let forum: Chat;
let peer: Api.TypeInputPeer;
let lastRandom = 1n;

before(async () => {
  own = await signedInClient({ seed: 'forum' });
  const { world } = own.sandbox;
  friend = world.createUser({ firstName: 'Friend' });
  forum = world.createChannel({ title: 'Forum', creator: own.me.id, forum: true });
  peer = inputPeer(world, own.me.id, forum.id);
});
after(() => own.close());

const nextRandom = () => toLong(lastRandom++);

async function create(title: string, args = {}): Promise<number> {
  const answer = await own.client.invoke(
    new Api.messages.CreateForumTopic({ peer, title, randomId: nextRandom(), ...args }),
  );
  const [named, brought] = (answer as Api.Updates).updates;
  assert.ok(named instanceof Api.UpdateMessageID && brought instanceof Api.UpdateNewChannelMessage);
  const root = brought.message as Api.MessageService;
  assert.ok(root.action instanceof Api.MessageActionTopicCreate);
  assert.equal(root.action.title, title.slice(0, 128));
  assert.equal(root.id, named.id);
  return root.id;
}

async function say(
  message: string,
  replyTo?: { replyToMsgId: number; topMsgId?: number; replyToPeerId?: Api.TypeInputPeer },
): Promise<Api.Message> {
  const answer = await own.client.invoke(
    new Api.messages.SendMessage({
      peer,
      message,
      randomId: nextRandom(),
      ...(replyTo ? { replyTo: new Api.InputReplyToMessage(replyTo) } : {}),
    }),
  );
  const brought = (answer as Api.Updates).updates.find(
    (update) => update instanceof Api.UpdateNewChannelMessage,
  );
  return brought?.message as Api.Message;
}

async function topics(args = {}): Promise<Api.messages.ForumTopics> {
  const none = { offsetDate: 0, offsetId: 0, offsetTopic: 0, limit: 100 };
  return own.client.invoke(new Api.messages.GetForumTopics({ peer, ...none, ...args }));
}

const header = ({ replyTo }: Api.Message) =>
  replyTo && [replyTo.forumTopic, replyTo.replyToMsgId, replyTo.replyToTopId];

test('a topic is rooted at its service message; its id is the topic’s', async () => {
  const id = await create('Birds', { iconColor: 0xffd67e, iconEmojiId: toLong(5_000_000_000_000n) });
  const found = (await topics({ q: 'bird' })).topics[0] as Api.ForumTopic;
  assert.deepEqual([found.id, found.title, found.iconColor, found.my], [id, 'Birds', 0xffd67e, true]);
  assert.equal(found.iconEmojiId?.toString(), '5000000000000');
  assert.equal(found.topMessage, id);
});

test('creating the same topic again with its random_id creates no second one', async () => {
  const randomId = toLong(555_555n);
  const id = await create('Once', { randomId });
  assert.equal(await create('Once', { randomId }), id);
  assert.equal((await topics({ q: 'once' })).count, 1);
});

test('messages in topics carry the header that clients filter by', async () => {
  const topic = await create('Headers');
  const direct = await say('direct', { replyToMsgId: topic });
  assert.deepEqual(header(direct), [true, topic, null]);
  const named = await say('named', { replyToMsgId: topic, topMsgId: topic });
  assert.deepEqual(header(named), [true, topic, null]);
  const answer = await say('answer', { replyToMsgId: direct.id, topMsgId: topic });
  assert.deepEqual(header(answer), [true, direct.id, topic]);
  const led = await say('led there by its answer', { replyToMsgId: answer.id });
  assert.deepEqual(header(led), [true, answer.id, topic]);
  const general = await say('in General');
  assert.equal(general.replyTo, null);
  const inGeneral = await say('answer in General', { replyToMsgId: general.id });
  assert.deepEqual(header(inGeneral), [false, general.id, null]);
});

test("a reply goes into the topic of the answered message, unless it names that message's chat", async () => {
  const [one, two] = [await create('Across one'), await create('Across two')];
  const { id } = await say('answered', { replyToMsgId: one });
  const led = await say('led', { replyToMsgId: id, topMsgId: two });
  assert.deepEqual(header(led), [true, id, one]);
  const across = await say('across', { replyToMsgId: id, topMsgId: two, replyToPeerId: peer });
  assert.deepEqual(header(across), [true, id, two]);
  const general = await say('general', { replyToMsgId: id, replyToPeerId: peer });
  assert.deepEqual(header(general), [false, id, null]);
  for (const message of [across, general]) {
    assert.ok(message.replyTo instanceof Api.MessageReplyHeader);
    assert.deepEqual(
      Number((message.replyTo.replyToPeerId as Api.PeerChannel).channelId),
      Number((peer as Api.InputPeerChannel).channelId),
    );
  }
});

test('topics are listed page by page, pinned ones first, then by the newest message; General is topic 1', async () => {
  const made: number[] = [];
  for (const title of ['one', 'two', 'three', 'four']) made.push(await create(title));
  const [one = 0, two = 0, three = 0, four = 0] = made;
  await say('newest', { replyToMsgId: one });
  await own.client.invoke(new Api.messages.UpdatePinnedForumTopic({ peer, topicId: two, pinned: true }));
  const all = (await topics()).topics.map(({ id }) => id);
  assert.deepEqual(all.slice(0, 4), [two, one, four, three]);
  assert.ok(all.includes(1));
  const paged: number[] = [];
  for (let offsetTopic = 0; ; offsetTopic = paged.at(-1) ?? 0) {
    const page = (await topics({ offsetTopic, limit: 3 })).topics.map(({ id }) => id);
    if (page.length === 0) break;
    paged.push(...page);
  }
  assert.deepEqual(paged, all);
  const byId = await own.client.invoke(new Api.messages.GetForumTopicsByID({ peer, topics: [three, 9999] }));
  assert.deepEqual(
    byId.topics.map(({ className, id }) => [className, id]),
    [
      ['ForumTopic', three],
      ['ForumTopicDeleted', 9999],
    ],
  );
});

test('pinned topics come in the order of their pins, the last one first, or in one that was chosen', async () => {
  const { world } = own.sandbox;
  const pins = world.createChannel({ title: 'Pins', creator: own.me.id, forum: true });
  const at = inputPeer(world, own.me.id, pins.id);
  const ids = ['a', 'b', 'c'].map((title) => world.createTopic(pins, { title }).id);
  const [a = 0, b = 0, c = 0] = ids;
  for (const topicId of [a, c, b]) {
    await own.client.invoke(new Api.messages.UpdatePinnedForumTopic({ peer: at, topicId, pinned: true }));
  }
  const pinned = async () =>
    (await topics({ peer: at })).topics
      .filter((topic) => (topic as Api.ForumTopic).pinned)
      .map(({ id }) => id);
  assert.deepEqual(await pinned(), [b, c, a]);
  const reorder = (order: number[], force = false) =>
    own.client.invoke(new Api.messages.ReorderPinnedForumTopics({ peer: at, order, force }));
  await reorder([a, b, c]);
  assert.deepEqual(await pinned(), [a, b, c]);
  await reorder([c, a], true);
  assert.deepEqual(await pinned(), [c, a]);
  await refused(reorder([1, 2, 3, 4, 5, 6]), 'PINNED_TOO_MUCH');
  await refused(reorder([9_999]), 'TOPIC_ID_INVALID');
});

test('a forum with more than a hundred topics is listed page by page', async () => {
  const { world } = own.sandbox;
  const large = world.createChannel({ title: 'Large', creator: own.me.id, forum: true });
  for (let n = 1; n <= 230; n += 1) world.createTopic(large, { title: `Topic ${n}` });
  const at = inputPeer(world, own.me.id, large.id);
  const listed: number[] = [];
  for (let offsetTopic = 0; ; offsetTopic = listed.at(-1) ?? 0) {
    const page = await topics({ peer: at, offsetTopic, limit: 1_000 });
    assert.equal(page.count, 231);
    assert.ok(page.topics.length <= 100);
    if (page.topics.length === 0) break;
    listed.push(...page.topics.map(({ id }) => id));
  }
  assert.equal(new Set(listed).size, 231);
  assert.equal(listed.length, 231);
});

test('impossible topics are refused', async () => {
  await refused(create('  '), 'TOPIC_TITLE_EMPTY');
  await refused(create('x', { iconColor: 1 }), 'ICON_COLOR_INVALID');
  const { world } = own.sandbox;
  const plain = world.createChannel({ title: 'No forum', creator: own.me.id, megagroup: true });
  const inPlain = { peer: inputPeer(world, own.me.id, plain.id) };
  await refused(create('x', inPlain), 'CHANNEL_FORUM_MISSING');
  await refused(topics(inPlain), 'CHANNEL_FORUM_MISSING');
  const theirs = world.createChannel({
    title: 'Theirs',
    creator: friend.id,
    forum: true,
    defaultBans: ['manageTopics'],
  });
  world.addMember(theirs, own.me.id);
  await refused(create('x', { peer: inputPeer(world, own.me.id, theirs.id) }), 'CHAT_ADMIN_REQUIRED');
});

test('deleted and closed topics accept no messages', async () => {
  const { world } = own.sandbox;
  const gone = world.createTopic(forum, { title: 'Gone' });
  gone.deleted = true;
  await refused(say('x', { replyToMsgId: gone.id }), 'TOPIC_DELETED');
  await refused(say('x', { replyToMsgId: gone.id, topMsgId: gone.id }), 'TOPIC_DELETED');
  await refused(say('x', { replyToMsgId: 1, topMsgId: 77_777 }), 'TOPIC_ID_INVALID');
  const theirs = world.createChannel({ title: 'Theirs', creator: friend.id, forum: true });
  world.addMember(theirs, own.me.id);
  const closed = world.createTopic(theirs, { title: 'Closed' });
  const send = () =>
    own.client.invoke(
      new Api.messages.SendMessage({
        peer: inputPeer(world, own.me.id, theirs.id),
        message: 'x',
        randomId: nextRandom(),
        replyTo: new Api.InputReplyToMessage({ replyToMsgId: closed.id }),
      }),
    );
  await send();
  closed.closed = true;
  await refused(send(), 'TOPIC_CLOSED');
});

test('editing a topic leaves a service message in it', async () => {
  const topicId = await create('Before');
  const edit = (args: object) =>
    own.client.invoke(new Api.messages.EditForumTopic({ peer, topicId, ...args }));
  const answer = await edit({ title: 'After' });
  const [brought] = (answer as Api.Updates).updates;
  const { action } = (brought as Api.UpdateNewChannelMessage).message as Api.MessageService;
  assert.ok(action instanceof Api.MessageActionTopicEdit);
  assert.equal(action.title, 'After');
  await edit({ closed: true });
  const found = (await topics({ q: 'after' })).topics[0] as Api.ForumTopic;
  assert.deepEqual([found.id, found.closed], [topicId, true]);
  await refused(edit({ title: 'After' }), 'TOPIC_NOT_MODIFIED');
  await refused(edit({ title: '' }), 'TOPIC_TITLE_EMPTY');
  await refused(edit({ topicId: 99_999, title: 'x' }), 'TOPIC_ID_INVALID');
  await refused(edit({ title: 'More', closed: false }), 'TOPIC_CLOSE_SEPARATELY');
  await refused(edit({ hidden: true }), 'NOGENERAL_HIDE_FORBIDDEN');
  await refused(edit({ topicId: 1, title: 'More', hidden: true }), 'TOPIC_HIDE_SEPARATELY');
  await refused(edit({ topicId: 1, iconEmojiId: toLong(5) }), 'GENERAL_MODIFY_ICON_FORBIDDEN');
  const pin = (pinned: boolean) =>
    own.client.invoke(new Api.messages.UpdatePinnedForumTopic({ peer, topicId, pinned }));
  await refused(pin(false), 'PINNED_TOPIC_NOT_MODIFIED');
  await pin(true);
  await refused(pin(true), 'PINNED_TOPIC_NOT_MODIFIED');
});
