import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'replies' });
});
after(() => scene.close());

describe('a reply', () => {
  it('in a discussion group that the account is not in names its own chat, and is kept', async () => {
    const { world } = scene.sandbox;
    const owner = world.createUser({ phone: '9996600077', code: '1', firstName: 'Owner' });
    const channel = world.createChannel({ title: 'Channel', creator: owner.id });
    const source = world.createChannel({
      title: 'Comments',
      creator: owner.id,
      megagroup: true,
      username: 'comments_of_it',
      discussionOf: channel.id,
    });
    const say = (text: string, more: object = {}): number =>
      world.post({ chat: source.id, from: owner.id, text, ...more }).id;
    const root = say('post');
    const comment = say('comment', { replyTo: root, quote: { text: 'os', offset: 1 } });
    say('answer', { replyTo: comment });
    say('elsewhere', { replyPeer: channel.id, replyTo: 1 });
    const target = scene.group('comments copy');
    const { error, summary } = await scene.clone(source, target, { text: { replyFallback: 'none' } });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { reply: 1 }, 'the answer to a message of another chat');
    assert.deepEqual(
      (await chatContent(scene.sandbox, target)).map(({ text, answers }) => [text, answers]),
      [
        ['post', undefined],
        ['comment', { place: 0, quote: { text: 'os', offset: 1 } }],
        ['answer', { place: 1, quote: undefined }],
        ['elsewhere', undefined],
      ],
    );
  });
});

describe('a reply to a message of another topic', () => {
  /** Each message as `text in topic > what it answers`. */
  function threads(chat: Chat): string[] {
    const messages = (chat.box?.messages ?? []).filter(({ action }) => !action);
    return messages.map(({ text, topicId, reply }) => {
      const answered = messages.find(({ id }) => id === reply?.toId)?.text;
      return `${text} in ${chat.topics.get(topicId ?? 1)?.title} > ${answered}`;
    });
  }

  it('stays in its own topic, and stays a reply', async () => {
    const [source, target] = [scene.forum('across'), scene.forum('across copy')];
    const [one = 0, two = 0] = ['One', 'Two'].map(
      (title) => scene.sandbox.world.createTopic(source, { title }).id,
    );
    const general = scene.post(source, { text: 'general' });
    const first = scene.post(source, { text: 'first', topicId: one });
    scene.post(source, { text: 'same', topicId: one, replyTo: first });
    scene.post(source, { text: 'to two', topicId: two, replyTo: first });
    scene.post(source, { text: 'to general', topicId: 1, replyTo: first });
    scene.post(source, { text: 'from general', topicId: one, replyTo: general });
    const { error, summary } = await scene.clone(source, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    assert.deepEqual(threads(target), threads(source));
  });

  it('stays in its topic even if that is newer than the copy that it answers', async () => {
    const [source, target] = [scene.forum('newer'), scene.forum('newer copy')];
    const { id: topicId } = scene.sandbox.world.createTopic(source, { title: 'One' });
    const first = scene.post(source, { text: 'first', topicId });
    assert.equal((await scene.clone(source, target)).error, undefined);
    scene.post(source, { text: 'second', topicId, replyTo: first });
    const { error } = await scene.clone(source, target, { autoCreateTopics: true });
    assert.equal(error, undefined);
    assert.deepEqual(threads(target), ['first in General > undefined', 'second in One > first']);
  });
});
