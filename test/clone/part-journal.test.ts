import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LONGEST_UNRECORDED_MS, MOST_UNRECORDED, PartJournal } from '../../lib/clone/part-journal.js';
import { FakeClock } from '../support/fake-clock.js';

function journalOf(clock: FakeClock, record?: (parts: readonly number[]) => Promise<void>) {
  const batches: (readonly number[])[] = [];
  const errors: unknown[] = [];
  const journal = new PartJournal({
    record: record ?? (async (parts) => void batches.push(parts)),
    clock,
    onError: (error) => errors.push(error),
  });
  return { journal, batches, errors };
}

const upTo = (count: number): number[] => [...Array(count).keys()];

describe('PartJournal', () => {
  it('records by count, and what is left when it is closed', async () => {
    const clock = new FakeClock();
    const { journal, batches } = journalOf(clock);
    for (const part of upTo(MOST_UNRECORDED + 3)) journal.add(part);
    await journal.close();
    assert.deepEqual(batches, [upTo(MOST_UNRECORDED), [16, 17, 18]]);
    assert.equal(clock.sleeping, 0);
  });

  it('records what has waited long enough', async () => {
    const clock = new FakeClock();
    const { journal, batches } = journalOf(clock);
    journal.add(7);
    await clock.advance(LONGEST_UNRECORDED_MS - 1);
    journal.add(3);
    assert.deepEqual(batches, []);
    await clock.advance(1);
    assert.deepEqual(batches, [[7, 3]]);
    journal.add(5);
    await clock.advance(LONGEST_UNRECORDED_MS);
    assert.deepEqual(batches, [[7, 3], [5]]);
    await journal.close();
    assert.equal(batches.length, 2);
  });

  it('leaves no timer when it was closed with nothing left', async () => {
    const clock = new FakeClock();
    const { journal, batches } = journalOf(clock);
    await journal.close();
    assert.deepEqual([batches, clock.sleeping], [[], 0]);
  });

  it('tells of a fault at once, and throws it when it is closed', async () => {
    const full = new Error('The disk is full.');
    const clock = new FakeClock();
    for (const count of [MOST_UNRECORDED, 1]) {
      const { journal, errors } = journalOf(clock, () => Promise.reject(full));
      for (const part of upTo(count)) journal.add(part);
      await clock.advance(LONGEST_UNRECORDED_MS);
      assert.ok(errors.includes(full), `after ${count}`);
      await assert.rejects(journal.close(), full);
    }
  });
});
