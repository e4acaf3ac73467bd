import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FailedError, UsageError } from '../../../lib/base/errors.js';
import { olderId } from '../../../lib/base/source-ids.js';
import type { MessageDocument } from '../../../lib/messages/document/document.js';
import { readFilter } from '../../../lib/messages/selection/filter.js';
import { FILTER_FIELDS, fieldsOf } from '../../../lib/messages/selection/filter-fields.js';
import { fileMedia, post, service } from '../../support/documents.js';

const filter = (text: string) => readFilter({ text, origin: '--filter' });

function passes(text: string, document: MessageDocument = post(), whole = [document]): boolean {
  return filter(text)(document, whole);
}

function refusal(text: string): UsageError {
  try {
    filter(text);
  } catch (error) {
    return error as UsageError;
  }
  return assert.fail(`${text} was accepted`);
}

describe('an expression of --filter', () => {
  it('looks at the fields of the document', () => {
    const document = post({
      id: olderId(5),
      text: 'See #News and @Ann: here',
      entities: [
        { kind: 'hashtag', offset: 4, length: 5 },
        { kind: 'mention', offset: 14, length: 4 },
        { kind: 'text_link', offset: 20, length: 4, url: 'https://example.org' },
      ],
      media: fileMedia(2_000, { kind: 'video', name: 'Trip.MP4', mime: 'video/mp4' }),
      views: 120,
      flags: { pinned: true },
      forward: { date: Date.UTC(2020, 0, 1) / 1000, from: -1005 },
      reactions: { counts: [{ reaction: { kind: 'paid' }, count: 3 }] },
      album: '99',
    });
    for (const text of [
      'id == -5 && kind == "video" && size == 2000 && ext == "mp4" && name == "Trip.MP4" && mime == "video/mp4"',
      'date >= timestamp("2024-03-05T00:00:00Z") && date.getFullYear() == 2024',
      '"#news" in hashtags && mentions.exists(m, m == "@ann") && links[0].startsWith("https://example")',
      'views > 100 && reactions == 3 && pinned && !silent && forwarded && forwardedFrom == -1005',
      'forwardDate.getFullYear() == 2020 && album != "" && entities.size() == 3',
      'text.matches("(?i)see #news") && !text.matches("^news")',
      'topic == 0 && replyTo == 0 && comments == 0 && signature == "" && editDate == timestamp(0)',
    ]) {
      assert.equal(passes(text, document), true, text);
    }
    assert.equal(passes('kind == "service" && text == "" && size == 0', service()), true);
    assert.equal(
      passes('albumText.contains("two")', post(), [post({ text: 'one' }), post({ text: 'two' })]),
      true,
    );
  });

  it('is refused with a mark under the place', () => {
    for (const [text, pattern] of [
      [
        'size > 5 && knd == "x"',
        /unknown variable: knd; the fields are id, date.* \(character 13\)\.\nsize > 5 && knd == "x"\n {12}\^$/,
      ],
      ['size > "5"', /no such overload: int > string \(character 1\)\.\nsize > "5"\n\^$/],
      ['size >', /unexpected token: EOF \(character 7\)\.\nsize >\n {6}\^$/],
      ['size', /must be true or false, and this is of the type int \(character 1\)\.\nsize\n\^$/],
      [
        'true ||\n  text.matches("(")',
        /RE2: missing closing \): `\(` \(character 24\)\.\n {2}text\.matches\("\("\)\n {15}\^$/,
      ],
      ['text.matches(name)', /between quotes \(character 14\)\.\n.*\n {13}\^$/],
      ['has(text.size)', /has\(/],
      ['text.matchesPattern("x")', /write matches/],
      ['', /./],
    ] as const) {
      const error = refusal(text);
      assert.equal(error.code, 'BAD_FILTER', text);
      assert.match([error.message, ...((error.fields['place'] ?? []) as string[])].join('\n'), pattern, text);
      assert.match(error.message, /^--filter is not an expression that TelePi can use: /);
    }
    assert.match(refusal(`text == "${'x'.repeat(5000)}"`).message, /longer than 4000 characters/);
  });

  it('finds patterns in a time that no pattern can stretch', () => {
    assert.equal(passes('text.matches("(a+)+$")', post({ text: `${'a'.repeat(4000)}!` })), false);
  });

  it('stops the run when it has no value for a message', () => {
    assert.throws(
      () => passes('100 / views > 2', post()),
      (error: FailedError) =>
        error.code === 'FILTER_FAILED' &&
        /^--filter can't be evaluated for message 7: division by zero\./.test(error.message),
    );
  });

  it('has a value of its type for each field, whatever the message lacks', () => {
    const kinds = { int: 'bigint', double: 'number', bool: 'boolean', string: 'string' } as const;
    for (const document of [post(), service(), { version: 1, kind: 'empty', id: 3 } as const]) {
      const values = fieldsOf(document, [document]);
      for (const [name, { type }] of Object.entries(FILTER_FIELDS)) {
        const value = values[name];
        if (type === 'list<string>') assert.ok(Array.isArray(value), name);
        else if (type === 'google.protobuf.Timestamp') assert.ok(value instanceof Date, name);
        else assert.equal(typeof value, kinds[type], name);
      }
    }
  });
});
