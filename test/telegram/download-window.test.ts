import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderedWindow, type WindowOptions } from '../../lib/telegram/download-window.js';
import { listenerCountingSignal } from '../support/listener-counting-signal.js';

/** Counts what is acquired and under way; answers come in the order that `delays` draws. */
function harness(count: number, delays: readonly number[], failing: number | undefined) {
  const state = { acquired: [] as number[], held: 0, running: 0, peak: 0 };
  const options = (width: number, known: boolean, signal?: AbortSignal): WindowOptions<number> => ({
    width: () => width,
    count: known ? count : undefined,
    signal,
    async acquire(index) {
      await turns((delays[index % delays.length] ?? 0) % 3);
      state.acquired.push(index);
      state.held += 1;
    },
    giveBack: () => {
      state.held -= 1;
    },
    async fetch(index, stop) {
      state.running += 1;
      state.peak = Math.max(state.peak, state.running);
      try {
        await turns(delays[index % delays.length] ?? 0);
        stop.throwIfAborted();
        if (index === failing) throw new Error(`part ${index}`);
        return index;
      } finally {
        state.running -= 1;
      }
    },
    isLast: (index) => !known && index >= count - 1,
  });
  return { state, options };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const runs = { numRuns: 150 };
const setting = fc.record({
  count: fc.integer({ min: 0, max: 30 }),
  width: fc.integer({ min: 1, max: 12 }),
  delays: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 30 }),
  known: fc.boolean(),
});

test('for any order of answers, all values come in order, and no more than the window are under way', async () => {
  await fc.assert(
    fc.asyncProperty(setting, async ({ count, width, delays, known }) => {
      fc.pre(known || count > 0);
      const { state, options } = harness(count, delays, undefined);
      const seen: number[] = [];
      for await (const index of orderedWindow(options(width, known))) {
        seen.push(index);
        state.held -= 1;
      }
      assert.deepEqual(
        seen,
        Array.from({ length: count }, (_, index) => index),
      );
      assert.deepEqual(
        state.acquired,
        [...state.acquired].sort((a, b) => a - b),
      );
      assert.ok(state.peak <= width, `${state.peak} under way, ${width} allowed`);
      assert.deepEqual([state.held, state.running], [0, 0]);
    }),
    runs,
  );
});

test('for any failing part, the ones before it come, and nothing stays under way or held', async () => {
  await fc.assert(
    fc.asyncProperty(setting, fc.nat(29), async ({ count, width, delays }, failing) => {
      fc.pre(failing < count);
      const { state, options } = harness(count, delays, failing);
      const seen: number[] = [];
      const reading = (async () => {
        for await (const index of orderedWindow(options(width, true))) {
          seen.push(index);
          state.held -= 1;
        }
      })();
      await assert.rejects(reading, { message: `part ${failing}` });
      assert.equal(seen.length, failing);
      assert.deepEqual([state.held, state.running], [0, 0]);
    }),
    runs,
  );
});

test('after an abort, or when a consumer leaves, at any moment, nothing stays under way, held or listening', async () => {
  const moment = fc.record({ after: fc.nat(40), by: fc.constantFrom('abort', 'return', 'throw') });
  await fc.assert(
    fc.asyncProperty(setting, moment, async ({ count, width, delays, known }, { after, by }) => {
      fc.pre(count > 0);
      const { state, options } = harness(count, delays, undefined);
      const parent = listenerCountingSignal();
      const generator = orderedWindow(options(width, known, parent.signal));
      let handed = 0;
      const reading = (async () => {
        for (;;) {
          const { done } = await generator.next();
          if (done) return 'done';
          handed += 1;
        }
      })();
      reading.catch(() => {});
      await turns(after);
      if (by === 'abort') parent.abort(new Error('aborted'));
      if (by === 'return') await generator.return();
      if (by === 'throw') await assert.rejects(generator.throw(new Error('no more')), /no more/);
      const end = await reading.catch((error: Error) => error.message);
      assert.ok(['done', 'aborted'].includes(end), String(end));
      assert.deepEqual([state.held - handed, state.running], [0, 0]);
      assert.equal(parent.listeners, 0);
    }),
    runs,
  );
});
