import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ATTRIBUTION_FIELDS } from '../../lib/messages/transform/attribution.js';
import { readTemplate } from '../../lib/messages/transform/template.js';
import type { Entity } from '../../lib/sandbox/world/entity.js';
import type { Message } from '../../lib/sandbox/world/message.js';
import type { Chat } from '../../lib/sandbox/world/model.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'additions' });
});
after(() => scene.close());

function posts(chat: Chat): Message[] {
  return (chat.box?.messages ?? []).filter(({ action }) => !action);
}

/** Each message as its kind, its text, and the place of the message that it answers. */
function shape(chat: Chat): unknown[] {
  const all = posts(chat);
  return all.map(({ media, text, reply }) => [
    media?.kind ?? 'text',
    text,
    all.findIndex(({ id }) => id === reply?.toId),
  ]);
}

const attribution = {
  place: 'header',
  template: readTemplate('by {author}', ATTRIBUTION_FIELDS, '--attribution-template'),
} as const;

const contact = {
  kind: 'contact',
  phone: '+99966',
  firstName: 'Zoe',
  lastName: '',
  vcard: '',
} as const;

describe('what is added to a message that takes no caption', () => {
  for (const long of ['split', 'fail'] as const) {
    it(`stands in the next message, and is counted as that (--long ${long})`, async () => {
      const [source, target] = [scene.group(`apart ${long}`), scene.group(`apart ${long} copy`)];
      scene.post(source, { media: contact });
      const { summary, error } = await scene.clone(source, target, { text: { attribution, long } });
      assert.equal(error, undefined);
      assert.deepEqual(summary?.failed, []);
      assert.deepEqual(summary?.reduced, { changed: 1, text_apart: 1 });
      assert.deepEqual(shape(target), [
        ['contact', '', -1],
        ['text', 'by Ann', 0],
      ]);
    });
  }

  it('fails only if it is too long for a message of its own', async () => {
    const [source, target] = [scene.group('apart long'), scene.group('apart long copy')];
    scene.post(source, { media: contact });
    const template = readTemplate('x'.repeat(4097), ATTRIBUTION_FIELDS, '--attribution-template');
    const text = { attribution: { place: 'header', template }, long: 'fail' } as const;
    const { summary } = await scene.clone(source, target, { text });
    assert.deepEqual(
      summary?.failed.map(({ reason }) => reason),
      ['text_too_long'],
    );
    assert.deepEqual(shape(target), []);
  });
});

describe('the losses of a message with an attribution', () => {
  it('are those of its poll, too', async () => {
    const [source, target] = [scene.group('poll losses'), scene.group('poll losses copy')];
    const emoji = [{ kind: 'customEmoji', offset: 0, length: 2, emojiId: 5n }];
    const answers = ['a', 'b'].map((text) => ({ text, entities: [], option: Buffer.from(text) }));
    const question = { text: '🔥?', entities: emoji };
    const poll = {
      kind: 'poll',
      poll: { id: 1n, creator: scene.me.id, question, answers, votes: new Map() },
    };
    scene.post(source, { media: poll });
    const plain = await scene.clone(source, target);
    assert.equal(plain.error, undefined);
    assert.deepEqual(plain.summary?.reduced, { custom_emoji: 1 });
    const attributed = scene.group('poll losses attributed');
    const { summary, error } = await scene.clone(source, attributed, { text: { attribution } });
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { changed: 1, custom_emoji: 1, text_apart: 1 });
  });
});

describe('a link to a message of the source that has no copy', () => {
  it('is counted, whether that comes later or is not copied at all', async () => {
    const [source, target] = [scene.group('left links'), scene.group('left links copy')];
    const later = `t.me/c/${String(source.id).replace('-100', '')}/99`;
    scene.post(source, { text: later, entities: [{ kind: 'url', offset: 0, length: later.length }] });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { source_link: 1 });
    assert.equal(posts(target)[0]?.text, later);
  });
});

describe('a text with more than a hundred pieces of formatting', () => {
  const text = ('#b '.repeat(40) + 'ab '.repeat(90)).trim();
  const pieces = (kind: string, from: number, to: number): Entity[] =>
    Array.from({ length: to - from }, (_, nth) => ({ kind, offset: 3 * (from + nth), length: 2 }) as Entity);

  it('keeps all of it as far as Telegram finds the rest by itself', async () => {
    const [source, target] = [scene.group('many found'), scene.group('many found copy')];
    scene.post(source, { text, entities: pieces('bold', 40, 130) });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    const [copy] = posts(target);
    const count = (kind: string): number => copy?.entities.filter((each) => each.kind === kind).length ?? 0;
    assert.deepEqual([count('bold'), count('hashtag')], [90, 40]);
  });

  it('keeps a hundred pieces, and the rest is counted', async () => {
    const [source, target] = [scene.group('many set'), scene.group('many set copy')];
    scene.post(source, { text, entities: pieces('bold', 0, 130) });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { entities: 1 });
    assert.equal(posts(target)[0]?.entities.filter(({ kind }) => kind === 'bold').length, 100);
  });
});
