import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { canonicalJson } from '../../../lib/messages/document/canonical.js';
import type { Entity } from '../../../lib/messages/document/text.js';
import { documentOf } from '../../../lib/messages/tl/document/document.js';
import { CHANNEL, postDocument, throughJson } from '../../support/received.js';
import { construct, constructorsOf } from '../../support/tl-schema.js';

const at = { offset: 2, length: 3 };

const ENTITIES: readonly [Api.TypeMessageEntity, object][] = [
  [new Api.MessageEntityMention(at), { kind: 'mention' }],
  [new Api.MessageEntityHashtag(at), { kind: 'hashtag' }],
  [new Api.MessageEntityBotCommand(at), { kind: 'bot_command' }],
  [new Api.MessageEntityUrl(at), { kind: 'link' }],
  [new Api.MessageEntityEmail(at), { kind: 'email' }],
  [new Api.MessageEntityBold(at), { kind: 'bold' }],
  [new Api.MessageEntityItalic(at), { kind: 'italic' }],
  [new Api.MessageEntityCode(at), { kind: 'code' }],
  [new Api.MessageEntityPre({ ...at, language: 'ts' }), { kind: 'pre', language: 'ts' }],
  [new Api.MessageEntityTextUrl({ ...at, url: 'https://a.b' }), { kind: 'text_link', url: 'https://a.b' }],
  [new Api.MessageEntityMentionName({ ...at, userId: bigInt(9) }), { kind: 'mention_name', user: 9 }],
  [
    new Api.InputMessageEntityMentionName({
      ...at,
      userId: new Api.InputUser({ userId: bigInt(9), accessHash: bigInt(1) }),
    }),
    { kind: 'mention_name', user: 9 },
  ],
  [new Api.MessageEntityPhone(at), { kind: 'phone' }],
  [new Api.MessageEntityCashtag(at), { kind: 'cashtag' }],
  [new Api.MessageEntityUnderline(at), { kind: 'underline' }],
  [new Api.MessageEntityStrike(at), { kind: 'strikethrough' }],
  [new Api.MessageEntityBankCard(at), { kind: 'bank_card' }],
  [new Api.MessageEntitySpoiler(at), { kind: 'spoiler' }],
  [
    new Api.MessageEntityCustomEmoji({ ...at, documentId: bigInt('5368324170671202286') }),
    { kind: 'custom_emoji', emoji: '5368324170671202286' },
  ],
  [new Api.MessageEntityBlockquote(at), { kind: 'blockquote' }],
  [new Api.MessageEntityBlockquote({ ...at, collapsed: true }), { kind: 'blockquote', collapsed: true }],
  [
    new Api.MessageEntityFormattedDate({ ...at, date: 1_700_000_000, shortDate: true, dayOfWeek: true }),
    { kind: 'date', date: 1_700_000_000, shortDate: true, dayOfWeek: true },
  ],
  [new Api.MessageEntityDiffInsert(at), { kind: 'diff_insert' }],
  [new Api.MessageEntityDiffReplace({ ...at, oldText: 'was' }), { kind: 'diff_replace', oldText: 'was' }],
  [new Api.MessageEntityDiffDelete(at), { kind: 'diff_delete' }],
];

describe("a document's text", () => {
  it('has every entity that Telegram knows', () => {
    for (const [entity, expected] of ENTITIES) {
      const { text, entities, raw } = postDocument({ message: 'abcdefg', entities: [entity] });
      assert.deepEqual(
        { text, entities, raw },
        { text: 'abcdefg', entities: [{ ...at, ...expected }], raw: undefined },
      );
    }
    const named = new Set(['MessageEntityUnknown', ...ENTITIES.map(([{ className }]) => className)]);
    assert.deepEqual(
      [...named].sort(),
      constructorsOf('MessageEntity')
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('keeps an unknown entity with its place and its bytes', () => {
    const document = postDocument({ message: 'abcdefg', entities: [new Api.MessageEntityUnknown(at)] });
    assert.deepEqual(document.entities, [
      {
        ...at,
        kind: 'unknown',
        name: 'MessageEntityUnknown',
        id: 'bb92ba95',
        tl: new Api.MessageEntityUnknown(at).getBytes().toString('base64'),
      },
    ]);
    assert.ok(document.raw);
  });

  it('keeps any text, and entities inside it as they are', () => {
    fc.assert(
      fc.property(textWithSpans(), ({ text, spans }) => {
        const entities = spans.map((span) => new Api.MessageEntityItalic(span));
        const document = postDocument({ message: text, entities });
        assert.equal(document.text, text);
        assert.deepEqual(
          document.entities,
          spans.map((span) => ({ kind: 'italic', ...span })),
        );
        assert.deepEqual(throughJson(document), document);
        assert.deepEqual(JSON.parse(canonicalJson(document)), document);
      }),
    );
  });

  it('keeps a text that no wire could carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '\ud83d', '\udc4d'), (text, half) => {
        const message = construct('Message', { id: 1, peerId: CHANNEL, date: 1, message: text + half });
        const document = documentOf(message as Api.Message);
        assert.deepEqual(throughJson(document), document);
        assert.equal('text' in document && document.text, text + half);
      }),
    );
  });

  it('has no entity that leads outside it, whatever the server says', () => {
    const number = fc.oneof(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: -3, max: 30 }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.array(fc.tuple(number, number)), (message, places) => {
        const entities = places.map(([offset, length]) => new Api.MessageEntityBold({ offset, length }));
        const document = postDocument({ message, entities });
        assert.equal(document.entities.length, places.length);
        for (const entity of document.entities) assertInside(entity, message);
      }),
    );
  });
});

function assertInside({ offset, length }: Entity, text: string): void {
  assert.ok(
    offset >= 0 && length >= 0 && offset + length <= text.length,
    `${offset}+${length} of ${text.length}`,
  );
}

/** A text that a wire carries, and places inside it in UTF-16 units. */
function textWithSpans(): fc.Arbitrary<{ text: string; spans: { offset: number; length: number }[] }> {
  return fc.string({ unit: 'grapheme', maxLength: 50 }).chain((text) =>
    fc.record({
      text: fc.constant(text),
      spans: fc.array(
        fc
          .tuple(fc.nat(text.length), fc.nat(text.length))
          .map(([a, b]) => ({ offset: Math.min(a, b), length: Math.abs(a - b) })),
      ),
    }),
  );
}
