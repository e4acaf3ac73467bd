import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { UsageError } from '../../../lib/base/errors.js';
import { olderId } from '../../../lib/base/source-ids.js';
import { canonicalSelection, describeSelection } from '../../../lib/messages/selection/canonical.js';
import { type Criteria, readCriteria, type SelectionName } from '../../../lib/messages/selection/criteria.js';
import { SELECTABLE_KINDS } from '../../../lib/messages/selection/kinds.js';
import { selectionWords } from '../../support/selection.js';

const NOW = Date.UTC(2024, 4, 31, 10, 30);

const read = (texts: Partial<Record<SelectionName, string>>): Promise<Criteria> =>
  readCriteria(selectionWords(texts), NOW);

async function refusal(texts: Partial<Record<SelectionName, string>>): Promise<UsageError> {
  const error: unknown = await read(texts).then(
    () => assert.fail('it was accepted'),
    (thrown: unknown) => thrown,
  );
  return error as UsageError;
}

const iso = (seconds = 0): string => new Date(seconds * 1000).toISOString();

describe('a date of a selection', () => {
  it('is in UTC unless it names its zone, and an end includes what it names', async () => {
    for (const [text, first, last] of [
      ['2024-03-05', '2024-03-05T00:00:00.000Z', '2024-03-05T23:59:59.000Z'],
      ['2024-02', '2024-02-01T00:00:00.000Z', '2024-02-29T23:59:59.000Z'],
      ['2023', '2023-01-01T00:00:00.000Z', '2023-12-31T23:59:59.000Z'],
      ['2024-03-05T18:30', '2024-03-05T18:30:00.000Z', '2024-03-05T18:30:59.000Z'],
      ['2024-03-05 18:30:07', '2024-03-05T18:30:07.000Z', '2024-03-05T18:30:07.000Z'],
      ['2024-03-05T18:30:07+02:00', '2024-03-05T16:30:07.000Z', '2024-03-05T16:30:07.000Z'],
      ['2024-03-05T18:30-0130', '2024-03-05T20:00:00.000Z', '2024-03-05T20:00:59.000Z'],
      ['2024-03-05T18:30z', '2024-03-05T18:30:00.000Z', '2024-03-05T18:30:59.000Z'],
    ] as const) {
      assert.equal(iso((await read({ since: text })).since?.at), first, text);
      assert.equal(iso((await read({ until: text })).until?.at), last, text);
    }
  });

  it('may be a span back from now, by the calendar for months and years', async () => {
    for (const [text, at] of [
      ['90min', '2024-05-31T09:00:00.000Z'],
      ['12h', '2024-05-30T22:30:00.000Z'],
      ['7d', '2024-05-24T10:30:00.000Z'],
      ['2W', '2024-05-17T10:30:00.000Z'],
      ['3mo', '2024-02-29T10:30:00.000Z'],
      ['1y3mo1d', '2023-02-27T10:30:00.000Z'],
    ] as const) {
      assert.equal(iso((await read({ since: text })).since?.at), at, text);
    }
  });

  it('is refused when it does not exist or could mean two things', async () => {
    for (const text of [
      '2024-02-30',
      '2023-02-29',
      '2024-13',
      '05.03.2024',
      '2024-03-05T25:00',
      'yesterday',
      '7',
      '2024-03-05+02:00',
      '2024-03-05T10:00+15:00',
    ])
      assert.match((await refusal({ since: text })).message, /^--since must be a date such as/, text);
    assert.match((await refusal({ until: '3m' })).message, /minutes or months: write min or mo\.$/);
  });
});

describe('values of a selection', () => {
  it('are sizes with units, which count by 1,024 unless they are decimal ones', async () => {
    for (const [text, bytes] of [
      ['1000', 1000],
      ['512k', 524_288],
      ['20 MiB', 20 * 1024 ** 2],
      ['1.5G', 1.5 * 1024 ** 3],
      ['5MB', 5_000_000],
      ['2gb', 2_000_000_000],
    ] as const) {
      assert.equal((await read({ minSize: text })).minSize, bytes, text);
    }
    for (const text of ['big', '5 apples', '-1', '9999999T', '1e3'])
      assert.match((await refusal({ maxSize: text })).message, /^--maxSize must be a size such as/, text);
  });

  it('are kinds, also in the words of other tools, and the error lists all of them', async () => {
    assert.deepEqual(
      [...((await read({ kind: 'Photos, video gif' })).kind ?? [])],
      ['photo', 'video', 'animation'],
    );
    assert.deepEqual(
      [...((await read({ excludeKind: 'round-video,todo' })).excludeKind ?? [])],
      ['round_video', 'checklist'],
    );
    const { message, code } = await refusal({ kind: 'photo,stickers,vidoe' });
    assert.equal(code, 'BAD_SELECTION');
    for (const kind of SELECTABLE_KINDS) assert.ok(message.includes(kind), kind);
    assert.match(message, /Did you mean video\?$/);
    assert.equal((await refusal({ kind: ' , ' })).code, 'BAD_SELECTION');
  });

  it('are ids, topics, people, endings and a limit', async () => {
    const criteria = await read({
      fromId: '-57',
      toId: '99',
      topic: '1, 7',
      sender: 'me,@Ann_B,-1001,t.me/some_one',
      ext: '.PDF,jpeg,*.zip',
      limit: '20',
    });
    assert.equal(criteria.fromId, olderId(57));
    assert.equal(criteria.toId, 99);
    assert.deepEqual([...(criteria.topic ?? [])], [1, 7]);
    assert.deepEqual(criteria.sender, [
      { kind: 'me' },
      { kind: 'name', name: 'ann_b' },
      { kind: 'id', id: -1001 },
      { kind: 'name', name: 'some_one' },
    ]);
    assert.deepEqual([...(criteria.ext ?? [])], ['pdf', 'jpg', 'zip']);
    assert.equal(criteria.limit, 20);
    for (const texts of [
      { fromId: '0' },
      { toId: '3000000000' },
      { topic: '0' },
      { topic: 'General' },
      { sender: 'Ann' },
      { sender: '' },
      { ext: 'a/b' },
      { limit: '0' },
      { limit: 'many' },
    ])
      assert.equal((await refusal(texts)).code, 'BAD_SELECTION', JSON.stringify(texts));
  });

  it('are refused together when no message meets both', async () => {
    for (const texts of [
      { since: '2024-02', until: '2024-01' },
      { fromId: '9', toId: '8' },
      { minSize: '2M', maxSize: '1M' },
      { kind: 'photo,video', excludeKind: 'video,photo,text' },
    ]) {
      const { code, message } = await refusal(texts);
      assert.equal(code, 'CONTRADICTION', JSON.stringify(texts));
      assert.match(message, /^--\w+ and --\w+ together choose nothing: /);
    }
    await read({
      since: '2024-01-05',
      until: '2024-01-05',
      fromId: '8',
      toId: '8',
      minSize: '1M',
      maxSize: '1M',
    });
  });
});

describe('the pattern of --match', () => {
  it('is checked before any work', async () => {
    for (const text of ['(', '(?=x)', '\\1', 'a**', 'x{2000}']) {
      const { code, message } = await refusal({ match: text });
      assert.equal(code, 'BAD_SELECTION');
      assert.match(
        message,
        /^--match must be a regular expression of RE2 \(.+\), not .* no backreferences/,
        text,
      );
    }
  });

  it('takes no longer for a pattern that would run away in other engines', async () => {
    const { match } = await read({ match: '(a+)+$' });
    assert.equal(match?.value.finds(`${'a'.repeat(4000)}!`), false);
    assert.equal(match?.value.finds('baaa'), true);
    assert.equal((await read({ match: '(?i)ÄPFEL' })).match?.value.finds('zwei äpfel'), true);
  });
});

describe('the canonical form of a selection', () => {
  it('is one for each way to write it, and another for another selection', async () => {
    const one = await read({
      kind: 'video,gif',
      since: '2024-01-01T01:00+01:00',
      minSize: '1MiB',
      limit: '5',
    });
    const other = await read({ minSize: '1048576', since: '2024', kind: 'Animations video,video' });
    assert.equal(canonicalSelection(one), canonicalSelection(other));
    assert.equal(
      canonicalSelection(one),
      '{"kind":["animation","video"],"minSize":1048576,"since":"2024-01-01T00:00:00Z"}',
    );
    assert.equal(canonicalSelection(await read({ since: '7D' })), '{"since":"7d"}');
    assert.equal(canonicalSelection(await read({})), '{}');
  });

  it('is described in the words of the flags', async () => {
    const criteria = await read({
      kind: 'photo',
      excludeKind: 'video',
      minSize: '2',
      limit: '3',
      fromId: '-5',
    });
    assert.equal(describeSelection(criteria), 'from-id -5 kind photo exclude-kind video min-size 2 limit 3');
    assert.equal(describeSelection(await read({})), undefined);
  });

  it('does not depend on the order of a list', async () => {
    const lists = fc.uniqueArray(fc.constantFrom(...SELECTABLE_KINDS), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(lists, fc.nat(), async (kinds, turn) => {
        const cut = turn % kinds.length;
        const turned = [...kinds.slice(cut), ...kinds.slice(0, cut)];
        assert.equal(
          canonicalSelection(await read({ kind: kinds.join(',') })),
          canonicalSelection(await read({ kind: turned.join(' ') })),
        );
      }),
      { numRuns: 30 },
    );
  });
});
