import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { SendRecord } from '../../lib/clone/send-record.js';

/** A job that notes what is written, and a record on it. */
function scene() {
  const written: string[] = [];
  const fault: { error?: Error } = {};
  const record = new SendRecord({
    async sending(ids) {
      written.push(`sending ${ids.join()}`);
    },
    async sent(messages) {
      if (fault.error) throw fault.error;
      written.push(`sent ${messages.map(({ sourceId, targetId }) => `${sourceId}:${targetId}`).join()}`);
    },
  });
  const add = (sourceId: number): void =>
    record.add({
      sourceIds: [sourceId],
      targetIds: [sourceId + 100],
      tell: () => written.push(`told ${sourceId}`),
    });
  return { written, fault, record, add };
}

describe('SendRecord', () => {
  it('marks messages with those in front of them, once', async () => {
    const { record, written } = scene();
    await record.sending([1], [2, 3]);
    await record.sending([2], [3, 4]);
    await record.sending([3], []);
    await record.sending([4], []);
    assert.deepEqual(written, ['sending 1,2,3', 'sending 4']);
    assert.equal(record.areMarked([4]), false, 'a mark is good for one call');
  });

  it('records behind the next call, and answers what that does', async () => {
    const { record, add, written } = scene();
    add(1);
    assert.equal(record.targetOf(1), 101);
    let answer: (ids: number[]) => void = () => {};
    const call = new Promise<number[]>((resolve) => {
      answer = resolve;
    });
    const during = record.flushDuring(call);
    for (let turn = 0; turn < 9; turn += 1) await setImmediate();
    assert.deepEqual(written, ['sent 1:101', 'told 1'], 'while the call is under way');
    answer([102]);
    assert.deepEqual(await during, [102]);
    assert.equal(record.targetOf(1), undefined, 'the ledger has it');
  });

  it('records what was answered before it marks anything else', async () => {
    const { record, add, written } = scene();
    add(1);
    await record.sending([2], []);
    assert.deepEqual(written, ['sent 1:101', 'told 1', 'sending 2']);
  });

  it('keeps and does not tell what could not be written', async () => {
    const { record, add, fault, written } = scene();
    add(1);
    fault.error = new Error('The disk is full.');
    await assert.rejects(record.flush(), fault.error);
    await assert.rejects(record.flushDuring(Promise.reject(new Error('refused'))), fault.error);
    assert.deepEqual(written, []);
    delete fault.error;
    await record.flush();
    assert.deepEqual(written, ['sent 1:101', 'told 1']);
  });
});
