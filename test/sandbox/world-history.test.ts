import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Paging, pageHash, pageOf } from '../../lib/sandbox/world/history.js';
import type { Message } from '../../lib/sandbox/world/message.js';

const NO_PAGING: Paging = { offsetId: 0, offsetDate: 0, addOffset: 0, limit: 0, maxId: 0, minId: 0 };

function message(id: number, date = id): Message {
  return {
    id,
    uid: id,
    peer: 1,
    from: 1,
    sender: 1,
    date,
    text: '',
    entities: [],
    media: undefined,
    action: undefined,
    reply: undefined,
    topicId: undefined,
    groupedId: undefined,
    silent: false,
    noforwards: false,
    invertMedia: false,
  };
}

function idsOf(history: readonly Message[], paging: Partial<Paging>): number[] {
  return pageOf(history, { ...NO_PAGING, ...paging }).messages.map(({ id }) => id);
}

/** The rule read literally: number the messages from the newest, and look at each number of the window in turn. */
function literally(history: readonly Message[], p: Paging): number[] {
  const newestFirst = [...history].sort((a, b) => b.id - a.id);
  const passed = newestFirst.filter(({ id, date }) =>
    p.offsetId > 0 ? id >= p.offsetId : p.offsetDate > 0 && date >= p.offsetDate,
  ).length;
  const limit = p.limit <= 0 ? 20 : Math.min(p.limit, 100);
  const ids: number[] = [];
  for (let step = 0; step < limit; step++) {
    const found = newestFirst[passed + p.addOffset + step];
    if (found && !(p.maxId > 0 && found.id >= p.maxId) && !(p.minId > 0 && found.id <= p.minId))
      ids.push(found.id);
  }
  return ids;
}

const history = fc
  .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 150 })
  .map((ids) => ids.sort((a, b) => a - b).map((id) => message(id, Math.floor(id / 3))));
const bound = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 410 }));
const paging = fc.record({
  offsetId: bound,
  offsetDate: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 140 })),
  addOffset: fc.integer({ min: -160, max: 160 }),
  limit: fc.integer({ min: 0, max: 130 }),
  maxId: bound,
  minId: bound,
});

test('a page follows the documented rule, for any history and arguments', () => {
  fc.assert(
    fc.property(history, paging, (messages, page) => {
      assert.deepEqual(idsOf(messages, page), literally(messages, page));
    }),
    { numRuns: 2000 },
  );
});

test('reading on from the last id returns every message once, oldest or newest first', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 40 }), (messages, limit) => {
      const all = messages.map(({ id }) => id);
      const down: number[] = [];
      for (let offsetId = 0; ; offsetId = down.at(-1) ?? 0) {
        const page = idsOf(messages, { offsetId, limit });
        down.push(...page);
        if (page.length < limit) break;
      }
      assert.deepEqual(down.reverse(), all);
      const up: number[] = [];
      for (let last = 0; ; last = up.at(-1) ?? 0) {
        const page = idsOf(messages, { offsetId: last + 1, addOffset: -limit, limit });
        up.push(...page.reverse());
        if (page.length < limit) break;
      }
      assert.deepEqual(up, all);
    }),
  );
});

test('a window that begins before the newest message is cut off, not shifted', () => {
  const messages = [1, 2, 3, 4, 5].map((id) => message(id));
  assert.deepEqual(idsOf(messages, { offsetId: 4, addOffset: -10, limit: 10 }), [5, 4]);
  assert.deepEqual(idsOf(messages, { offsetId: 4, addOffset: -1, limit: 3 }), [4, 3, 2]);
  assert.deepEqual(idsOf(messages, { addOffset: 2, limit: 2 }), [3, 2]);
});

test('max_id and min_id filter the slice after it was cut', () => {
  const messages = Array.from({ length: 50 }, (_, i) => message(i + 1));
  assert.deepEqual(idsOf(messages, { limit: 5, maxId: 49, minId: 46 }), [48, 47]);
  assert.deepEqual(idsOf(messages, { limit: 5, maxId: 10 }), []);
});

test('limit 0 gives 20 messages, and more than 100 gives 100', () => {
  const messages = Array.from({ length: 200 }, (_, i) => message(i + 1));
  assert.equal(idsOf(messages, {}).length, 20);
  assert.equal(idsOf(messages, { limit: 1000 }).length, 100);
});

test('the position of a page is the number of newer messages', () => {
  const messages = Array.from({ length: 10 }, (_, i) => message(i + 1));
  const page = pageOf(messages, { ...NO_PAGING, offsetId: 8, limit: 2 });
  assert.deepEqual([page.count, page.offsetIdOffset], [10, 3]);
});

test('the hash follows the documented algorithm', () => {
  assert.equal(pageHash([]), 0n);
  assert.equal(pageHash([1]), 1n);
  // hash = 1; 1 ^ 1<<35 = 34359738369; ^ >>4 = 36507222017; + 2
  assert.equal(pageHash([1, 2]), 36507222019n);
});
