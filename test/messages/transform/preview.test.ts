import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FormattedText } from '../../../lib/messages/document/text.js';
import { covered, join, plainText } from '../../../lib/messages/text/edit.js';
import { followedPreview, withPreview } from '../../../lib/messages/transform/preview.js';
import { readRegexReplace, readReplace } from '../../../lib/messages/transform/replace.js';

const [A, B, C] = ['https://a.example/1', 'https://b.example/2', 'https://c.example/3'] as const;

function linked(...urls: readonly string[]): FormattedText {
  return join([plainText('see'), ...urls.map((url) => covered(url, { kind: 'link' }))], ' ');
}

describe('a link preview', () => {
  it('leads where its link leads', () => {
    const cases: readonly (readonly [string, FormattedText, FormattedText, string | undefined])[] = [
      [A, linked(A, B), linked(A, C), A],
      [A, linked(A, B), linked(C, B), C],
      [B, linked(A, B), linked(A, C), C],
      [B, linked(A, B), linked(C, A), A],
      [A, linked(A, B), linked(B), undefined],
      [A, linked(A), linked(B, C), B],
      [A, linked(A), plainText('see'), undefined],
      ['https://a.example', linked('A.example/'), linked('b.example'), 'b.example'],
      [C, linked(A), linked(B), C],
      [A, linked(A), plainText(`see ${B}`), B],
      [A, covered('here', { kind: 'text_link', url: A }), covered('here', { kind: 'text_link', url: B }), B],
    ];
    for (const [url, before, after, expected] of cases) {
      assert.equal(followedPreview(url, before, after), expected, `${url}: ${before.text} => ${after.text}`);
    }
  });

  it('is found again by its words when replacements change them and other links', () => {
    const cases: readonly (readonly [FormattedText, ReturnType<typeof readReplace>, string | undefined])[] = [
      [linked(A, B), readReplace(`${A} =>`), undefined],
      [linked(A, B), readReplace(` ${B}=>`), A],
      [linked(A, B), readRegexReplace('\\w\\.example/\\d=>new.example/0'), 'https://new.example/0'],
      [linked(A, B), readReplace(`see ${A}=>see`), undefined],
      [linked(A, B), readReplace(`${A} ${B}=>${B}`), undefined],
      [covered('here', { kind: 'text_link', url: A }), readReplace('here=>there'), A],
    ];
    for (const [before, change, expected] of cases) {
      const { text, url } = withPreview(before, A, change);
      assert.deepEqual(text, change(before));
      assert.equal(url, expected, `${before.text} => ${text.text}`);
    }
  });
});
