import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { UsageError } from '../../lib/base/errors.js';
import { ONE_HISTORY } from '../../lib/base/source-ids.js';
import { readCheckpoint, writeCheckpoint } from '../../lib/ledger/checkpoint.js';
import { readTopicMap, writeTopicMap } from '../../lib/ledger/topic-map.js';
import { asNobody } from '../support/as-nobody.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('checkpoint.txt', () => {
  it('holds one integer and a newline, mode 600', async (t) => {
    const path = join(temporaryFolder(t), 'checkpoint.txt');
    await writeCheckpoint(path, 4711);
    assert.equal(readFileSync(path, 'utf8'), '4711\n');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(await readCheckpoint(path), 4711);
  });

  it('is absent, not zero, when there is no file', async (t) => {
    assert.equal(await readCheckpoint(join(temporaryFolder(t), 'checkpoint.txt')), undefined);
  });

  it('accepts everything that editors leave around the number', async (t) => {
    const path = join(temporaryFolder(t), 'checkpoint.txt');
    for (const text of ['17', '17\r\n', '\uFEFF17\n', '  17 \n\n', '\t0017']) {
      writeFileSync(path, text);
      assert.equal(await readCheckpoint(path), 17, JSON.stringify(text));
    }
  });

  it('with any other content is an error that names the file', async (t) => {
    const path = join(temporaryFolder(t), 'checkpoint.txt');
    const wrong = [
      '',
      '\n',
      '-1',
      '1.5',
      '1e3',
      '12 13',
      'abc',
      '0x10',
      '2147483648',
      '17\u0000',
      '{"id":1}',
    ];
    for (const text of wrong) {
      writeFileSync(path, text);
      for (const [inLedger, fix] of [
        [true, /Delete it and run again: TelePi writes it again from the ledger, and sends nothing twice\.$/],
        [false, /Write that number into it; 0 means none/],
      ] as const) {
        await assert.rejects(readCheckpoint(path, ONE_HISTORY, inLedger), (error: unknown) => {
          assert.ok(error instanceof UsageError, JSON.stringify(text));
          assert.equal(error.code, 'STATE_DAMAGED');
          assert.match(error.message, fix);
          assert.ok(error.message.includes(path) && !error.message.includes('--restart'), error.message);
          return true;
        });
      }
    }
  });

  it('is an error when it is a directory', async (t) => {
    const path = join(temporaryFolder(t), 'checkpoint.txt');
    mkdirSync(path);
    await assert.rejects(readCheckpoint(path), { code: 'NOT_A_FILE' });
  });

  it("with control characters is an error that doesn't repeat them", async (t) => {
    const path = join(temporaryFolder(t), 'checkpoint.txt');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        writeFileSync(path, text);
        await readCheckpoint(path).catch((error: Error) => assert.doesNotMatch(error.message, /\p{Cc}/u));
      }),
    );
  });

  it("with upper control characters, which JSON leaves alone, is an error that doesn't repeat them either", async (t) => {
    const path = join(temporaryFolder(t), 'checkpoint.txt');
    writeFileSync(path, 'a\u007f\u0085\u009b2J\u2028\u202eb');
    await assert.rejects(readCheckpoint(path), (error: Error) => {
      assert.doesNotMatch(error.message, /[\p{Cc}\p{Cf}\p{Zl}]/u);
      return true;
    });
  });

  it('keeps its old content, without a temporary file, when the write fails', async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'checkpoint.txt');
    mkdirSync(path);
    await assert.rejects(writeCheckpoint(path, 1), { code: 'STATE_UNWRITABLE' });
    assert.deepEqual(readdirSync(folder), ['checkpoint.txt']);
  });
});

describe('topic_map.json', () => {
  it('comes back as it was written, for any map', async (t) => {
    const path = join(temporaryFolder(t), 'topic_map.json');
    const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(id, id), { maxLength: 20 }), async (pairs) => {
        const map = new Map(pairs);
        await writeTopicMap(path, map);
        const byKey = (a: [number, number], b: [number, number]): number => a[0] - b[0];
        assert.deepEqual([...((await readTopicMap(path)) ?? [])].sort(byKey), [...map].sort(byKey));
      }),
      { numRuns: 30 },
    );
  });

  it('has the same bytes for the same map in any order of insertion', async (t) => {
    const path = join(temporaryFolder(t), 'topic_map.json');
    await writeTopicMap(
      path,
      new Map([
        [30, 3],
        [4, 5],
      ]),
    );
    const first = readFileSync(path, 'utf8');
    await writeTopicMap(
      path,
      new Map([
        [4, 5],
        [30, 3],
      ]),
    );
    assert.equal(readFileSync(path, 'utf8'), first);
    assert.equal(first, '{"30":3,"4":5}\n');
  });

  it('is read if Python wrote it', async (t) => {
    const path = join(temporaryFolder(t), 'topic_map.json');
    writeFileSync(path, '\uFEFF{\n  "5": 12,\n  "1": 1\n}');
    assert.deepEqual(
      await readTopicMap(path),
      new Map([
        [1, 1],
        [5, 12],
      ]),
    );
  });

  it('is an error that names the file when it is damaged', async (t) => {
    const path = join(temporaryFolder(t), 'topic_map.json');
    const wrong = [
      '',
      '{',
      '[]',
      'null',
      '5',
      '{"5": "7"}',
      '{"a": 7}',
      '{"5": 1.5}',
      '{"0": 7}',
      '{"5": -1}',
    ];
    for (const text of [...wrong, '{"5": null}', '{"5": 3000000000}', '{"5": 7,}']) {
      writeFileSync(path, text);
      await assert.rejects(readTopicMap(path), (error: unknown) => {
        assert.ok(error instanceof UsageError && error.code === 'STATE_DAMAGED', JSON.stringify(text));
        assert.ok(error.message.includes(path), error.message);
        return true;
      });
    }
  });

  it("that can't be read is an error that says who may read it", async (t) => {
    const folder = temporaryFolder(t);
    chmodSync(folder, 0o755);
    const path = join(folder, 'topic_map.json');
    writeFileSync(path, '{}');
    chmodSync(path, 0);
    await asNobody(() => assert.rejects(readTopicMap(path), { code: 'STATE_UNREADABLE' }));
  });
});
