import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../../lib/base/errors.js';
import type { PostDocument } from '../../../lib/messages/document/document.js';
import { covered, plainText } from '../../../lib/messages/text/edit.js';
import { readRegexReplace, readReplace } from '../../../lib/messages/transform/replace.js';
import { STRIPPABLE, strip } from '../../../lib/messages/transform/strip.js';
import { assertSound, formattedTexts } from '../../support/formatted-texts.js';

const post: PostDocument = {
  version: 1,
  kind: 'message',
  id: 1,
  chat: -1001,
  date: 0,
  flags: {},
  text: '',
  entities: [],
};

describe('--replace', () => {
  it('replaces every occurrence and keeps formats', () => {
    const replace = readReplace('a.b=>c => d');
    assert.deepEqual(
      replace(covered('a.b, axb, a.b', { kind: 'bold' })),
      covered('c => d, axb, c => d', { kind: 'bold' }),
    );
    assert.deepEqual(readReplace('x=>')(plainText('axxb')), plainText('ab'));
  });

  it('does not replace in what it has replaced', () => {
    assert.equal(readReplace('aa=>aaa')(plainText('aaaaa')).text, 'aaaaaaa');
  });

  it('refuses a rule without two sides', () => {
    for (const rule of ['a', '=>b', '']) assert.throws(() => readReplace(rule), UsageError, rule);
  });
});

describe('--replace-regex', () => {
  it('fills in groups', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a named group is written like that
    const replace = readRegexReplace('(?P<first>\\w+) (\\w+)=>$2 ${first}, $0 for $$1');
    assert.equal(replace(plainText('one two')).text, 'two one, one two for $1');
    assert.equal(readRegexReplace('(a)|(b)=>[$1$2]')(plainText('ab')).text, '[a][b]');
  });

  it('finds empty matches, and units that characters beyond the first plane take up', () => {
    assert.equal(readRegexReplace('(?m)^=>> ')(plainText('one\ntwo')).text, '> one\n> two');
    assert.deepEqual(
      readRegexReplace('b=>x')({ text: '😀ab', entities: [{ kind: 'bold', offset: 3, length: 1 }] }),
      {
        text: '😀ax',
        entities: [{ kind: 'bold', offset: 3, length: 1 }],
      },
    );
  });

  it('refuses what it cannot read, and says why', () => {
    const faults: readonly (readonly [string, RegExp])[] = [
      ['(?=a)=>b', /invalid or unsupported Perl syntax.*RE2's syntax/],
      ['(a=>b', /missing closing \)/],
      ['a=>$1', /has no group 1; it has 0/],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a named group is written like that
      ['a=>${name}', /has no group name/],
      ['a=>5$', /write \$\$ for the sign itself/],
      ['a', /takes what is to be replaced/],
    ];
    for (const [rule, message] of faults) assert.throws(() => readRegexReplace(rule), message, rule);
  });

  it('does not run away with a pattern that makes others try every way', () => {
    const text = `${'a'.repeat(8000)}!`;
    assert.ok(readRegexReplace('^(a+)+$=>x')(plainText(text)).text === text);
  });
});

describe('--strip', () => {
  const text = '#one see https://example.org/x now, @somebody and Bob there #two';
  const at = (words: string, rest: object) => ({
    ...rest,
    offset: text.indexOf(words),
    length: words.length,
  });
  const document = {
    ...post,
    text,
    entities: [
      at('#one', { kind: 'hashtag' }),
      at('https://example.org/x', { kind: 'link' }),
      at('@somebody', { kind: 'mention' }),
      at('Bob', { kind: 'mention_name', user: 5 }),
      at('there', { kind: 'text_link', url: 'https://example.org/' }),
      at('#two', { kind: 'hashtag' }),
    ],
    markup: {
      kind: 'inline',
      rows: [
        [{ text: 'Open', action: { kind: 'url', url: 'https://example.org/' } }],
        [{ text: 'Vote', action: { kind: 'game' } }],
      ],
    },
    media: { kind: 'web_page', page: { kind: 'none', id: '1' } },
  } as unknown as PostDocument;

  it('removes links, the addresses behind words, the preview and the buttons that open addresses', () => {
    const stripped = strip(document, new Set(['links']));
    assert.equal(stripped.text, '#one see now, @somebody and Bob there #two');
    assert.deepEqual(
      stripped.entities.map(({ kind }) => kind),
      ['hashtag', 'mention', 'mention_name', 'hashtag'],
    );
    assert.equal(stripped.media, undefined);
    assert.deepEqual(stripped.markup, {
      kind: 'inline',
      rows: [[{ text: 'Vote', action: { kind: 'game' } }]],
    });
  });

  it('removes @names, and notifies nobody whose name is in the text', () => {
    const stripped = strip(document, new Set(['mentions']));
    assert.equal(stripped.text, '#one see https://example.org/x now, and Bob there #two');
    assert.ok(!stripped.entities.some(({ kind }) => kind === 'mention_name'));
    assert.deepEqual([stripped.media, stripped.markup], [document.media, document.markup]);
  });

  it('removes hashtags with the blank that they leave', () => {
    const stripped = strip(document, new Set(['hashtags']));
    assert.equal(stripped.text, 'see https://example.org/x now, @somebody and Bob there');
  });
});

describe('entities under transforms', () => {
  it('stay sound, whatever is replaced or stripped', () => {
    const rules = fc.constantFrom('a=>', 'word=>👩‍👩‍👧‍👦 x', '😀=>:)', ' =>  ', '👍=>');
    const patterns = fc.constantFrom('\\s+=>_', '(\\w+) =>$1', '.=>😀', '^=>x', '[^a]*=>');
    fc.assert(
      fc.property(
        formattedTexts,
        rules,
        patterns,
        fc.subarray([...STRIPPABLE]),
        (text, rule, pattern, wanted) => {
          assertSound(readReplace(rule)(text));
          assertSound(readRegexReplace(pattern)(text));
          assertSound(strip({ ...post, ...text }, new Set(wanted)));
        },
      ),
    );
  });
});
