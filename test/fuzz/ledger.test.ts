import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../lib/base/clock.js';
import { TelepiError } from '../../lib/base/errors.js';
import { silentLog } from '../../lib/base/log.js';
import { seededRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { Job } from '../../lib/ledger/job.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { nastyText, seedFuzz } from './seed.js';

const seed = seedFuzz();
/** The same content for the same seed: a flipped bit is the same bit then. */
const clock = { ...systemClock, now: () => 1_800_000_000_000 };

const MESSAGES = Array.from({ length: 300 }, (_, index) => index + 1);

function open(root: string): Promise<Job> {
  return openJob({
    accountId: 1,
    dataDir: join(root, 'data'),
    owner: DATABASE_OWNER,
    sourceId: -1001,
    targetId: -1002,
    clock,
    random: seededRandom(seed),
    log: silentLog,
  });
}

/** A data directory with a ledger of a few hundred messages in it. */
async function goodLedger(root: string): Promise<void> {
  const job = await open(root);
  await job.plan(MESSAGES.map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
  await job.sending(MESSAGES.slice(0, 200));
  await job.sent(MESSAGES.slice(0, 200).map((sourceId) => ({ sourceId, targetId: sourceId + 1000 })));
  await job.failed([{ sourceId: 201, reason: 'media_empty', message: 'Voilà: "фото" 👍\nwas refused.' }]);
  await job.saveCheckpoint(200);
  await job.close();
}

test('a ledger that is cut, changed or something else either works or is refused with its path, without a crash', async (t) => {
  const folder = temporaryFolder(t);
  const good = join(folder, 'good');
  mkdirSync(good);
  await goodLedger(good);
  await (await open(good)).close();
  const { length } = readFileSync(join(good, 'data', 'ledger.db'));
  assert.ok(length > 10_000);
  const damage = fc.oneof(
    fc.nat(length).map((size) => (bytes: Buffer) => bytes.subarray(0, size)),
    fc.array(fc.nat(length * 8 - 1), { minLength: 1, maxLength: 40 }).map((bits) => (bytes: Buffer) => {
      for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return bytes;
    }),
    fc.tuple(fc.nat(length - 1), fc.nat(9000)).map(
      ([from, count]) =>
        (bytes: Buffer) =>
          bytes.fill(0, from, Math.min(length, from + count)),
    ),
    nastyText().map((text) => () => Buffer.from(text)),
  );
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(damage, async (damaged) => {
      runs += 1;
      const root = join(folder, `${runs}`);
      cpSync(good, root, { recursive: true });
      const path = join(root, 'data', 'ledger.db');
      writeFileSync(path, damaged(readFileSync(path)));
      let job: Job | undefined;
      try {
        job = await open(root);
        const rows = await job.plan(MESSAGES.map((sourceId) => ({ sourceId, randomId: BigInt(sourceId) })));
        assert.equal(rows.length, MESSAGES.length);
        await job.unsettled();
        await job.failures();
      } catch (error) {
        assert.ok(error instanceof TelepiError, String((error as Error).stack));
        assert.ok(error.message.includes(join(root, 'data')), error.message);
        assert.doesNotMatch(error.message, /\p{Cc}/u, 'on one line');
      } finally {
        await job?.close().catch((error: unknown) => assert.ok(error instanceof TelepiError, String(error)));
      }
      assert.deepEqual(readdirSync(root), ['data'], 'nothing beside the data directory');
    }),
    { numRuns: 60 },
  );
});
