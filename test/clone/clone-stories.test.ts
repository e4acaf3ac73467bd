import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RpcError } from '../../lib/sandbox/rpc.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import type { TlData } from '../../lib/sandbox/world/tl-data.js';
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

/** A channel of somebody else's that the account reads, with a story for everybody under id 1. */
function strangersChannel(): Chat {
  const { world } = scene.sandbox;
  const owner = world.createUser({ firstName: 'Carol' });
  const channel = world.createChannel({ title: 'News', creator: owner.id, megagroup: false });
  world.addMember(channel, scene.me.id, {});
  const { id: fileId } = scene.sandbox.files.add({ kind: 'photo', dcId: 1, width: 320, height: 240 });
  const media = { _: 'MessageMediaPhoto', photo: { _: 'photo', fileId } };
  const now = world.nowSeconds();
  const item: TlData = {
    _: 'StoryItem',
    id: 1,
    pinned: true,
    public: true,
    date: now,
    expireDate: now + 60,
    media,
  };
  world.state.stories = new Map([...(world.state.stories ?? []), [channel.id, new Map([[1, item]])]]);
  return channel;
}

const shown = (chat: Chat): unknown[] =>
  (chat.box?.messages ?? [])
    .filter(({ action }) => !action)
    .map(({ text, media }) => (media?.kind === 'story' ? [media.peer, media.id] : text));

const shared = (chat: Chat): (string | undefined)[] =>
  (chat.box?.messages ?? [])
    .filter(({ action }) => !action)
    .map(({ text, media }) => (media?.kind === 'story' ? `story ${media.id}` : text));

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

  it('of a channel that the account reads is shared again: its owner is named by the message that shares it', async () => {
    const [source, target] = [scene.group('story'), scene.group('story copy')];
    const { id } = strangersChannel();
    scene.post(source, { media: { kind: 'story', peer: id, id: 1 } });
    const { error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(shared(target), ['story 1']);
  });

  it('and is gone, or is hidden from the account, becomes a card, and without cards fails alone, whatever Telegram says about its owner', async () => {
    const refusals = [
      'STORY_ID_INVALID',
      'PEER_ID_INVALID',
      'CHANNEL_PRIVATE',
      'CHANNEL_INVALID',
      'MSG_ID_INVALID',
    ];
    for (const [index, wire] of refusals.entries()) {
      const cards = index !== 0;
      const [source, target] = [scene.group('gone story'), scene.group('gone story copy')];
      const { id } = strangersChannel();
      const story = scene.post(source, { media: { kind: 'story', peer: id, id: 1 } });
      scene.post(source, { text: 'after it' });
      scene.sandbox.weather.script({
        method: 'messages.SendMedia',
        fate: { kind: 'refuse', error: new RpcError(400, wire) },
      });
      const { summary, error } = await scene.clone(source, target, { cards });
      assert.equal(error, undefined, wire);
      const failed = cards ? [] : [{ sourceId: story, reason: 'story_refused' }];
      assert.deepEqual(summary?.failed, failed, wire);
      assert.deepEqual(summary?.reduced, cards ? { card: 1 } : {}, wire);
      const card = cards ? ['[story that cannot be shared]'] : [];
      assert.deepEqual(shared(target), [...card, 'after it'], wire);
    }
  });

  it('that came without their content are shared while they last; a card says that others were there', async () => {
    const { world } = scene.sandbox;
    const [source, target] = [scene.group('stories'), scene.group('stories copy')];
    const owner = world.createChannel({ title: 'Owner', creator: scene.me.id });
    const friend = world.createUser({ firstName: 'Friend' });
    const media = { _: 'MessageMediaEmpty' };
    const [now, common] = [world.nowSeconds(), { _: 'StoryItem', date: 1, media, public: true }];
    const lasting = { ...common, id: 1, expireDate: now + 1000 };
    const over = { ...common, id: 2, expireDate: now - 1 };
    const own = { ...common, id: 3, expireDate: now + 1000 };
    world.state.stories = new Map([
      [
        owner.id,
        new Map([
          [1, lasting],
          [2, over],
        ]),
      ],
      [source.id, new Map([[3, own]])],
    ]);
    const stories = [
      [owner.id, 1],
      [owner.id, 2],
      [owner.id, 9],
      [friend.id, 1],
      [source.id, 3],
    ] as const;
    for (const [peer, id] of stories) scene.post(source, { media: { kind: 'story', peer, id } });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.deepEqual(summary?.reduced, { card: 3 });
    const card = '[story that cannot be shared]';
    assert.deepEqual(shown(target), [[owner.id, 1], card, card, card, [source.id, 3]]);
  });
});
