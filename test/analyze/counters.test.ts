import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Spread } from '../../lib/analyze/spread.js';
import { TopCounter } from '../../lib/analyze/top-counter.js';
import { WordCounter } from '../../lib/analyze/word-counter.js';

/** What a counter knows of each key. */
interface Counts {
  readonly total: number;
  readonly size: number;
  readonly floor: number;
  top(most: number): readonly { readonly key: string; readonly count: number; readonly error: number }[];
}

const FOLD = Uint16Array.from({ length: 0x1_0000 }, (_, unit) => unit);
const letters = fc.constantFrom(...'abcdefghijklmnopqrst');
const drawn = fc.oneof(
  fc.array(letters, { maxLength: 10 }),
  fc.array(letters, { minLength: 60, maxLength: 300 }),
);

const counters = {
  TopCounter(keys: readonly string[]): Counts {
    const counter = new TopCounter<string>(8, () => undefined);
    for (const key of keys) counter.add(key);
    return counter;
  },
  WordCounter(keys: readonly string[]): Counts {
    const counter = new WordCounter(8);
    for (const key of keys) counter.add(`<${key}>`, 1, 1 + key.length, FOLD);
    return counter;
  },
};

for (const [name, count] of Object.entries(counters)) {
  test(`${name} is exact while there are few keys, and says how far it may be off when there are many`, () => {
    let forgot = 0;
    fc.assert(
      fc.property(drawn, (keys) => {
        const counter = count(keys);
        const truth = new Map<string, number>();
        for (const key of keys) truth.set(key, (truth.get(key) ?? 0) + 1);
        assert.equal(counter.total, keys.length);
        const found = counter.top(1000);
        if (truth.size <= 8) {
          assert.equal(counter.floor, 0);
          assert.equal(counter.size, truth.size);
          assert.deepEqual(new Map(found.map((each) => [each.key, each.count])), truth);
        } else forgot += 1;
        assert.ok(counter.size <= truth.size);
        assert.ok(found.length <= 8);
        for (const [key, real] of truth) {
          const entry = found.find((each) => each.key === key);
          if (!entry) assert.ok(real <= counter.floor, `${key}: ${real} > ${counter.floor}`);
          else assert.ok(entry.count <= real && real <= entry.count + entry.error, `${key}: ${real}`);
        }
        const order = found.map((each) => each.count);
        assert.deepEqual(
          order,
          [...order].sort((one, other) => other - one),
        );
      }),
    );
    assert.ok(forgot > 10, 'some had more keys than the counter holds');
  });
}

test('a counter doesn’t forget what comes often, however many rare keys come with it', () => {
  const counter = new TopCounter<string>(100, () => undefined);
  for (let nth = 0; nth < 50_000; nth += 1) {
    counter.add('often');
    counter.add(`rare ${nth}`);
  }
  assert.deepEqual(counter.top(1), [{ key: 'often', count: 50_000, error: 0, extra: undefined }]);
  assert.ok(counter.floor < 2000, String(counter.floor));
});

test('quantiles of times are right to within 2.2 percent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { minLength: 1, maxLength: 200 }),
      fc.constantFrom(0.1, 0.5, 0.9, 1),
      (times, share) => {
        const spread = new Spread();
        for (const time of times) spread.add(time);
        const sorted = [...times].sort((one, other) => one - other);
        const exact = sorted[Math.max(0, Math.ceil(share * times.length) - 1)] ?? 0;
        const found = spread.quantile(share) ?? Number.NaN;
        assert.ok(Math.abs(found - exact) <= exact * 0.022 + 0.5, `${found} in place of ${exact}`);
      },
    ),
  );
  assert.equal(new Spread().quantile(0.5), undefined);
});
