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

  it('is refused with a mark under a part that has no value for any message', () => {
    for (const [text, column, words] of [
      ['date > timestamp("2024-13-01T00:00:00Z")', 18, /"2024-13-01T00:00:00Z" is not a date: .*UTC unless/],
      ['date > timestamp("2024-02-30")', 18, /is not a date/],
      ['views > 1 && date < timestamp("yesterday")', 31, /is not a date/],
      ['date > timestamp(text)', 18, /between quotes/],
      ['links.exists(l, date > timestamp(l))', 34, /between quotes/],
      ['date - editDate > duration("x")', 28, /"x" is not a span/],
      ['date - editDate > duration("1hx")', 28, /"1hx" is not a span/],
      ['date - editDate > duration(text)', 28, /between quotes/],
      ['date.getHours("Mars/Crater") > 3', 15, /"Mars\/Crater" is not a time zone/],
      ['views > int("many")', 9, /no value, whatever the message: int\(\)/],
      ['views > 1 && size > 5 / 0', 21, /no value, whatever the message: division by zero/],
      ['views > [1, 2][5]', 9, /no value/],
      ['kind == {"a": "b"}["c"]', 9, /no value/],
      ['links.all(l, l.matches("("))', 24, /RE2: missing closing/],
    ] as const) {
      const error = refusal(text);
      assert.equal(error.code, 'BAD_FILTER', text);
      assert.match(error.message, words, text);
      assert.match(error.message, new RegExp(`\\(character ${column}\\)\\.$`), text);
      assert.equal((error.fields['place'] as string[])[1], `${' '.repeat(column - 1)}^`, text);
    }
  });

  it('reads dates without a zone in UTC, as --since does', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      for (const [written, at] of [
        ['2024-03-05', Date.UTC(2024, 2, 5)],
        ['2024-03', Date.UTC(2024, 2, 1)],
        ['2024-01-02T00:00:00', Date.UTC(2024, 0, 2)],
        ['2024-01-02T18:30', Date.UTC(2024, 0, 2, 18, 30)],
        ['2024-01-02 18:30:05', Date.UTC(2024, 0, 2, 18, 30, 5)],
        ['2024-01-02T00:00:00+02:00', Date.UTC(2024, 0, 1, 22)],
        ['2024-01-02T00:00:00Z', Date.UTC(2024, 0, 2)],
        ['2024-01-02T00:00:00.000Z', Date.UTC(2024, 0, 2)],
      ] as const) {
        const document = post({ date: at / 1000 });
        assert.equal(passes(`date == timestamp("${written}")`, document), true, written);
      }
      assert.equal(passes('date == timestamp(60)', post({ date: 60 })), true);
      assert.equal(
        passes('date - timestamp("2024-01-01") == duration("1h30m")', post({ date: 1704072600 })),
        true,
      );
      assert.equal(passes('date.getHours("Europe/Berlin") == 2', post({ date: 1704072600 })), true);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
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
