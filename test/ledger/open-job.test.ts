import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type LogFields, silentLog } from '../../lib/base/log.js';
import { openJob } from '../../lib/ledger/open-job.js';
import { jobOptions } from '../support/ledger-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a job folder', () => {
  it('is named after source, target and selection', async (t) => {
    const dataDir = temporaryFolder(t);
    for (const [selection, name] of [
      [{}, '-1001234_to_-1005678'],
      [{ sourceTopic: 5 }, '-1001234_to_-1005678_topic_5'],
      [{ sourceTopic: 5, targetTopic: 7 }, '-1001234_to_-1005678_topic_5_into_7'],
      [{ targetTopic: 7 }, '-1001234_to_-1005678_into_7'],
    ] as const) {
      const folder = await openJob(jobOptions(dataDir, selection));
      t.after(() => folder.close());
      assert.equal(folder.path, join(dataDir, name));
      assert.equal(statSync(folder.path).mode & 0o777, 0o700);
    }
  });

  it('keeps id, checkpoint and topics for the next run', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const first = await openJob(options);
    assert.equal(first.checkpoint, 0);
    await first.saveCheckpoint(12);
    await first.saveTopic(5, 50);
    await first.saveTopic(9, 90);
    assert.equal(first.checkpoint, 12);
    await first.close();
    const second = await openJob(options);
    assert.equal(second.id, first.id);
    assert.equal(second.checkpoint, 12);
    assert.deepEqual(
      [...second.topicMap],
      [
        [5, 50],
        [9, 90],
      ],
    );
    await second.close();
  });

  it('refuses a second run while the first is open, and says who holds it', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const first = await openJob(options);
    await assert.rejects(openJob(options), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'JOB_RUNNING');
      assert.match(error.message, new RegExp(`process ${process.pid} on `));
      return true;
    });
    await first.close();
    await (await openJob(options)).close();
  });

  it('releases the lock when opening fails', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const first = await openJob(options);
    await first.close();
    writeFileSync(join(first.path, 'checkpoint.txt'), 'oops');
    await assert.rejects(openJob(options), { code: 'STATE_DAMAGED' });
    writeFileSync(join(first.path, 'checkpoint.txt'), '3');
    const second = await openJob(options);
    assert.equal(second.checkpoint, 3);
    await second.close();
  });

  it('starts over with --restart: a new id, nothing done, and the old files kept next to the new ones', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const first = await openJob(options);
    await first.saveCheckpoint(12);
    await first.saveTopic(5, 50);
    await first.close();
    const second = await openJob({ ...options, restart: true });
    assert.notEqual(second.id, first.id);
    assert.equal(second.checkpoint, 0);
    assert.equal(second.topicMap.size, 0);
    assert.equal(readFileSync(join(second.path, 'checkpoint.txt.before-restart'), 'utf8'), '12\n');
    await second.close();
  });

  it('starts over even if files are damaged', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const first = await openJob(options);
    await first.close();
    for (const name of ['job.json', 'checkpoint.txt', 'topic_map.json']) {
      writeFileSync(join(first.path, name), '{{{');
      await assert.rejects(openJob(options), { code: 'STATE_DAMAGED' });
      await (await openJob({ ...options, restart: true })).close();
      await (await openJob(options)).close();
    }
  });

  it("refuses another job's file and one of a newer version", async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const first = await openJob(options);
    await first.close();
    const path = join(first.path, 'job.json');
    const job = JSON.parse(readFileSync(path, 'utf8')) as object;
    for (const change of [{ sourceId: -1009 }, { version: 2 }, { id: 'x' }, { targetTopic: 4 }]) {
      writeFileSync(path, JSON.stringify({ ...job, ...change }));
      await assert.rejects(openJob(options), { code: 'STATE_DAMAGED' });
    }
  });

  it('removes the files that a killed write left behind', async (t) => {
    const options = jobOptions(temporaryFolder(t));
    const first = await openJob(options);
    await first.close();
    writeFileSync(join(first.path, '.01234567-89ab-cdef-0123-456789abcdef.tmp'), 'half');
    const second = await openJob(options);
    assert.deepEqual(readdirSync(second.path).sort(), ['job.json', 'lock', 'lock.db']);
    await second.close();
    assert.ok(!existsSync(join(second.path, 'lock')));
  });

  it('names a data directory that is a file', async (t) => {
    const path = join(temporaryFolder(t), 'data');
    writeFileSync(path, '');
    await assert.rejects(openJob(jobOptions(path)), { code: 'STATE_UNWRITABLE', exitStatus: 2 });
  });
});

describe("the older Python script's files", () => {
  it('are taken over into the folder when it has none, and logged', async (t) => {
    const legacyDir = temporaryFolder(t);
    writeFileSync(join(legacyDir, 'checkpoint.txt'), '321');
    writeFileSync(join(legacyDir, 'topic_map.json'), '{"5": 50}');
    const events: [string, LogFields | undefined][] = [];
    const log = { ...silentLog, warn: (event: string, fields?: LogFields) => events.push([event, fields]) };
    const options = jobOptions(temporaryFolder(t), { legacyDir, log });
    const folder = await openJob(options);
    assert.equal(folder.checkpoint, 321);
    assert.deepEqual([...folder.topicMap], [[5, 50]]);
    assert.equal(folder.legacyFiles.length, 2);
    assert.equal(events[0]?.[0], 'legacy_files_used');
    assert.equal(readFileSync(join(folder.path, 'checkpoint.txt'), 'utf8'), '321\n');
    assert.equal(readFileSync(join(legacyDir, 'checkpoint.txt'), 'utf8'), '321');
    await folder.saveCheckpoint(400);
    await folder.close();
    const again = await openJob(options);
    assert.equal(again.checkpoint, 400);
    assert.deepEqual(again.legacyFiles, []);
    await again.close();
  });

  it('are an error when damaged, and nothing is recorded', async (t) => {
    const legacyDir = temporaryFolder(t);
    const options = jobOptions(temporaryFolder(t), { legacyDir });
    writeFileSync(join(legacyDir, 'checkpoint.txt'), '321');
    writeFileSync(join(legacyDir, 'topic_map.json'), '{"5": ');
    await assert.rejects(openJob(options), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'STATE_DAMAGED');
      assert.ok(error.message.includes(join(legacyDir, 'topic_map.json')));
      return true;
    });
    assert.deepEqual(readdirSync(join(options.dataDir, '-1001234_to_-1005678')), ['lock.db']);
  });

  it('are not read by --restart', async (t) => {
    const legacyDir = temporaryFolder(t);
    writeFileSync(join(legacyDir, 'checkpoint.txt'), '321');
    const options = jobOptions(temporaryFolder(t), { legacyDir });
    const folder = await openJob({ ...options, restart: true });
    assert.equal(folder.checkpoint, 0);
    await folder.close();
    const again = await openJob(options);
    assert.equal(again.checkpoint, 0);
    await again.close();
  });

  it('belong to one job: a second job that would start from them is refused, with two ways out', async (t) => {
    const legacyDir = temporaryFolder(t);
    writeFileSync(join(legacyDir, 'checkpoint.txt'), '321');
    const options = jobOptions(temporaryFolder(t), { legacyDir });
    await (await openJob(options)).close();
    const other = { ...options, targetId: -100999 };
    await assert.rejects(openJob(other), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'LEGACY_TAKEN');
      assert.match(error.message, /-1001234_to_-1005678/);
      return true;
    });
    writeFileSync(join(options.dataDir, '-1001234_to_-100999', 'checkpoint.txt'), '321');
    const folder = await openJob(other);
    assert.equal(folder.checkpoint, 321);
    await folder.close();
  });
});
