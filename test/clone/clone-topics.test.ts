import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { topicNotices } from '../../lib/clone/topic-notices.js';
import type { PutTogether } from '../../lib/ledger/put-together.js';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat, Topic } from '../../lib/sandbox/world/model.js';
import { parseChatRef } from '../../lib/telegram/chat-ref.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneRun, type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'topics' });
});
after(() => scene.close());

const post = (chat: Chat, text: string, topic?: Topic): number =>
  scene.post(chat, { text, ...(topic && { topicId: topic.id }) });

/** A forum with messages of two topics and General in turns, and a topic without any. */
function filledForum(title: string): { chat: Chat; red: Topic; blue: Topic } {
  const { world } = scene.sandbox;
  const chat = scene.forum(title);
  post(chat, 'general 1');
  const red = world.createTopic(chat, { title: 'Red', iconColor: 0xfb6f5f });
  const blue = world.createTopic(chat, {
    title: 'Blue',
    iconColor: 0x6fb9f0,
    iconEmojiId: 5312536423851630001n,
  });
  const first = post(chat, 'blue 1', blue);
  post(chat, 'red 1', red);
  world.createTopic(chat, { title: 'Empty', iconColor: 0xffd67e });
  post(chat, 'general 2');
  scene.post(chat, { text: 'blue 2, an answer', topicId: blue.id, replyTo: first });
  post(chat, 'red 2', red);
  return { chat, red, blue };
}

function looks(chat: Chat): object[] {
  return [...chat.topics.values()].map(({ title, iconColor, iconEmojiId }) => ({
    title,
    iconColor,
    iconEmojiId,
  }));
}

describe('a forum cloned with AUTO_CREATE_TOPICS', () => {
  it('has the same topics, with title, colour and icon, and every message in its own', async () => {
    const { chat } = filledForum('forum');
    const target = scene.forum('forum copy');
    const { summary, error, topicMap, events } = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 6);
    assert.equal(summary?.topics, 3);
    await scene.assertSame(chat, target);
    assert.deepEqual(looks(target), looks(chat));
    const titleOf = (forum: Chat, id: number): string | undefined => forum.topics.get(id)?.title;
    for (const [from, to] of topicMap) assert.equal(titleOf(target, to), titleOf(chat, from));
    assert.equal(events.filter(([event]) => event === 'topic').length, 3);
  });

  it('continues with the topics that an earlier run created', async () => {
    const { chat, red } = filledForum('in two runs');
    const target = scene.forum('in two runs copy');
    await scene.clone(chat, target, { autoCreateTopics: true });
    post(chat, 'red 3', red);
    const green = scene.sandbox.world.createTopic(chat, { title: 'Green', iconColor: 0x8eee98 });
    post(chat, 'green 1', green);
    const { summary } = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(summary?.topics, 1);
    await scene.assertSame(chat, target);
    assert.deepEqual(looks(target), looks(chat));
  });

  it('creates a topic once, even when the answer to its creation is lost', async () => {
    const { chat } = filledForum('lost answer');
    const target = scene.forum('lost answer copy');
    const fault = scene.sandbox.weather.script({
      method: 'messages.CreateForumTopic',
      nth: 2,
      fate: { kind: 'drop-after' },
    });
    const { error } = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.ok(fault.done);
    assert.deepEqual(looks(target), looks(chat));
    await scene.assertSame(chat, target);
  });

  it('leaves out an emoji icon that needs Premium, and counts the loss', async () => {
    const { chat, blue } = filledForum('no premium');
    const target = scene.forum('no premium copy');
    scene.sandbox.weather.script({
      method: 'messages.CreateForumTopic',
      match: (request) => Boolean((request as { iconEmojiId?: unknown }).iconEmojiId),
      fate: { kind: 'refuse', error: new RpcError(403, 'PREMIUM_ACCOUNT_REQUIRED') },
    });
    const { summary, error, events } = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.equal(summary?.reduced.topic_icon, 1);
    assert.deepEqual(events.find(([event, { lost }]) => event === 'reduced' && lost === 'topic_icon')?.[1], {
      sourceId: blue.id,
      lost: 'topic_icon',
    });
    await scene.assertSame(chat, target);
  });

  it('stops and says how to fix it when a mapped topic is gone from the target, or creates it again', async () => {
    const { chat, red } = filledForum('gone topic');
    const target = scene.forum('gone topic copy');
    const { topicMap, checkpoint } = await scene.clone(chat, target, { autoCreateTopics: true });
    const gone = target.topics.get(topicMap.get(red.id) ?? 0);
    assert.ok(gone);
    gone.deleted = true;
    post(chat, 'red 3', red);
    const second = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal((second.error as { code?: string }).code, 'TOPIC_GONE');
    assert.match(String(second.error), /topic_map\.json/);
    assert.equal(second.checkpoint, checkpoint);
    const third = await scene.clone(chat, target, { autoCreateTopics: true, recreateTopics: true });
    assert.equal(third.error, undefined);
    const again = third.topicMap.get(red.id);
    assert.notEqual(again, topicMap.get(red.id));
    assert.equal(target.topics.get(again ?? 0)?.title, gone.title);
    const last = target.box?.messages.findLast(({ text }) => text === 'red 3');
    assert.equal(last?.topicId, again);
  });
});

describe('a topic that is closed in the target for this account', () => {
  /** A clone of a forum, in whose target the red topic then belongs to somebody else who may close it. */
  async function shutTopic(title: string) {
    const { chat, red, blue } = filledForum(title);
    const { world } = scene.sandbox;
    const owner = world.createUser({ firstName: 'Owner' });
    const target = world.createChannel({
      title: `${title} copy`,
      creator: owner.id,
      megagroup: true,
      forum: true,
    });
    world.addMember(target, scene.me.id);
    const { topicMap, error } = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    const topic = target.topics.get(topicMap.get(red.id) ?? 0);
    assert.ok(topic);
    Object.assign(topic, { creator: owner.id });
    for (let index = 1; index <= 11; index += 1) post(chat, `red again ${index}`, red);
    post(chat, 'blue again', blue);
    return { chat, target, topic };
  }

  const again = (chat: Chat): string[] =>
    (chat.box?.messages ?? []).map(({ text }) => text).filter((text) => /again/.test(text));

  it('stops the run, or lets its messages alone fail, however many there are', async () => {
    for (const via of ['stream', 'forward'] as const) {
      const { chat, target, topic } = await shutTopic(`shut ${via}`);
      topic.closed = true;
      const options = { autoCreateTopics: true, via };
      const stopped = await scene.clone(chat, target, options);
      assert.equal((stopped.error as { code?: string }).code, 'TOPIC_CLOSED');
      assert.deepEqual(again(target), []);
      const failed = await scene.clone(chat, target, { ...options, failInClosedTopics: true });
      assert.equal(failed.error, undefined);
      assert.deepEqual(
        failed.summary?.failed.map(({ reason }) => reason),
        Array(11).fill('topic_closed'),
      );
      assert.deepEqual(again(target), ['blue again']);
      topic.closed = false;
      const last = await scene.clone(chat, target, { ...options, retryFailed: true });
      assert.equal(last.summary?.sent, 11);
    }
  });

  it('lets the messages fail that come after it was closed in the middle of a run', async () => {
    const { chat, target, topic } = await shutTopic('shut meanwhile');
    const { summary, error } = await scene.clone(chat, target, {
      autoCreateTopics: true,
      failInClosedTopics: true,
      onEvent([kind]) {
        if (kind === 'sent') topic.closed = true;
      },
    });
    assert.equal(error, undefined);
    assert.deepEqual(again(target), ['red again 1', 'blue again']);
    assert.equal(summary?.failed.length, 10);
  });
});

describe('topic selections', () => {
  it('SOURCE_TOPIC clones only one topic, by both kinds of header', async () => {
    const { chat, blue } = filledForum('one topic');
    const target = scene.group('one topic copy');
    const { summary } = await scene.clone(chat, target, { sourceTopic: blue.id });
    assert.equal(summary?.sent, 2);
    const texts = (await chatContent(scene.sandbox, target)).map(({ text }) => text);
    assert.deepEqual(texts, ['blue 1', 'blue 2, an answer']);
  });

  it('SOURCE_TOPIC 1 is General, which has no header', async () => {
    const { chat } = filledForum('general');
    const target = scene.forum('general copy');
    await scene.clone(chat, target, { sourceTopic: 1 });
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      content.map(({ text, topic }) => [text, topic]),
      [
        ['general 1', 'General'],
        ['general 2', 'General'],
      ],
    );
  });

  it('TARGET_TOPIC takes everything', async () => {
    const { chat } = filledForum('into one');
    const target = scene.forum('into one copy');
    const into = scene.sandbox.world.createTopic(target, { title: 'All' });
    await scene.clone(chat, target, { targetTopic: into.id });
    const content = await chatContent(scene.sandbox, target);
    assert.equal(content.length, 6);
    assert.ok(content.every(({ topic }) => topic === 'All'));
  });

  it('without either, everything lands in General, or in a chat without topics', async () => {
    const { chat } = filledForum('flat');
    const forum = scene.forum('flat copy');
    await scene.clone(chat, forum);
    assert.ok((await chatContent(scene.sandbox, forum)).every(({ topic }) => topic === 'General'));
    const group = scene.group('flat group');
    const { summary } = await scene.clone(chat, group);
    assert.equal(summary?.sent, 6);
  });

  it('one topic is cloned into another of the same forum; into itself is refused', async () => {
    const { chat, red, blue } = filledForum('same forum');
    const { summary } = await scene.clone(chat, chat, { sourceTopic: red.id, targetTopic: blue.id });
    assert.equal(summary?.sent, 2);
    for (const options of [
      {},
      { sourceTopic: red.id, targetTopic: red.id },
      { targetTopic: blue.id },
      { sourceTopic: 1 },
    ]) {
      const { error } = await scene.clone(chat, chat, options);
      assert.equal((error as { code?: string }).code, 'SAME_CHAT');
    }
  });
});

describe('merged topics', () => {
  it('are counted, for each message that was in a topic', async () => {
    for (const [target, options] of [
      [scene.forum('in General'), {}],
      [scene.forum('in one topic'), { targetTopic: 1 }],
      [scene.group('without topics'), {}],
    ] as const) {
      const { chat } = filledForum(`to ${target.title}`);
      const { summary, error } = await scene.clone(chat, target, options);
      assert.equal(error, undefined);
      assert.deepEqual([summary?.sent, summary?.reduced['topic']], [6, 4], target.title);
    }
    const { chat, red } = filledForum('one of them');
    const { summary } = await scene.clone(chat, scene.group('of one'), { sourceTopic: red.id });
    assert.deepEqual(summary?.reduced, {}, 'a topic alone is among no others');
  });

  it('stay merged when AUTO_CREATE_TOPICS is turned on; later messages go into their own topics', async () => {
    const { chat, red } = filledForum('later');
    const target = scene.forum('later copy');
    const first = await scene.clone(chat, target);
    assert.equal(first.error, undefined);
    const later = post(chat, 'red 3', red);
    const signal = new AbortController().signal;
    const [source, into] = await Promise.all(
      [chat, target].map(({ id }) => resolveChat(scene.client, parseChatRef(String(id)), signal)),
    );
    assert.ok(source && into);
    const options = {
      client: scene.client,
      source,
      target: into,
      allowProtected: false,
      signal,
      log: silentLog,
    };
    const notices = (
      autoCreateTopics: boolean,
      { checkpoint, topicMap }: CloneRun,
      found: PutTogether = { messages: 3, mayBeMore: false },
    ): Promise<readonly string[]> =>
      topicNotices({ ...options, autoCreateTopics }, { checkpoint, topicMap }, async () => found);
    assert.match(String(await notices(false, first)), /put together in the target's General/);
    const [left, ...more] = await notices(true, first);
    assert.match(
      left ?? '',
      /^3 messages were cloned up to source message \d+ .*stay where they are.*from now on/,
    );
    assert.match(
      String(await notices(true, first, { messages: 0, mayBeMore: true })),
      /^3 topics were cloned/,
    );
    assert.deepEqual(await notices(true, first, { messages: 0, mayBeMore: false }), []);
    assert.deepEqual(more, []);
    const second = await scene.clone(chat, target, { autoCreateTopics: true });
    assert.equal(second.error, undefined);
    assert.deepEqual([second.summary?.sent, second.summary?.topics, second.summary?.reduced], [1, 1, {}]);
    assert.ok(second.checkpoint >= later && second.topicMap.has(red.id));
    const copies = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      copies.filter(({ text }) => text.startsWith('red')).map(({ text, topic }) => [text, topic]),
      [
        ['red 1', 'General'],
        ['red 2', 'General'],
        ['red 3', 'Red'],
      ],
    );
  });
});
