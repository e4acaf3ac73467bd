import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../lib/base/clock.js';
import { UsageError } from '../../lib/base/errors.js';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { nastyText, seedFuzz } from './seed.js';

seedFuzz();

const GOOD: Readonly<Record<string, string>> = {
  'checkpoint.txt': '1234\n',
  'topic_map.json': '{"5":17,"9":21}\n',
  'job.json':
    '{"created":"2026-01-01T00:00:00.000Z","id":"0123456789abcdef0123456789abcdef","sourceId":-1001,"targetId":-1002,"version":1}\n',
  lock: '{"birth":"x","host":"elsewhere","pid":1,"since":"2026-01-01T00:00:00.000Z"}\n',
};

/** A state file as a crash, a failing disk, an editor or an enemy leaves it. */
function damaged(good: string): fc.Arbitrary<Buffer> {
  const cut = fc.nat(good.length).map((length) => Buffer.from(good.slice(0, length)));
  const flipped = fc.array(fc.nat(good.length * 8 - 1), { minLength: 1, maxLength: 4 }).map((bits) => {
    const bytes = Buffer.from(good);
    for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return bytes;
  });
  const zeros = fc.nat(200).map((length) => Buffer.alloc(length));
  const other = fc
    .oneof(
      fc.json().map((text) => text.slice(0, 500)),
      nastyText(),
      fc.constantFrom(
        '{"__proto__":{"1":2}}',
        '[]',
        'null',
        '"x"',
        '1e3',
        '-1',
        '99999999999',
        '{"1":1e99}',
        '\ufeff7',
      ),
    )
    .map((text) => Buffer.from(text));
  return fc.oneof(
    cut,
    flipped,
    zeros,
    other,
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
}

for (const [name, good] of Object.entries(GOOD)) {
  test(`${name} is read correctly or refused with its path, and nothing else is touched`, async (t) => {
    const root = temporaryFolder(t);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(damaged(good), fc.boolean(), async (bytes, restart) => {
        runs += 1;
        const dataDir = join(root, `${runs}`, 'data');
        const folder = join(dataDir, '-1001_to_-1002');
        mkdirSync(folder, { recursive: true });
        for (const [each, text] of Object.entries(GOOD)) {
          if (each !== 'lock') writeFileSync(join(folder, each), text);
        }
        writeFileSync(join(folder, name), bytes);
        const legacyDir = join(root, `${runs}`);
        try {
          const job = await openJob({
            accountId: 1,
            dataDir,
            owner: DATABASE_OWNER,
            legacyDir,
            sourceId: -1001,
            targetId: -1002,
            restart,
            clock: systemClock,
            random: systemRandom,
            log: silentLog,
          });
          assert.match(job.id, /^[0-9a-f]{32}$/);
          assert.ok(Number.isInteger(job.checkpoint) && job.checkpoint >= 0 && job.checkpoint < 2 ** 31);
          for (const pair of job.topicMap) {
            assert.ok(pair.every((id) => Number.isInteger(id) && id > 0 && id < 2 ** 31));
          }
          await job.close();
        } catch (error) {
          assert.ok(error instanceof UsageError, String(error));
          assert.ok(error.message.includes(folder), error.message);
          assert.doesNotMatch(error.message, /\p{Cc}/u, 'on one line');
        }
        assert.deepEqual(readdirSync(legacyDir), ['data'], 'nothing beside the data directory');
        assert.equal(({} as Record<string, unknown>)['1'], undefined);
      }),
      { numRuns: 60 },
    );
  });
}
