import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat, Topic } from '../../lib/sandbox/world/model.js';
import { orderedTopics } from '../../lib/sandbox/world/topics.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { selectionFor } from '../support/selection.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'topic states' });
});
after(() => scene.close());

type States = Partial<Pick<Topic, 'closed' | 'pinned' | 'hidden'>>;

/** A forum whose topics, by title, are in these states. */
function forumWith(title: string, states: Readonly<Record<string, States>>): Chat {
  const chat = scene.forum(title);
  for (const [name, state] of Object.entries(states)) {
    const topic =
      name === 'General' ? chat.topics.get(1) : scene.sandbox.world.createTopic(chat, { title: name });
    assert.ok(topic);
    scene.post(chat, { text: `in ${name}`, topicId: topic.id });
    Object.assign(topic, state);
  }
  return chat;
}

/** Titles of the topics in that state. */
const those = (chat: Chat, state: keyof States): string[] =>
  [...chat.topics.values()].filter((topic) => topic[state]).map(({ title }) => title);

const autoCreateTopics = true;

describe('the states of topics', () => {
  it("are copied from the source when its messages are cloned, General's included", async () => {
    const source = forumWith('states', {
      General: { closed: true, hidden: true },
      Open: {},
      Closed: { closed: true },
      Pinned: { pinned: true },
      Both: { closed: true, pinned: true },
    });
    const general = source.topics.get(1);
    if (general) general.title = 'Lobby';
    const target = scene.forum('states copy');
    const { summary, error } = await scene.clone(source, target, { autoCreateTopics });
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 5);
    assert.deepEqual(those(target, 'closed'), ['Lobby', 'Closed', 'Both']);
    assert.deepEqual(those(target, 'hidden'), ['Lobby']);
    assert.deepEqual(those(target, 'pinned'), ['Pinned', 'Both']);
    assert.deepEqual(summary?.reduced, {});
    await scene.assertSame(source, target);
    // Into a topic that the previous run closed; its state is neither set nor counted again.
    const closed = [...source.topics.values()].find(({ title }) => title === 'Closed');
    scene.post(source, { text: 'later', topicId: closed?.id });
    const edits = scene.sandbox.report().weather.requests['messages.EditForumTopic'];
    const second = await scene.clone(source, target, { autoCreateTopics });
    assert.equal(second.error, undefined);
    assert.equal(second.summary?.sent, 1);
    assert.equal(scene.sandbox.report().weather.requests['messages.EditForumTopic'], edits);
    const third = await scene.clone(source, target, { autoCreateTopics });
    assert.deepEqual(third.summary?.reduced, {});
  });

  it('are set by the next run if one ended before it had set them', async () => {
    const source = forumWith('cut', { Closed: { closed: true } });
    const target = scene.forum('cut copy');
    const stop = new AbortController();
    const first = await scene.clone(source, target, {
      autoCreateTopics,
      signal: stop.signal,
      onEvent: ([name]) => name === 'sent' && stop.abort(new Error('stopped')),
    });
    assert.ok(first.error);
    assert.deepEqual(those(target, 'closed'), []);
    await scene.clone(source, target, { autoCreateTopics });
    assert.deepEqual(those(target, 'closed'), ['Closed']);
  });

  it('are counted as lost if Telegram refuses them', async () => {
    const source = forumWith('refused', { Closed: { closed: true }, Pinned: { pinned: true } });
    const target = scene.forum('refused copy');
    scene.sandbox.weather.script({
      method: 'messages.EditForumTopic',
      fate: { kind: 'refuse', error: new RpcError(400, 'CHAT_ADMIN_REQUIRED') },
    });
    scene.sandbox.weather.script({
      method: 'messages.UpdatePinnedForumTopic',
      fate: { kind: 'refuse', error: new RpcError(400, 'PINNED_TOO_MUCH') },
    });
    const { summary, error } = await scene.clone(source, target, { autoCreateTopics });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { topic_closed: 1, topic_pinned: 1 });
  });

  it('are neither set nor lost for topics without a copy, until their messages are cloned', async () => {
    const source = forumWith('later', { Open: {}, Closed: { closed: true }, Pinned: { pinned: true } });
    const target = scene.forum('later copy');
    const selection = await selectionFor({ limit: '1' }, { self: scene.me.id });
    const first = await scene.clone(source, target, { autoCreateTopics, selection });
    assert.deepEqual([first.error, first.summary?.sent, first.summary?.reduced], [undefined, 1, {}]);
    const second = await scene.clone(source, target, { autoCreateTopics });
    assert.deepEqual([second.error, second.summary?.sent, second.summary?.reduced], [undefined, 2, {}]);
    assert.deepEqual([those(target, 'closed'), those(target, 'pinned')], [['Closed'], ['Pinned']]);
  });

  it('of General stay as they are when one other topic is cloned', async () => {
    const source = forumWith('one topic', { General: { hidden: true }, Closed: { closed: true } });
    const target = scene.forum('one topic copy');
    const sourceTopic = [...source.topics.values()].find(({ title }) => title === 'Closed')?.id;
    const { error } = await scene.clone(source, target, { autoCreateTopics, sourceTopic });
    assert.equal(error, undefined);
    assert.deepEqual([those(target, 'closed'), those(target, 'hidden')], [['Closed'], []]);
  });

  it('of General are counted as lost where this account may not manage topics', async () => {
    const source = forumWith('theirs', { General: { hidden: true }, A: {} });
    const general = source.topics.get(1);
    if (general) general.title = 'Lobby';
    const { world } = scene.sandbox;
    const friend = world.createUser({ firstName: 'Friend' });
    const theirs = world.createChannel({
      title: 'theirs copy',
      creator: friend.id,
      megagroup: true,
      forum: true,
    });
    world.addMember(theirs, scene.me.id);
    const { summary, error } = await scene.clone(source, theirs, { autoCreateTopics });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { topic_title: 1, topic_hidden: 1 });
  });

  it("keep the source's order among the pinned topics, also when only some were pinned before", async () => {
    const source = forumWith('order', { One: { pinned: true }, Two: {}, Three: { pinned: true } });
    const order = (chat: Chat): string[] =>
      orderedTopics(chat)
        .filter(({ pinned }) => pinned)
        .map(({ title }) => title);
    const target = scene.forum('order copy');
    await scene.clone(source, target, { autoCreateTopics });
    assert.deepEqual(order(target), order(source));
    // In the middle, where no pin of one topic could put it.
    for (const { title, ...topic } of source.topics.values()) {
      const now = source.topics.get(topic.id);
      if (now && title !== 'General')
        Object.assign(now, { pinned: true, pinOrder: ['Three', 'Two', 'One'].indexOf(title) });
    }
    await scene.clone(source, target, { autoCreateTopics });
    assert.deepEqual(
      [order(source), order(target)],
      [
        ['Three', 'Two', 'One'],
        ['Three', 'Two', 'One'],
      ],
    );
  });

  it("of the pinned topics' order are counted as lost for each topic that Telegram leaves in another place", async () => {
    const source = forumWith('no order', { One: { pinned: true }, Two: { pinned: true }, Three: {} });
    const target = scene.forum('no order copy');
    await scene.clone(source, target, { autoCreateTopics });
    for (const topic of source.topics.values()) {
      if (topic.title === 'One') topic.pinOrder = 0;
      if (topic.title === 'Two') topic.pinOrder = 1;
    }
    const pinned = orderedTopics(source).filter((topic) => topic.pinned);
    const copies = orderedTopics(target).filter((topic) => topic.pinned);
    assert.notDeepEqual(
      pinned.map(({ title }) => title),
      copies.map(({ title }) => title),
    );
    scene.post(source, { text: 'more', topicId: pinned[0]?.id });
    scene.sandbox.weather.script({
      method: 'messages.ReorderPinnedForumTopics',
      fate: { kind: 'refuse', error: new RpcError(400, 'CHAT_ADMIN_REQUIRED') },
    });
    const { summary, error } = await scene.clone(source, target, { autoCreateTopics });
    assert.deepEqual([error, summary?.sent, summary?.reduced], [undefined, 1, { topic_order: 2 }]);
  });
});
