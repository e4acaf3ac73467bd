import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { readAhead } from '../../lib/download/read-ahead.js';

/** A source that notes how many items were asked of it, and when it was ended. */
class Source implements AsyncIterable<number> {
  asked = 0;
  ended = false;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    try {
      for (let item = 1; item <= this.#count; item += 1) {
        this.asked = item;
        await setImmediate();
        yield item;
      }
      this.asked = this.#count + 1;
    } finally {
      this.ended = true;
    }
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await setImmediate();
}

test('the next page is requested while nobody has worked on the ones before, and no more than a few', async () => {
  const source = new Source(20);
  const seen: number[] = [];
  for await (const item of readAhead(source)) {
    seen.push(item);
    await turns(40);
    assert.equal(source.asked, Math.min(item + 2, 21), `after ${item}`);
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 20 }, (_, nth) => nth + 1),
  );
  assert.ok(source.ended);
});

test('a reader that stops early ends the source, and an error comes after the pages before it', async () => {
  const stopped = new Source(20);
  for await (const item of readAhead(stopped)) if (item === 3) break;
  assert.ok(stopped.ended);
  const failing = async function* (): AsyncGenerator<number> {
    yield* new Source(2);
    throw new Error('The third page is refused.');
  };
  const seen: number[] = [];
  await assert.rejects(async () => {
    for await (const item of readAhead(failing())) {
      await turns(20);
      seen.push(item);
    }
  }, /third page/);
  assert.deepEqual(seen, [1, 2]);
});
