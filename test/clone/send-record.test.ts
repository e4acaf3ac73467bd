import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LONGEST_UNRECORDED_MS, SendRecord } from '../../lib/clone/send-record.js';
import { FakeClock } from '../support/fake-clock.js';

/** A job that notes what is written, and a record on it. */
function scene() {
  const written: string[] = [];
  const fault: { error?: Error } = {};
  const job = {
    async sending(ids: readonly number[]) {
      written.push(`sending ${ids.join()}`);
    },
    async sent(messages: readonly { sourceId: number; targetId: number }[]) {
      if (fault.error) throw fault.error;
      written.push(`sent ${messages.map(({ sourceId, targetId }) => `${sourceId}:${targetId}`).join()}`);
    },
  };
  const clock = new FakeClock();
  const record = new SendRecord(job, clock);
  const add = (sourceId: number): void =>
    record.add({
      sourceIds: [sourceId],
      targetIds: [sourceId + 100],
      report: () => written.push(`told ${sourceId}`),
    });
  return { written, fault, record, add, clock };
}

describe('SendRecord', () => {
  it('marks messages together with the ones in front of them, once', async () => {
    const { record, written } = scene();
    await record.sending([1], [2, 3]);
    await record.sending([2], [3, 4]);
    await record.sending([3], []);
    await record.sending([4], []);
    assert.deepEqual(written, ['sending 1,2,3', 'sending 4']);
    assert.equal(record.areMarked([4]), false, 'a mark is good for one call');
  });

  it('records answered sends before it marks anything else', async () => {
    const { record, add, written } = scene();
    add(1);
    await record.sending([2], []);
    assert.deepEqual(written, ['sent 1:101', 'told 1', 'sending 2']);
  });

  it("keeps sends that could not be written, and doesn't report them", async () => {
    const { record, add, fault, written } = scene();
    add(1);
    fault.error = new Error('The disk is full.');
    await assert.rejects(record.flush(), fault.error);
    await assert.rejects(record.sending([2], []), fault.error);
    assert.deepEqual(written, []);
    delete fault.error;
    await record.flush();
    assert.deepEqual(written, ['sent 1:101', 'told 1']);
  });

  it('collects answered sends until the marks run out, and knows their ids meanwhile', async () => {
    const { record, add, written } = scene();
    for (let id = 1; id <= 7; id += 1) {
      await record.sending([id], id === 1 ? [2, 3, 4, 5] : [7]);
      await record.during(Promise.resolve());
      add(id);
    }
    assert.deepEqual(written, [
      'sending 1,2,3,4,5',
      'sent 1:101,2:102,3:103,4:104,5:105',
      ...[1, 2, 3, 4, 5].map((id) => `told ${id}`),
      'sending 6,7',
    ]);
    assert.equal(record.targetOf(6), 106, 'not in the ledger yet');
    await record.flush();
    assert.equal(record.targetOf(6), undefined, 'the ledger has it');
  });

  it('records answered sends when the next call takes long, and leaves no sleep', async () => {
    const { record, add, written, clock } = scene();
    await record.sending([1], [2, 3]);
    add(1);
    await record.during(Promise.resolve());
    assert.deepEqual(written, ['sending 1,2,3'], 'it is soon over');
    assert.equal(clock.sleeping, 0);
    let answer: () => void = () => {};
    const during = record.during(
      new Promise<void>((resolve) => {
        answer = resolve;
      }),
    );
    await clock.advance(LONGEST_UNRECORDED_MS);
    assert.deepEqual(written.slice(1), ['sent 1:101', 'told 1']);
    answer();
    await during;
    add(2);
    const refused = new Error('refused');
    await assert.rejects(record.during(Promise.reject(refused)), refused);
    assert.deepEqual(written.slice(3), []);
    assert.equal(clock.sleeping, 0);
  });

  it('can be flushed by two at once: each answer is recorded and reported once, also one that comes meanwhile', async () => {
    const { record, add, written } = scene();
    add(1);
    const [first, second] = [record.flush(), record.flush()];
    await Promise.resolve();
    add(2);
    await Promise.all([first, second]);
    await record.flush();
    assert.deepEqual(written, ['sent 1:101', 'told 1', 'sent 2:102', 'told 2']);
  });
});
