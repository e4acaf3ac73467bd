import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { returnBigInt as bigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import { changedText, textIn } from '../../../lib/messages/tl/input/rich-text-change.js';
import { readReplace } from '../../../lib/messages/transform/replace.js';

const { tree } = fc.letrec<{ tree: Api.TypeRichText }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '😀') }).map((text) => new Api.TextPlain({ text })),
    fc.constant(new Api.TextMath({ source: 'abc' })),
    fc.constant(new Api.TextCustomEmoji({ documentId: bigInt(5), alt: '😀' })),
    fc.array(tie('tree'), { maxLength: 4 }).map((texts) => new Api.TextConcat({ texts })),
    tie('tree').map((text) => new Api.TextBold({ text })),
    tie('tree').map((text) => new Api.TextMarked({ text })),
    tie('tree').map((text) => new Api.TextUrl({ text, url: 'https://a.org', webpageId: bigInt(0) })),
  ),
}));

const wordsIn = (text: Api.TypeRichText): string => textIn(text).text.replaceAll('\uFFFC', '');

describe('a text of a rich message', () => {
  it('is the same object when nothing is replaced', () => {
    fc.assert(
      fc.property(tree, (text) => {
        const same = changedText(text, { text: (words) => words, url: (url) => url });
        assert.equal(same, text);
      }),
    );
  });

  it('says what the rule makes of its words, whatever formats they cross', () => {
    const rules = fc.constantFrom('ab=>x', 'a=>', 'b=>long words', 'ab c=>😀', '😀=>a');
    fc.assert(
      fc.property(tree, rules, (text, rule) => {
        const replace = readReplace(rule);
        const before = textIn(text);
        const changed = changedText(text, { text: replace, url: (url) => url });
        assert.equal(wordsIn(changed), replace(before).text.replaceAll('\uFFFC', ''));
        assert.ok(changed.getBytes().length > 0);
      }),
    );
  });
});
