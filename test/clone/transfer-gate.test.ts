import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { type GatePass, TransferGate } from '../../lib/clone/transfer-gate.js';

const never = new AbortController().signal;

function gateWith(sizes: readonly number[], options = { mostFiles: 3, bytesToCome: 100 }) {
  const gate = new TransferGate(options);
  const entered: (GatePass | undefined)[] = sizes.map(() => undefined);
  const order: number[] = [];
  for (const [index, size] of sizes.entries()) {
    void gate.enter(size, never).then((pass) => {
      entered[index] = pass;
      order.push(index);
    });
  }
  return { gate, entered, order };
}

describe('TransferGate', () => {
  it('lets a large file begin when the last bytes of the one before are on their way', async () => {
    const { entered, order } = gateWith([1000, 1000]);
    await setImmediate();
    assert.deepEqual(order, [0]);
    entered[0]?.arrived(900);
    await setImmediate();
    assert.deepEqual(order, [0]);
    entered[0]?.arrived(901);
    await setImmediate();
    assert.deepEqual(order, [0, 1]);
  });

  it('lets small files overlap, up to their number', async () => {
    const { entered, order } = gateWith([10, 10, 10, 10]);
    await setImmediate();
    assert.deepEqual(order, [0, 1, 2]);
    entered[1]?.leave();
    entered[1]?.leave();
    await setImmediate();
    assert.deepEqual(order, [0, 1, 2, 3]);
  });

  it('passes over files that have given up', async () => {
    const gate = new TransferGate({ mostFiles: 1, bytesToCome: 1 });
    const first = await gate.enter(5, never);
    const stop = new AbortController();
    const second = gate.enter(5, stop.signal);
    const third = gate.enter(5, never);
    stop.abort(new Error('enough'));
    await assert.rejects(second, /enough/);
    first.leave();
    (await third).leave();
  });

  it('lets all files in, in order, whatever their sizes and speeds', async () => {
    const steps = fc.array(fc.tuple(fc.nat(), fc.nat(300)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 12 }),
        steps,
        async (sizes, drawn) => {
          const { entered, order } = gateWith(sizes);
          for (const [who, bytes] of drawn) {
            entered[who % Math.max(1, sizes.length)]?.arrived(bytes);
            await setImmediate();
          }
          for (let index = 0; index < sizes.length; index += 1) {
            await setImmediate();
            entered[index]?.leave();
            await setImmediate();
          }
          assert.deepEqual(order, [...sizes.keys()]);
        },
      ),
      { numRuns: 50 },
    );
  });
});
