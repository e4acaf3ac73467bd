import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LONGEST_UNRECORDED_MS, MOST_UNRECORDED, PartJournal } from '../../lib/clone/part-journal.js';
import { FakeClock } from '../support/fake-clock.js';

type Files = ReadonlyMap<bigint, readonly number[]>;

const FILE = 5n;

function journalOf(clock: FakeClock, record?: (files: Files) => Promise<void>) {
  const batches: (readonly number[])[] = [];
  const errors: unknown[] = [];
  const journal = new PartJournal({
    record: record ?? (async (files) => void batches.push([...files.values()].flat())),
    clock,
  });
  journal.onFault((error) => errors.push(error));
  return { journal, batches, errors };
}

const upTo = (count: number): number[] => [...Array(count).keys()];

describe('PartJournal', () => {
  it('records by count, and the rest when it is flushed', async () => {
    const clock = new FakeClock();
    const { journal, batches } = journalOf(clock);
    for (const part of upTo(MOST_UNRECORDED + 3)) journal.add(FILE, part);
    await journal.flush();
    assert.deepEqual(batches, [upTo(MOST_UNRECORDED), [16, 17, 18]]);
    assert.equal(clock.sleeping, 0);
  });

  it('records parts that have waited long enough', async () => {
    const clock = new FakeClock();
    const { journal, batches } = journalOf(clock);
    journal.add(FILE, 7);
    await clock.advance(LONGEST_UNRECORDED_MS - 1);
    journal.add(FILE, 3);
    assert.deepEqual(batches, []);
    await clock.advance(1);
    assert.deepEqual(batches, [[7, 3]]);
    journal.add(FILE, 5);
    await clock.advance(LONGEST_UNRECORDED_MS);
    assert.deepEqual(batches, [[7, 3], [5]]);
    await journal.flush();
    assert.equal(batches.length, 2);
  });

  it('leaves no timer when it was flushed with nothing left', async () => {
    const clock = new FakeClock();
    const { journal, batches } = journalOf(clock);
    await journal.flush();
    assert.deepEqual([batches, clock.sleeping], [[], 0]);
  });

  it('reports a fault at once, and throws it when it is flushed', async () => {
    const full = new Error('The disk is full.');
    const clock = new FakeClock();
    for (const count of [MOST_UNRECORDED, 1]) {
      const { journal, errors } = journalOf(clock, () => Promise.reject(full));
      for (const part of upTo(count)) journal.add(FILE, part);
      await clock.advance(LONGEST_UNRECORDED_MS);
      assert.ok(errors.includes(full), `after ${count}`);
      await assert.rejects(journal.flush(), full);
    }
  });

  it('records parts of several files together, and reports a fault only to files that are still coming', async () => {
    const clock = new FakeClock();
    const recorded: Files[] = [];
    const { journal, errors } = journalOf(clock, async (files) => {
      recorded.push(files);
      if (recorded.length > 1) throw new Error('The disk is full.');
    });
    const others: unknown[] = [];
    const takeBack = journal.onFault((error) => others.push(error));
    journal.add(1n, 0);
    journal.add(2n, 4);
    journal.add(1n, 2);
    await journal.flush();
    assert.deepEqual(recorded, [
      new Map([
        [1n, [0, 2]],
        [2n, [4]],
      ]),
    ]);
    takeBack();
    journal.add(3n, 0);
    await assert.rejects(journal.flush());
    assert.deepEqual([errors.length, others.length], [1, 0]);
  });
});
