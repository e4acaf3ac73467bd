import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Api } from 'telegram/tl/index.js';
import { layOutFields, Verbatim } from '../../../lib/exchange/desktop/json.js';
import { desktopMessage } from '../../../lib/exchange/desktop/message.js';
import { LocalDates } from '../../../lib/exchange/read/local-dates.js';
import { type ReadScene, readMessage } from '../../../lib/exchange/read/message.js';
import { correctedText } from '../../../lib/exchange/read/raw-value.js';
import { type Correction, scanValue } from '../../../lib/exchange/read/scan-value.js';
import type { MessageDocument, PostDocument } from '../../../lib/messages/document/document.js';
import type { Media } from '../../../lib/messages/document/media.js';
import type { ServiceAction } from '../../../lib/messages/document/service.js';
import type { Entity } from '../../../lib/messages/document/text.js';
import { documentOf } from '../../../lib/messages/tl/document/document.js';
import { anyObject } from '../../support/any-object.js';
import { overTheWire, throughJson } from '../../support/received.js';
import { ANN, BOB, CHANNEL, desktopScene, SELF, written } from '../desktop/desktop-scene.js';

const GROUP = -1_000_000_000_077;

/** What comes back of a message that was written as Telegram Desktop writes it. */
function readBack(document: MessageDocument, own?: unknown): MessageDocument {
  const chat = document.chat ?? GROUP;
  const fields = desktopMessage(document, desktopScene({ strict: true }));
  const all =
    own === undefined ? fields : [...fields, ['telepi', new Verbatim(JSON.stringify(own))] as const];
  const bytes = Buffer.from(layOutFields(all, 0));
  const corrections: Correction[] = [];
  assert.equal(scanValue(bytes, 0, bytes.length, corrections), bytes.length);
  return readText(correctedText(bytes, 0, bytes.length, corrections), chat);
}

/** The document of a message's JSON. */
function readText(text: string, chat: number = GROUP): MessageDocument {
  const scene: ReadScene = {
    ...{ chat, older: undefined, isChannel: false, self: SELF, onName: () => undefined },
    dates: new LocalDates('UTC'),
  };
  const read = readMessage({ text, offset: 0 }, scene);
  assert.ok('document' in read, JSON.stringify(read));
  return read.document;
}

const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const date = fc.integer({ min: 1_400_000_000, max: 1_900_000_000 });
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });

/** A text in pieces, some of which are formatted. */
const formatted = fc
  .array(
    fc.record({ text: words, form: fc.option(fc.constantFrom<Form[]>(...forms()), { nil: undefined }) }),
    { maxLength: 5 },
  )
  .map((pieces) => {
    let text = '';
    const entities: Entity[] = [];
    for (const { text: piece, form } of pieces) {
      if (form) entities.push({ ...form, offset: text.length, length: piece.length });
      text += piece;
    }
    return { text, entities };
  });

type WithoutSpan<T> = T extends unknown ? Omit<T, 'offset' | 'length'> : never;
type Form = WithoutSpan<Entity>;

function forms(): Form[] {
  return [
    ...(
      ['bold', 'italic', 'underline', 'strikethrough', 'spoiler', 'code', 'hashtag', 'link', 'email'] as const
    ).map((kind) => ({ kind })),
    { kind: 'pre', language: 'ts' },
    { kind: 'text_link', url: 'https://example.org/?a="b"' },
    { kind: 'mention_name', user: BOB },
    { kind: 'blockquote', collapsed: true },
    { kind: 'custom_emoji', emoji: '5368324170671202286' },
  ];
}

const point = { latitude: 55.755833, longitude: -37.6 };
const media: fc.Arbitrary<Media> = fc.oneof(
  fc.constantFrom<Media[]>(
    { kind: 'location', point },
    { kind: 'live_location', point, period: 900 },
    { kind: 'venue', point, title: 'T', address: 'A', provider: '', venue: '', venueKind: '' },
    { kind: 'contact', phone: '+1 555', firstName: 'F', lastName: 'L', vcard: '', user: 0 },
    {
      kind: 'checklist',
      title: { text: 'L', entities: [] },
      tasks: [{ id: 2, text: 't', entities: [] }],
      othersMayAdd: true,
    },
    {
      kind: 'giveaway',
      channels: [CHANNEL],
      countries: ['DE'],
      quantity: 3,
      months: 6,
      until: 1_800_000_000,
    },
  ),
  fc
    .record({ voters: fc.nat(9), closed: fc.boolean(), question: formatted })
    .map(({ voters, closed, question }) => ({
      ...{ kind: 'poll' as const, id: '0', question, ...(closed && { closed }) },
      answers: [{ text: 'a', entities: [], option: 'MA==' }],
      results: {
        voters,
        answers: [{ option: 'MA==', voters, ...(voters > 3 && { chosen: true as const }) }],
      },
    })),
);

const reactions = fc.constantFrom<PostDocument['reactions'][]>(
  undefined,
  {
    counts: [
      { reaction: { kind: 'emoji', emoji: '👍' }, count: 2 },
      { reaction: { kind: 'paid' }, count: 9 },
    ],
  },
  {
    counts: [{ reaction: { kind: 'emoji', emoji: '👍' }, count: 1 }],
    recent: [{ peer: ANN, date: 1_700_000_000, reaction: { kind: 'emoji', emoji: '👍' } }],
  },
);

/** A post in which nothing is that Telegram Desktop's format lacks. */
const post: fc.Arbitrary<PostDocument> = fc
  .record({
    id,
    date,
    formatted,
    media: fc.option(media, { nil: undefined }),
    author: fc.constantFrom(ANN, BOB, CHANNEL, SELF),
    editDate: fc.option(date, { nil: undefined }),
    reply: fc.option(id, { nil: undefined }),
    signature: fc.option(words, { nil: undefined }),
    forward: fc.constantFrom(undefined, { from: CHANNEL }, { fromName: 'Somebody' }),
    reactions,
    hasButtons: fc.boolean(),
  })
  .map(({ formatted: text, reply, hasButtons, author, ...fields }) => {
    const head = {
      version: 1,
      kind: 'message',
      chat: GROUP,
      author,
      flags: author === SELF ? { out: true } : {},
    };
    const answered = reply === undefined ? undefined : { kind: 'message', id: reply };
    const document = {
      ...head,
      ...fields,
      ...text,
      reply: answered,
      markup: hasButtons ? BUTTONS : undefined,
    };
    // Without the fields that are undefined.
    return JSON.parse(JSON.stringify(document)) as PostDocument;
  });

const BUTTONS: PostDocument['markup'] = {
  kind: 'inline',
  rows: [
    [
      { text: 'u', action: { kind: 'url', url: 'https://example.org/' } },
      { text: 'c', action: { kind: 'callback', data: '/+8=' } },
    ],
    [
      { text: 's', action: { kind: 'switch_inline', query: 'q', samePeer: true } },
      { text: 'p', action: { kind: 'copy', text: 'x' } },
    ],
  ],
};

/** Actions that Telegram Desktop's format holds whole. */
const ACTIONS: readonly ServiceAction<Media>[] = [
  ...(
    [
      'delete_group_photo',
      'clear_history',
      'take_screenshot',
      'joined_telegram',
      'join_group_by_request',
    ] as const
  ).map((kind) => ({ kind })),
  { kind: 'create_channel', title: 'C' },
  { kind: 'edit_group_title', title: 'G' },
  { kind: 'set_messages_ttl', period: 86_400 },
  { kind: 'edit_chat_theme', theme: { kind: 'emoji', emoji: '🎄' } },
  { kind: 'topic_edited', title: 'T', icon: '5368324170671202286' },
  { kind: 'todo_completions', completed: [1], incompleted: [2, 3] },
  { kind: 'todo_append_tasks', tasks: [{ id: 4, text: 't', entities: [] }] },
  { kind: 'boost_apply', boosts: 3 },
  { kind: 'suggest_birthday', day: 3, month: 4, year: 1990 },
  { kind: 'proximity_reached', from: ANN, to: BOB, distance: 50 },
  { kind: 'send_passport_values', values: ['passport', 'email'] },
  { kind: 'requested_peer', button: 3, peers: [{ peer: BOB }, { peer: CHANNEL }] },
  { kind: 'paid_messages_refund', count: 3, stars: '30' },
  { kind: 'paid_messages_price_change', stars: '10', channelMessagesAllowed: true },
  { kind: 'giveaway_results', winners: 3, unclaimed: 1, stars: true },
  { kind: 'suggested_post_success', price: { kind: 'ton', amount: '2500000001' } },
  { kind: 'send_webview_data', text: 'Button' },
  { kind: 'bot_allowed', domain: 'example.org' },
  { kind: 'custom', text: 'Something happened' },
];

/** Ids and sizes are below 2^53 at Telegram. */
function isPossible(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isPossible);
}

/** Half a surrogate pair has no form in UTF-8. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

describe('a document that was written as Telegram Desktop writes it', () => {
  it('is read as it was, if the format holds all of it', () => {
    fc.assert(
      fc.property(post, (document) => {
        const { imported: _, ...read } = readBack(document) as PostDocument;
        assert.deepEqual(read, document);
      }),
      { numRuns: 500 },
    );
  });

  it('and that Telegram Desktop itself has written before, is written as it was', () => {
    const head = { id: 7, type: 'message', date: '2024-03-05T12:00:00', date_unixtime: '1709640000' };
    const from = { from: 'Ann Lee', from_id: `user${ANN}` };
    const text = { text: 'é', text_entities: [{ type: 'plain', text: 'é' }] };
    const none = { text: '', text_entities: [] };
    const note = { ...head, type: 'service', actor: 'Ann Lee', actor_id: `user${ANN}` };
    const emoji = { type: 'custom_emoji', text: 'x', document_id: 'stickers/sticker.webm' };
    const messages: readonly object[] = [
      { ...head, ...from, ...text },
      { ...head, ...from, photo: 'photos/photo_1.jpg', photo_file_size: 5, width: 3, height: 2, ...text },
      { ...head, ...from, photo_file_size: 0, ...none },
      {
        ...{
          ...head,
          ...from,
          saved_from: 'News',
          via_bot: '@somebot',
          file: 'files/a.pdf',
          file_name: 'a.pdf',
          file_size: 7,
        },
        ...{
          thumbnail: 'files/a.pdf_thumb.jpg',
          thumbnail_file_size: 2,
          mime_type: 'application/pdf',
          ...text,
        },
      },
      {
        ...{
          ...head,
          ...from,
          file: '(File not included. Change data exporting settings to download.)',
          file_size: 9,
        },
        ...{
          media_type: 'audio_file',
          performer: 'P',
          title: 'T',
          mime_type: 'audio/mpeg',
          duration_seconds: 3,
          ...none,
        },
      },
      { ...head, ...from, text: [emoji], text_entities: [emoji] },
      { ...head, ...from, hologram: { depth: 3 }, ...text },
      { ...note, action: 'create_group', title: 'G', members: ['Ann Lee', null], ...none },
      { ...note, action: 'invite_members', members: ['Bob'], ...none },
      { ...note, action: 'join_group_by_link', inviter: 'Bob', ...none },
      {
        ...note,
        action: 'edit_group_photo',
        photo: 'photos/p.jpg',
        photo_file_size: 5,
        width: 3,
        height: 2,
        ...none,
      },
      { ...note, action: 'send_premium_gift', cost: '4,99 EUR', months: 3, ...none },
      { ...note, action: 'phone_call', duration_seconds: 5, discard_reason: 'hangup', ...none },
      { ...note, action: 'hologram_sent', depth: 3, ...none },
    ];
    for (const message of messages) {
      const shown = JSON.stringify(message);
      const document = readText(shown);
      assert.equal(JSON.stringify(JSON.parse(written(document, { strict: true }))), shown);
    }
  });

  it('is the same action', () => {
    for (const action of ACTIONS) {
      const document: MessageDocument = {
        ...{
          version: 1,
          kind: 'service',
          id: 5,
          chat: GROUP,
          date: 1_700_000_000,
          author: ANN,
          flags: {},
          action,
        },
      };
      const read = readBack(document);
      assert.ok(read.kind === 'service', action.kind);
      assert.deepEqual(read.action, action);
    }
  });

  it('is whole with the key telepi, whatever a message of Telegram holds', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const message = anyObject(gen, 'Message') as Api.TypeMessage;
        const document = throughJson(documentOf(overTheWire(message), { chat: GROUP })) as MessageDocument;
        fc.pre(document.id > 0 && document.chat !== undefined && isPossible(document));
        assert.deepEqual(readBack(document, { v: 1, document }), document);
      }),
      { numRuns: 80 },
    );
  });

  it('is read without an error, whatever a message of Telegram holds, with its text', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const message = anyObject(gen, 'Message') as Api.TypeMessage;
        const document = documentOf(overTheWire(message), { chat: GROUP });
        fc.pre(document.id > 0);
        const read = readBack(document);
        assert.equal(read.id, document.id);
        if (document.kind === 'message' && read.kind === 'message' && !document.richMessage)
          assert.equal(read.text, wellFormed(document.text));
      }),
      { numRuns: 300 },
    );
  });
});
