import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'stories' });
});
after(() => scene.close());

/** A channel that has shared a story of its own. */
function channelWithStory(title: string): Chat {
  const channel = scene.sandbox.world.createChannel({ title, creator: scene.me.id });
  const date = Math.floor(Date.now() / 1000);
  const media = { _: 'MessageMediaEmpty' };
  const story = { _: 'StoryItem', id: 1, date, expireDate: date + 86_400, public: true, media };
  const own = scene.sandbox.world.state;
  own.stories = new Map([...(own.stories ?? []), [channel.id, new Map([[1, story]])]]);
  scene.post(channel, { media: { kind: 'story', peer: channel.id, id: 1, story } });
  scene.post(channel, { text: 'after' });
  return channel;
}

describe('a shared story', () => {
  it('of the source itself is shared again', async () => {
    const [source, target] = [
      channelWithStory('Stories'),
      scene.sandbox.world.createChannel({ title: 'Stories copy', creator: scene.me.id }),
    ];
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.failed, summary?.reduced], [[], {}]);
    const medias = (target.box?.messages ?? []).filter(({ action }) => !action).map(({ media }) => media);
    assert.deepEqual(
      medias.map((media) => media && 'peer' in media && media.peer),
      [source.id, undefined],
    );
  });
});
