import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { foundIn } from '../../lib/sandbox/text/found.js';
import { asKept, FOUND } from '../../lib/sandbox/text/kept.js';
import type { Entity, EntityKind, StyledText } from '../../lib/sandbox/world/entity.js';

const COMMANDS = { commands: true };

/** What is found, as "kind text". */
function found(text: string): string[] {
  return foundIn(text, COMMANDS).map(
    ({ kind, offset, length }) => `${kind} ${text.slice(offset, offset + length)}`,
  );
}

/** Texts, and what Telegram finds in each. */
const EXAMPLES: readonly (readonly [text: string, ...found: string[]])[] = [
  ['nothing here, at 10.30 or 5/6. End.'],
  ['@name, (@other_1) and @gif', 'mention @name', 'mention @other_1', 'mention @gif'],
  ['@abc a@name @éa @a_very_long_name_that_is_over_the_limit'],
  ['/start /do@some_bot', 'botCommand /start', 'botCommand /do@some_bot'],
  ['a/b </tag> //x /cmd@ab /a/b'],
  ['#tag #día #1a #привет#', 'hashtag #tag', 'hashtag #día', 'hashtag #1a'],
  ['#tag@channel #12 a#tag ##deep', 'hashtag #tag@channel', 'hashtag #deep'],
  ['$USD $1INCH $TOOLONGNAME $usd A$USD $$USD', 'cashtag $USD', 'cashtag $1INCH'],
  ['ann@example.org, mailto:bob+c@mail.co', 'email ann@example.org', 'email bob+c@mail.co'],
  ['see https://example.org/a?b=c#d.', 'url https://example.org/a?b=c#d'],
  ['(http://a.bc/c_(d)) [x](http://e.fr/g)', 'url http://a.bc/c_(d)', 'url http://e.fr/g'],
  ['telegram.org, t.me/name/5! not.a-domain nor.this1', 'url telegram.org', 'url t.me/name/5'],
  ['file.txt main.ts x.y 1.2.3 v1.0.0'],
  ['127.0.0.1:8080/x 256.1.1.1', 'url 127.0.0.1:8080/x'],
  ['HTTPS://EXAMPLE.ORG ftp://a.bc sftp://a.bc ssh://host.org', 'url HTTPS://EXAMPLE.ORG', 'url ftp://a.bc'],
  ['президент.рф «кремль.рф»', 'url президент.рф', 'url кремль.рф'],
  ['http://user:pass@host.org/ a.b@c', 'url http://user:pass@host.org/'],
  ['tg://resolve?domain=x. ton://abc', 'url tg://resolve?domain=x', 'url ton://abc'],
  ['4242424242424242 4242 4242 4242 4242', 'bankCard 4242424242424242', 'bankCard 4242 4242 4242 4242'],
  ['4242424242424241 +4242424242424242 x4242424242424242'],
  ['call +1-212-555-0123 or +7 (999) 123 45 67', 'phone +1-212-555-0123', 'phone +7 (999) 123 45 67'],
  ['+12 1+12125550123 +1212555012312345'],
  ['😀@name 😀 https://t.me/😀', 'mention @name', 'url https://t.me/😀'],
];

describe('what Telegram finds in a text', () => {
  for (const [text, ...wanted] of EXAMPLES) {
    it(`of ${JSON.stringify(text)}`, () => assert.deepEqual(found(text), wanted));
  }

  it('has no commands between two people', () => {
    assert.deepEqual(foundIn('/start', { commands: false }), []);
  });

  it('is marked up to the 256th character of a hashtag', () => {
    const [entity] = foundIn(`#${'a'.repeat(300)}`, COMMANDS);
    assert.deepEqual(entity, { kind: 'hashtag', offset: 0, length: 257 });
  });
});

const PIECES = [
  'word',
  '@name',
  '@ab',
  '#tag',
  '#',
  '$EUR',
  '/go',
  'a.org',
  'https://',
  't.me/x',
  'x@y.org',
  '+4915112345678',
  '4242424242424242',
  '😀',
  '👨‍👩‍👧',
  'é',
  'رمز',
  ' ',
  '\n',
  '.',
  ':',
  '/',
  '@',
  '(',
  ')',
  '-',
  '0',
] as const;

const texts = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 25 })
  .map((pieces) => pieces.join(''));
const STYLES: readonly EntityKind[] = ['bold', 'italic', 'underline', 'strike', 'spoiler'];
const CODE: readonly EntityKind[] = ['code', 'pre'];
const SET: readonly EntityKind[] = [
  ...STYLES,
  ...CODE,
  'blockquote',
  'textUrl',
  'mentionName',
  'customEmoji',
];

const styledTexts: fc.Arbitrary<StyledText> = texts.chain((text) =>
  fc.record({
    text: fc.constant(text),
    entities: fc.array(
      fc.record({
        kind: fc.constantFrom<EntityKind>(...SET, 'date', ...FOUND),
        offset: fc.integer({ min: -1, max: text.length }),
        length: fc.integer({ min: 0, max: text.length + 1 }),
      }),
      { maxLength: 8 },
    ),
  }),
);

const endOf = ({ offset, length }: Entity): number => offset + length;
const overlap = (one: Entity, other: Entity): boolean =>
  one.offset < endOf(other) && other.offset < endOf(one);
const isNested = (one: Entity, other: Entity): boolean =>
  (one.offset <= other.offset && endOf(other) <= endOf(one)) ||
  (other.offset <= one.offset && endOf(one) <= endOf(other));

/** Whether two entities may lie over each other, by core.telegram.org/bots/api#messageentity. */
function mayOverlap(one: Entity, other: Entity): boolean {
  const kinds = [one.kind, other.kind];
  const [isQuote, isStyle, isCode] = [['blockquote'], STYLES, CODE].map((all) =>
    kinds.map((kind) => all.includes(kind)),
  ) as [boolean[], boolean[], boolean[]];
  if (isQuote.every(Boolean)) return false;
  if (isCode.some(Boolean)) return isQuote.some(Boolean) && isNested(one, other);
  if (isStyle.every(Boolean)) return one.kind !== other.kind;
  if (isStyle.some(Boolean)) return true;
  if (isQuote.some(Boolean)) return isNested(one, other);
  const isEmojiInLabel =
    kinds.includes('customEmoji') && (kinds.includes('textUrl') || kinds.includes('mentionName'));
  return isEmojiInLabel && isNested(one, other);
}

describe('a text as Telegram keeps it', () => {
  it('marks whole characters within the text, without overlaps, in order', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let end = 0;
        for (const { offset, length } of foundIn(text, COMMANDS)) {
          assert.ok(length > 0 && offset >= end && offset + length <= text.length);
          end = offset + length;
          const marked = text.slice(offset, end);
          assert.ok(!/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(marked), marked);
          assert.ok(!/\s/.test(marked.replaceAll(' ', '')), marked);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no two entities over each other that may not be, and is kept the same again', () => {
    fc.assert(
      fc.property(styledTexts, (styled) => {
        const kept = asKept(styled, COMMANDS);
        assert.equal(kept.text, styled.text);
        for (const [index, one] of kept.entities.entries()) {
          assert.ok(one.offset >= 0 && one.length > 0 && endOf(one) <= kept.text.length);
          for (const other of kept.entities.slice(index + 1)) {
            assert.ok(one.offset <= other.offset);
            assert.ok(!overlap(one, other) || mayOverlap(one, other), `${one.kind} ${other.kind}`);
          }
        }
        assert.deepEqual(asKept(kept, COMMANDS), kept);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps every style outside code, and everything found that nothing lies over', () => {
    fc.assert(
      fc.property(styledTexts, (styled) => {
        const { entities } = asKept(styled, COMMANDS);
        const of = (kinds: readonly EntityKind[], all: readonly Entity[]) =>
          all.filter(({ kind }) => kinds.includes(kind));
        const covers = (all: readonly Entity[], unit: number): boolean =>
          all.some((entity) => entity.offset <= unit && unit < endOf(entity));
        const code = of(CODE, entities);
        for (let unit = 0; unit < styled.text.length; unit++) {
          for (const style of STYLES) {
            const wanted = covers(of([style], styled.entities), unit) && !covers(code, unit);
            assert.equal(covers(of([style], entities), unit), wanted, `${style} at ${unit}`);
          }
        }
        const others = entities.filter(({ kind }) => !FOUND.has(kind) && !STYLES.includes(kind));
        for (const entity of foundIn(styled.text, COMMANDS)) {
          const isFree = !others.some((other) => overlap(other, entity));
          if (isFree)
            assert.ok(entities.some((each) => each.kind === entity.kind && each.offset === entity.offset));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has nothing found in code, links and custom emoji, and links inside a quote', () => {
    const text = '@code @link @word quoted: t.me/x';
    const entities: readonly Entity[] = [
      { kind: 'code', offset: 0, length: 5 },
      { kind: 'textUrl', offset: 6, length: 5, url: 'https://example.org/' },
      { kind: 'bold', offset: 0, length: 17 },
      { kind: 'blockquote', offset: 18, length: 14 },
      { kind: 'hashtag', offset: 18, length: 6 },
    ];
    const kept = asKept({ text, entities }, COMMANDS).entities;
    assert.deepEqual(
      kept.map(({ kind, offset, length }) => [kind, offset, length]),
      [
        ['code', 0, 5],
        ['bold', 5, 12],
        ['textUrl', 6, 5],
        ['mention', 12, 5],
        ['blockquote', 18, 14],
        ['url', 26, 6],
      ],
    );
  });
});
