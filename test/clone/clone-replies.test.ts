import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'replies' });
});
after(() => scene.close());

describe('an answer', () => {
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
    const { error, summary } = await scene.clone(source, target);
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
