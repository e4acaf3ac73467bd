import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Entity, FormattedText } from '../../../lib/messages/document/text.js';
import {
  concat,
  covered,
  type Edit,
  insert,
  join,
  plainText,
  replaceRanges,
  slice,
  trim,
} from '../../../lib/messages/text/edit.js';
import { assertSound, formattedTexts, isWellFormed, looks } from '../../support/formatted-texts.js';

const bold = (offset: number, length: number): Entity => ({ kind: 'bold', offset, length });
const CUTTABLE = ['bold', 'italic', 'spoiler', 'code', 'pre', 'blockquote', 'text_link'] as const;

describe('joining and cutting', () => {
  it('loses nothing of texts that are joined and cut again', () => {
    fc.assert(
      fc.property(formattedTexts, formattedTexts, (one, other) => {
        const both = concat(one, other);
        assertSound(both);
        assert.deepEqual(slice(both, 0, one.text.length), one);
        assert.deepEqual(slice(both, one.text.length), other);
      }),
    );
  });

  it('keeps every word and its format in two slices, wherever the text is cut', () => {
    fc.assert(
      fc.property(formattedTexts, fc.nat(200), (text, at) => {
        const parts = [slice(text, 0, at), slice(text, at)] as const;
        for (const part of parts) assertSound(part);
        assert.ok(isWellFormed(parts[0].text));
        assert.deepEqual(
          parts.flatMap((part) => looks(part, CUTTABLE)),
          looks(text, CUTTABLE),
        );
      }),
    );
  });

  it('leaves out what means nothing when it is cut', () => {
    const text: FormattedText = {
      text: 'see https://example.org now',
      entities: [{ kind: 'link', offset: 4, length: 19 }, bold(0, 27)],
    };
    assert.deepEqual(slice(text, 0, 12), { text: 'see https://', entities: [bold(0, 12)] });
  });

  it('joins only texts that are not empty', () => {
    const text = join([plainText(''), covered('a', { kind: 'bold' }), plainText(''), plainText('b')], '\n');
    assert.deepEqual(text, { text: 'a\nb', entities: [bold(0, 1)] });
  });
});

describe('trimming', () => {
  it("takes blanks off both ends and moves entities along, as the server's rule says", () => {
    const text = { text: ' \n hello you \t\n', entities: [bold(0, 8), bold(9, 6)] };
    assert.deepEqual(trim(text), { text: 'hello you', entities: [bold(0, 5), bold(6, 3)] });
  });

  it('does not take a link whose blanks it trims for a cut one', () => {
    const text: FormattedText = { text: ' #tag ', entities: [{ kind: 'hashtag', offset: 0, length: 6 }] };
    assert.deepEqual(trim(text), { text: '#tag', entities: [{ kind: 'hashtag', offset: 0, length: 4 }] });
  });

  it('leaves nothing of blanks alone', () => {
    assert.deepEqual(trim({ text: ' \n ', entities: [bold(0, 2)] }), { text: '', entities: [] });
  });
});

describe('replacing', () => {
  const text = { text: 'one two three', entities: [bold(4, 3)] };

  it('formats the new words as the old ones were', () => {
    assert.deepEqual(replaceRanges(text, [{ from: 4, to: 7, by: plainText('second') }]), {
      text: 'one second three',
      entities: [bold(4, 6)],
    });
    const inside = { text: 'one two three', entities: [bold(0, 13)] };
    assert.deepEqual(replaceRanges(inside, [{ from: 4, to: 7, by: plainText('') }]).entities, [bold(0, 10)]);
  });

  it('leaves the rest of an entity that is replaced in part', () => {
    assert.deepEqual(replaceRanges(text, [{ from: 2, to: 6, by: plainText('XX') }]), {
      text: 'onXXo three',
      entities: [bold(4, 1)],
    });
  });

  it('puts text that is inserted at an edge outside', () => {
    const start = insert(text, 4, plainText('>'));
    assert.deepEqual(start, { text: 'one >two three', entities: [bold(5, 3)] });
    assert.deepEqual(insert(text, 7, plainText('<')), { text: 'one two< three', entities: [bold(4, 3)] });
  });

  it('keeps a link in which a part is replaced, unless it becomes several words', () => {
    const link: FormattedText = {
      text: 'at https://old.org/x',
      entities: [{ kind: 'link', offset: 3, length: 17 }],
    };
    const edit = (by: string): Edit[] => [{ from: 11, to: 14, by: plainText(by) }];
    assert.deepEqual(replaceRanges(link, edit('newer')).entities, [{ kind: 'link', offset: 3, length: 19 }]);
    assert.deepEqual(replaceRanges(link, edit('a b')).entities, []);
  });

  it('refuses edits that overlap', () => {
    const edits = [
      { from: 0, to: 5, by: plainText('') },
      { from: 4, to: 6, by: plainText('') },
    ];
    assert.throws(() => replaceRanges(text, edits), RangeError);
  });

  it('keeps words that are not touched, with their format, and every entity inside', () => {
    fc.assert(
      fc.property(
        formattedTexts,
        fc.array(fc.nat(150), { maxLength: 6 }),
        formattedTexts,
        (whole, at, by) => {
          const places = [...new Set(at)].filter((each) => each <= whole.text.length).sort((a, b) => a - b);
          const edits: Edit[] = [];
          for (let index = 0; index + 1 < places.length; index += 2) {
            edits.push({ from: places[index] ?? 0, to: (places[index + 1] ?? 0) - 1, by });
          }
          const good = edits.filter(({ from, to }) => isWhole(whole.text, from) && isWhole(whole.text, to));
          const changed = replaceRanges(whole, good);
          assertSound(changed);
          const before = looks(whole, CUTTABLE);
          const after = looks(changed, CUTTABLE);
          let [from, shift] = [0, 0];
          for (const edit of [...good, { from: whole.text.length, to: 0, by }]) {
            assert.deepEqual(after.slice(from + shift, edit.from + shift), before.slice(from, edit.from));
            shift += by.text.length - (edit.to - edit.from);
            from = edit.to;
          }
        },
      ),
    );
  });
});

/** Whether an index lies outside surrogate pairs. */
function isWhole(text: string, index: number): boolean {
  return isWellFormed(text.slice(0, index));
}
