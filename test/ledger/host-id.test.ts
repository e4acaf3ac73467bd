import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { systemRandom } from '../../lib/base/random.js';
import { leaseHolder, presentHolder } from '../../lib/ledger/job-lease.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const holderOf = (dataDir: string, host = 'host'): Promise<string> =>
  leaseHolder({ dataDir, host, random: systemRandom });

describe('the holder of the leases of a data directory', () => {
  it('is one for all processes that begin at once in a new one', async (t) => {
    const dataDir = temporaryFolder(t);
    const holders = await Promise.all(Array.from({ length: 20 }, () => holderOf(dataDir)));
    assert.equal(new Set(holders).size, 1);
    assert.equal(await presentHolder(dataDir, 'host'), holders[0]);
    assert.deepEqual(readdirSync(dataDir), ['host-id']);
    assert.match(readFileSync(join(dataDir, 'host-id'), 'utf8'), /^[0-9a-f]{32}\n$/);
    assert.equal(statSync(join(dataDir, 'host-id')).mode & 0o777, 0o600);
  });

  it('is another one in a copy of the directory, and under another name of the machine', async (t) => {
    const folder = temporaryFolder(t);
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    cpSync(temporaryFolder(t), one, { recursive: true });
    const holder = await holderOf(one);
    cpSync(one, two, { recursive: true, preserveTimestamps: true });
    assert.notEqual(await holderOf(two), holder);
    assert.notEqual(await holderOf(one, 'another'), holder);
    renameSync(two, join(folder, 'copy'));
    renameSync(one, two);
    assert.equal(await holderOf(two), holder, 'the directory has another name, and is the same');
  });

  it('is nobody before a job has run there, and new where its file is damaged', async (t) => {
    const dataDir = temporaryFolder(t);
    assert.equal(await presentHolder(dataDir, 'host'), '');
    assert.equal(existsSync(join(dataDir, 'host-id')), false);
    writeFileSync(join(dataDir, 'host-id'), 'something else\n');
    assert.equal(await presentHolder(dataDir, 'host'), '');
    const holder = await holderOf(dataDir);
    assert.equal(await holderOf(dataDir), holder);
  });
});
