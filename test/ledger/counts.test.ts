import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { type Random, seededRandom } from '../../lib/base/random.js';
import type { Job, MessageRow } from '../../lib/ledger/job.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { readStatus } from '../../lib/ledger/status.js';
import { FakeClock } from '../support/fake-clock.js';
import { jobOptions } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { placeOf } from '../support/test-database.js';

const SEEDS = 8;
const STEPS = 50;
const MESSAGES = 30;

/** A source of messages 1 to MESSAGES, and what a run may do to its job next. */
class Runs {
  readonly #options;
  readonly #random: Random;
  #job: Job | undefined;
  /** How many messages nobody has counted: checkpoint.txt was moved beyond them before they were met. */
  uncounted = 0;
  #planned = 0;

  constructor(dataDir: string, random: Random) {
    this.#options = jobOptions(dataDir, { clock: new FakeClock(), random });
    this.#random = random;
  }

  async open(): Promise<void> {
    this.#job = await openJob(this.#options);
    await this.#job.expect(MESSAGES - this.#job.checkpoint);
  }

  async step(): Promise<string> {
    const job = this.#job ?? assert.fail('no run');
    const rows = [...(await job.find(Array.from({ length: MESSAGES }, (_, index) => index + 1))).values()];
    const open = rows.filter(({ state }) => state === 'planned' || state === 'sending');
    switch (this.#random.integer(0, 8)) {
      case 0:
        return this.#plan(job);
      case 1:
      case 2:
        await job.sending(this.#some(open));
        return 'sending';
      case 3:
      case 4:
        await job.sent(this.#some(open).map((sourceId) => ({ sourceId, targetId: 1000 + sourceId })));
        return 'sent';
      case 5:
        await job.skipped(this.#some(open).map((sourceId) => ({ sourceId, reason: 'poll' })));
        return 'skipped';
      case 6:
        await job.failed(this.#some(open).map((sourceId) => ({ sourceId, reason: 'bad', message: 'x' })));
        return 'failed';
      case 7:
        await job.sending(this.#some(rows.filter(({ state }) => state === 'failed')));
        return 'tried again';
      default:
        return this.#random.integer(0, 1) ? this.#moveCheckpoint(job, rows) : this.#edit(job);
    }
  }

  async close(): Promise<void> {
    await this.#job?.close();
  }

  async #plan(job: Job): Promise<string> {
    const first = Math.max(this.#planned, job.checkpoint) + 1;
    this.#planned = Math.min(MESSAGES, first + this.#random.integer(0, 5));
    const ids = Array.from({ length: Math.max(0, this.#planned - first + 1) }, (_, index) => first + index);
    await job.plan(ids.map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
    return 'planned';
  }

  /** Behind everything final. */
  async #moveCheckpoint(job: Job, rows: readonly MessageRow[]): Promise<string> {
    const final = new Set(
      rows.flatMap(({ sourceId, state }) => (state === 'planned' || state === 'sending' ? [] : sourceId)),
    );
    let next = job.checkpoint;
    while (final.has(next + 1)) next += 1;
    await job.saveCheckpoint(next);
    return `checkpoint ${next}`;
  }

  /** A run ends, somebody edits checkpoint.txt or doesn't, and the next begins. */
  async #edit(job: Job): Promise<string> {
    const before = job.checkpoint;
    const to = this.#random.integer(0, 2) ? before : this.#random.integer(0, MESSAGES);
    await job.close();
    writeFileSync(join(job.path, 'checkpoint.txt'), `${to}\n`);
    this.uncounted += Math.max(0, to - Math.max(this.#planned, before));
    this.#planned = Math.max(this.#planned, to);
    await this.open();
    return `opened again, checkpoint ${before} to ${to}`;
  }

  #some(rows: readonly MessageRow[]): number[] {
    return rows.slice(0, this.#random.integer(0, 3)).map(({ sourceId }) => sourceId);
  }
}

const sum = (each: Readonly<Record<string, number>>): number =>
  Object.values(each).reduce((total, count) => total + count, 0);

it('done, skipped, failed and waiting add up to all messages at every moment', async (t) => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const dataDir = temporaryFolder(t);
    const runs = new Runs(dataDir, seededRandom(`counts ${seed}`));
    await runs.open();
    for (let step = 0; step < STEPS; step += 1) {
      const what = await runs.step();
      const [status] = await readStatus(placeOf(dataDir), new FakeClock());
      assert.ok(status);
      const { done, skipped, failed, waiting = -1, sending } = status;
      const where = `seed ${seed}, step ${step}: ${what}`;
      assert.equal(done + sum(skipped) + sum(failed) + waiting, MESSAGES - runs.uncounted, where);
      assert.ok(waiting >= sending && done >= 0, where);
    }
    await runs.close();
  }
});
