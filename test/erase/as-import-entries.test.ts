import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EntriesOfMessage, entriesOf } from '../../lib/erase/as-import/entries.js';
import { LossCounts } from '../../lib/erase/as-import/import-losses.js';
import type { MessageDocument } from '../../lib/messages/document/document.js';
import type { Media } from '../../lib/messages/document/media.js';
import { fileMedia, post, service } from '../support/documents.js';

const of = (document: MessageDocument, kept = true): EntriesOfMessage => entriesOf(document, () => kept);

const said = (document: MessageDocument, kept = true) =>
  of(document, kept).entries.map((entry) =>
    'text' in entry.said ? entry.said.text : entry.said.file.reference.id,
  );

const sticker = (mime: string): Media => {
  const media = fileMedia(9, { id: '5', mime }) as Media & { readonly file: object };
  const facts = { emoji: '😀', set: { kind: 'none' } } as const;
  return { ...media, kind: 'sticker', file: { ...media.file, sticker: facts } } as Media;
};

test('a caption becomes a message after its file; without the file, it stands below a word', () => {
  const document = post({ text: 'a caption', media: fileMedia(5, { id: '11' }) });
  assert.deepEqual(said(document), ['11', 'a caption']);
  assert.deepEqual(of(document).losses, ['caption']);
  assert.deepEqual(said(document, false), ['[file]\n\na caption']);
  assert.deepEqual(of(document, false).losses, ['no_file']);
});

test('an animated sticker becomes its emoji, and other stickers stay files', () => {
  assert.deepEqual(said(post({ media: sticker('application/x-tgsticker') })), ['😀']);
  assert.deepEqual(said(post({ media: sticker('image/webp') })), ['5']);
  assert.deepEqual(of(post({ media: sticker('application/x-tgsticker') })).losses, ['animated_sticker']);
});

test('places, contacts and polls become words', () => {
  const point = { latitude: 52.5, longitude: 13.4 };
  const contact = {
    kind: 'contact',
    phone: '123',
    firstName: 'Ann',
    lastName: '',
    vcard: '',
    user: 0,
  } as const;
  const plain = (text: string) => ({ text, entities: [] });
  const poll: Media = {
    kind: 'poll',
    id: '1',
    question: plain('Tea?'),
    answers: [plain('yes'), plain('no')],
    results: {},
  };
  assert.deepEqual(said(post({ media: { kind: 'location', point } })), [
    '[location]\nhttps://www.openstreetmap.org/?mlat=52.5&mlon=13.4',
  ]);
  assert.deepEqual(said(post({ media: contact })), ['[contact: Ann 123]']);
  assert.deepEqual(said(post({ media: poll })), ['[poll] Tea?\n– yes\n– no']);
  assert.deepEqual(of(post({ media: poll })).losses, ['words']);
});

test('a text that is too long becomes several, and loses nothing', () => {
  const text = 'word '.repeat(2000).trim();
  const parts = said(post({ text }));
  assert.ok(parts.length === 3 && parts.every((part) => part.length <= 4096));
  assert.equal(parts.join(' '), text);
  assert.deepEqual(of(post({ text })).losses, ['split']);
});

test("Telegram's own notes and empty messages are left out, and counted", () => {
  const losses = new LossCounts();
  const rich = { kind: 'bold', offset: 0, length: 1 } as const;
  const reply = { kind: 'message', id: 3 } as const;
  for (const document of [service(), post(), post({ text: 'x', entities: [rich], reply, album: '7' })])
    losses.add(of(document).losses);
  assert.deepEqual(losses.entries(), [
    ['formatting', 1],
    ['reply', 1],
    ['album', 1],
    ['service', 1],
    ['empty', 1],
  ]);
});
