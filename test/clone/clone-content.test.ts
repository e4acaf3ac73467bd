import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { KIB, MIB, PART_SIZE } from '../../lib/base/bytes.js';
import type { DocumentAttribute } from '../../lib/sandbox/files/stored-file.js';
import type { Entity } from '../../lib/sandbox/world/entity.js';
import { chatContent } from '../support/chat-content.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';

let scene: CloneScene;
before(async () => {
  scene = await cloneScene({ seed: 'content' });
});
after(() => scene.close());

interface DocumentKind {
  readonly size: number;
  readonly mimeType: string;
  readonly attributes: readonly DocumentAttribute[];
  readonly thumb?: { readonly width: number; readonly height: number };
}

const thumb = { width: 320, height: 180 };
const name = (text: string): DocumentAttribute => ({ type: 'filename', name: text });
const DOCUMENTS: readonly DocumentKind[] = [
  {
    size: 700 * KIB,
    mimeType: 'video/mp4',
    thumb,
    attributes: [
      { type: 'video', duration: 12.5, width: 640, height: 360, supportsStreaming: true },
      name('Ein Film – №1.mp4'),
    ],
  },
  {
    size: 90 * KIB,
    mimeType: 'video/mp4',
    attributes: [{ type: 'video', duration: 4, width: 240, height: 240, roundMessage: true }],
  },
  {
    size: 60 * KIB,
    mimeType: 'video/mp4',
    thumb,
    attributes: [
      { type: 'video', duration: 2, width: 320, height: 180, nosound: true },
      { type: 'animated' },
      name('a.mp4'),
    ],
  },
  {
    size: 300 * KIB,
    mimeType: 'audio/mpeg',
    attributes: [{ type: 'audio', duration: 180, title: 'Title', performer: 'Performer' }, name('song.mp3')],
  },
  {
    size: 20 * KIB,
    mimeType: 'audio/ogg',
    attributes: [{ type: 'audio', duration: 7, voice: true, waveform: '00ff10a5' }],
  },
  {
    size: 12 * KIB,
    mimeType: 'image/webp',
    attributes: [
      { type: 'image-size', width: 512, height: 512 },
      { type: 'sticker', alt: '🙂', set: { kind: 'none' } },
      name('sticker.webp'),
    ],
  },
  { size: 1, mimeType: 'application/octet-stream', attributes: [name('one byte')] },
  { size: PART_SIZE, mimeType: 'application/pdf', thumb, attributes: [name('part.pdf')] },
  { size: 10 * MIB + 1, mimeType: 'application/zip', attributes: [name('big.zip')] },
];

function documentIn(
  dcId: number,
  kind: DocumentKind,
): { kind: 'document'; fileId: bigint; spoiler: boolean } {
  const { id } = scene.sandbox.files.add({ kind: 'document', dcId, ...kind });
  return { kind: 'document', fileId: id, spoiler: false };
}

function photoIn(dcId: number, spoiler = false): { kind: 'photo'; fileId: bigint; spoiler: boolean } {
  const { id } = scene.sandbox.files.add({ kind: 'photo', dcId, width: 320, height: 240 });
  return { kind: 'photo', fileId: id, spoiler };
}

describe('a clone', () => {
  it('keeps every text with its entities, silence and order', async () => {
    const [source, target] = [scene.group('texts'), scene.group('texts copy')];
    const text = 'Bold 👩‍👩‍👧 italic, code; https://example.org/ #tag';
    const entities: Entity[] = [
      { kind: 'bold', offset: 0, length: 4 },
      { kind: 'italic', offset: 14, length: 6 },
      { kind: 'pre', offset: 22, length: 4, language: 'ts' },
      { kind: 'url', offset: 28, length: 20 },
      { kind: 'hashtag', offset: 49, length: 4 },
    ];
    scene.post(source, { text, entities });
    scene.post(source, {
      text: 'link',
      entities: [{ kind: 'textUrl', offset: 0, length: 4, url: 'https://example.org/a' }],
    });
    scene.post(source, { text: 'quiet', silent: true });
    scene.post(source, {
      text: 'quote',
      entities: [{ kind: 'blockquote', offset: 0, length: 5, collapsed: true }],
    });
    scene.post(source, { text: '  kept?  '.trim() });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 5);
    assert.deepEqual(summary?.skipped, { service: 1 });
    await scene.assertSame(source, target);
  });

  it('keeps photos and documents of each kind, with attributes, thumbnail, caption and spoiler', async () => {
    const [source, target] = [scene.group('media'), scene.group('media copy')];
    for (const [index, kind] of DOCUMENTS.entries()) {
      const media = { ...documentIn(1 + (index % 2), kind), spoiler: index === 0 };
      const text = index % 2 ? `caption ${index}` : '';
      const entities = text ? [{ kind: 'bold', offset: 0, length: 7 }] : [];
      scene.post(source, { media, text, entities, silent: index === 3, invertMedia: index === 1 });
    }
    scene.post(source, { media: photoIn(1, true), text: 'photo' });
    scene.post(source, { media: photoIn(2) });
    const { summary, error, events, budget } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.failed, []);
    assert.equal(summary?.sent, DOCUMENTS.length + 2);
    assert.deepEqual(summary?.reduced, {});
    await scene.assertSame(source, target);
    assert.equal(budget.heldBytes, 0);
    const ends = events.filter(([event]) => event === 'transferEnd');
    // All but the GIF, which goes by reference.
    assert.equal(ends.length, DOCUMENTS.length + 1);
    assert.ok(ends.every(([, { done }]) => done === true));
  });

  it('keeps albums as albums, also across pages and at the end', async () => {
    const [source, target] = [scene.group('albums'), scene.group('albums copy')];
    const album = (count: number, caption: string): void => {
      const groupedId = scene.sandbox.world.nextGroupedId();
      for (let item = 0; item < count; item += 1) {
        scene.post(source, {
          media: photoIn(1 + (item % 2), item === 1),
          text: item === 0 ? caption : '',
          groupedId,
        });
      }
    };
    album(3, 'first');
    // The page of a hundred ends inside the second album.
    for (let index = 0; index < 93; index += 1) scene.post(source, { text: `${index}` });
    album(6, 'over the page');
    album(2, 'right behind');
    scene.post(source, { text: 'between' });
    album(10, 'at the end');
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.equal(summary?.sent, 3 + 93 + 6 + 2 + 1 + 10);
    await scene.assertSame(source, target);
  });

  it('keeps places, venues and contacts, also as answers', async () => {
    const [source, target] = [scene.group('places'), scene.group('places copy')];
    const place = scene.post(source, { media: { kind: 'geo', latitude: 46.948, longitude: -7.4474 } });
    scene.post(source, { media: { kind: 'geo', latitude: -90, longitude: 180 }, replyTo: place });
    scene.post(source, { media: { kind: 'venue', latitude: 1, longitude: 2, title: 't', address: 'a' } });
    const contact = { kind: 'contact', phone: '+99966777777', firstName: 'Zoë', lastName: 'E', vcard: 'x' };
    scene.post(source, { media: contact, silent: true });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.skipped, summary?.reduced], [4, { service: 1 }, {}]);
    await scene.assertSame(source, target);
  });

  it('writes a card for what cannot be created again, and counts it', async () => {
    const [source, target] = [scene.group('cards'), scene.group('cards copy')];
    const dice = scene.post(source, { media: { kind: 'dice', emoticon: '🎲', value: 6 } });
    const empty = { media: scene.document(0), text: 'bold caption', replyTo: dice };
    scene.post(source, { ...empty, entities: [{ kind: 'bold', offset: 0, length: 4 }] });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.skipped, summary?.reduced], [2, { service: 1 }, { card: 2 }]);
    const [first, second] = await chatContent(scene.sandbox, target);
    assert.deepEqual([first?.text, first?.media], ['[dice 🎲 6]', undefined]);
    assert.equal(second?.text, '[empty file]\n\nbold caption');
    assert.deepEqual(second?.entities, [{ kind: 'bold', offset: 14, length: 4 }]);
    assert.deepEqual(second?.answers?.place, 0);
  });

  it('says why it skips a message that it cannot copy, and counts it', async () => {
    const [source, target] = [scene.group('skips'), scene.group('skips copy')];
    scene.post(source, { text: 'before' });
    const dice = scene.post(source, { media: { kind: 'dice', emoticon: '🎲', value: 3 } });
    scene.post(source, { action: { kind: 'chatEditTitle', title: 'skips' } });
    scene.post(source, { text: 'after' });
    const { summary, events, checkpoint } = await scene.clone(source, target, { cards: false });
    assert.deepEqual(summary?.skipped, { service: 2, dice: 1 });
    assert.equal(summary?.sent, 2);
    assert.deepEqual(
      events
        .filter(([event, { reason }]) => event === 'skipped' && reason === 'dice')
        .map(([, value]) => value),
      [{ sourceId: dice, reason: 'dice' }],
    );
    assert.equal(checkpoint, source.box?.messages.at(-1)?.id);
    assert.deepEqual(
      (await chatContent(scene.sandbox, target)).map(({ text }) => text),
      ['before', 'after'],
    );
  });

  it('writes service messages as cards where that is asked for', async () => {
    const [source, target] = [scene.group('notes'), scene.group('notes copy')];
    scene.post(source, { action: { kind: 'chatEditTitle', title: 'Other' } });
    scene.post(source, { text: 'text' });
    const { summary, error } = await scene.clone(source, target, { serviceCards: true });
    assert.equal(error, undefined);
    assert.deepEqual([summary?.sent, summary?.skipped], [3, {}]);
    assert.deepEqual(
      (await chatContent(scene.sandbox, target)).map(({ text }) => text),
      ['[chat created: notes]', '[new title: Other]', 'text'],
    );
  });

  it('names a user by id if it has met them, and counts the loss if not', async () => {
    const [source, target] = [scene.group('mentions'), scene.group('mentions copy')];
    const { world } = scene.sandbox;
    const met = world.createUser({ phone: '9996600011', code: '1', firstName: 'Met' });
    const stranger = world.createUser({ phone: '9996600012', code: '1', firstName: 'Stranger' });
    world.addMember(source, met.id);
    world.addMember(target, met.id);
    world.post({ chat: source.id, from: met.id, text: 'hello' });
    scene.post(source, {
      text: 'Met',
      entities: [{ kind: 'mentionName', offset: 0, length: 3, userId: met.id }],
    });
    scene.post(source, {
      text: 'Who',
      entities: [{ kind: 'mentionName', offset: 0, length: 3, userId: stranger.id }],
    });
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    const [, mention, lost] = await chatContent(scene.sandbox, target);
    assert.deepEqual(mention?.entities, [{ kind: 'mentionName', offset: 0, length: 3, userId: met.id }]);
    assert.equal(lost?.text, 'Who');
    assert.equal(summary?.reduced.mention ?? 0, lost?.entities.length === 0 ? 1 : 0);
  });

  it('keeps replies, to the copies of the answered messages, with quotes and in albums', async () => {
    const [source, target] = [scene.group('replies'), scene.group('replies copy')];
    const first = scene.post(source, { text: 'the first of all' });
    scene.post(source, { text: 'answer', replyTo: first });
    scene.post(source, { text: 'quoting', replyTo: first, quote: { text: 'first', offset: 4 } });
    const groupedId = scene.sandbox.world.nextGroupedId();
    for (let item = 0; item < 2; item += 1) {
      scene.post(source, { media: photoIn(1), text: `${item}`, groupedId, replyTo: first });
    }
    const { summary, error } = await scene.clone(source, target);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, {});
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(content, await chatContent(scene.sandbox, source));
    assert.deepEqual(content[2]?.answers, {
      place: 0,
      quote: { text: 'first', offset: 4 },
    });
  });

  it('sends replies to messages that have no copy without the reply, and counts them', async () => {
    const [source, target] = [scene.group('lost replies'), scene.group('lost replies copy')];
    const poll = scene.post(source, { text: 'x'.repeat(5000) });
    scene.post(source, { text: 'answer', replyTo: poll });
    const first = scene.post(source, { text: 'first' });
    const options = { text: { long: 'fail', replyFallback: 'none' } } as const;
    await scene.clone(source, target, options);
    target.box?.messages.pop();
    scene.post(source, { text: 'late answer', replyTo: first });
    const { summary, error } = await scene.clone(source, target, options);
    assert.equal(error, undefined);
    assert.deepEqual(summary?.reduced, { reply: 1 });
    const content = await chatContent(scene.sandbox, target);
    assert.deepEqual(
      content.map(({ text, answers }) => [text, answers]),
      [
        ['answer', undefined],
        ['late answer', undefined],
      ],
    );
  });
});
