import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { seededRandom } from '../../lib/base/random.js';
import type { Entry } from '../../lib/store/journal/entry.js';
import type { Journal } from '../../lib/store/journal/journal.js';
import { leftJournals, newJournal, waitingRows } from '../../lib/store/journal/journal-folder.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const OF = {
  key: 'postgres db.example:5432 telepi',
  name: 'the Postgres database telepi at db.example:5432',
};
const root = new URL('../../', import.meta.url).href;

function entry(id: number): Entry<'forgetCopy'> {
  return { host: 'one', at: 1_700_000_000_000 + id, call: 'forgetCopy', args: ['one', `/files/${id}`] };
}

async function begun(t: TestContext, entries: number): Promise<{ dataDir: string; journal: Journal }> {
  const dataDir = temporaryFolder(t);
  const journal = await newJournal(dataDir, OF, { now: 1_700_000_000_000, random: seededRandom('journal') });
  await Promise.all(Array.from({ length: entries }, (_, id) => journal.append(entry(id))));
  return { dataDir, journal };
}

async function onlyLeft(dataDir: string): Promise<Journal> {
  const { ours } = await leftJournals(dataDir, OF.key);
  const [journal] = ours;
  assert.ok(journal && ours.length === 1);
  return journal;
}

async function written(journal: Journal): Promise<unknown[]> {
  const args: unknown[] = [];
  await journal.writeOut(async (each) => args.push(each.args[1]));
  return args;
}

test('a journal keeps bytes and 64-bit numbers as they are, and is for its user alone', async (t) => {
  const { journal, dataDir } = await begun(t, 0);
  const copy = {
    ...{
      host: 'one',
      path: '/a/ü💥\n',
      accountId: 1,
      mediaId: -(2n ** 63n),
      chatId: -5,
      messageId: 1,
      size: 0,
    },
    ...{ state: 'there' as const, savedAt: 5 },
  };
  const raw = { tl: Buffer.from([0, 10, 255]), layer: 227 };
  const message = { document: { version: 1, kind: 'empty', id: 1, chat: -5 } as never, raw };
  const entries: Entry[] = [
    { host: 'one', at: 1, call: 'noteCopy', args: [copy] },
    { host: 'one', at: 2, call: 'saveMessages', args: [{ accountId: 1, chatId: -5 }, [message]] },
  ];
  for (const each of entries) await journal.append(each);
  assert.equal(statSync(journal.path).mode & 0o777, 0o600);
  assert.equal(statSync(join(dataDir, 'unwritten')).mode & 0o777, 0o700);
  await journal.close();
  const left = await onlyLeft(dataDir);
  const found: Entry[] = [];
  await left.writeOut(async (each) => found.push(each));
  assert.deepEqual(found, entries);
  await left.remove();
  assert.deepEqual(await leftJournals(dataDir, OF.key), { ours: [], others: [] });
});

test('a last line that was cut off anywhere was never durable, and goes; damage before it is refused', async (t) => {
  const { journal, dataDir } = await begun(t, 3);
  await journal.close();
  const whole = readFileSync(journal.path);
  const lines = whole.toString('utf8').split('\n');
  const lastLine = whole.byteLength - Buffer.byteLength(lines[3] ?? '') - 1;
  for (let length = lastLine; length < whole.byteLength; length += 7) {
    writeFileSync(journal.path, whole.subarray(0, length));
    const left = await onlyLeft(dataDir);
    assert.equal(left.rows, 2);
    // What is added later must not become a part of it.
    await left.append(entry(9));
    await left.close();
    const again = await onlyLeft(dataDir);
    assert.deepEqual(await written(again), ['/files/0', '/files/1', '/files/9']);
    await again.close();
  }
  // A machine without power may keep the length of a write without its content.
  writeFileSync(journal.path, Buffer.concat([whole, Buffer.alloc(500), Buffer.from('\n')]));
  const padded = await onlyLeft(dataDir);
  assert.equal(padded.rows, 3);
  await padded.close();
  writeFileSync(journal.path, whole.toString('utf8').replace('/files/1"', '/files/1'));
  await assert.rejects(leftJournals(dataDir, OF.key), {
    code: 'STATE_DAMAGED',
    message:
      /rows-\d+-\w+\.jsonl holds rows that wait for the database, and is damaged: restore a backup of it, /,
  });
  truncateSync(journal.path, 10);
  assert.deepEqual(await leftJournals(dataDir, OF.key), { ours: [], others: [] });
});

test('a journal knows what it has written out when that fails, and at most a hundred entries less after a death', async (t) => {
  const { journal, dataDir } = await begun(t, 250);
  let done = 0;
  const failing = journal.writeOut(async () => {
    if (done === 230) throw new Error('away');
    done += 1;
  });
  await assert.rejects(failing, /away/);
  assert.equal(journal.rows, 20);
  await journal.settled();
  // As a killed process leaves it.
  const text = readFileSync(journal.path);
  assert.deepEqual(
    await written(journal),
    Array.from({ length: 20 }, (_, id) => `/files/${230 + id}`),
  );
  await journal.close();
  writeFileSync(journal.path, text);
  const [waiting] = await waitingRows(dataDir);
  assert.equal(waiting?.rows, 50);
  const left = await onlyLeft(dataDir);
  assert.equal((await written(left))[0], '/files/200');
  await left.remove();
});

test('a journal of a process that runs is its own', async (t) => {
  const { journal, dataDir } = await begun(t, 1);
  const { ours, others } = await leftJournals(dataDir, OF.key);
  assert.deepEqual([ours.length, others.length], [0, 0]);
  await journal.close();
  const elsewhere = await leftJournals(dataDir, 'mysql other:3306 telepi');
  assert.deepEqual(elsewhere.others, [{ path: journal.path, of: OF, rows: 1 }]);
  appendFileSync(journal.path, '');
});

test('a disk that is full ends the work before anything counts as kept, and loses nothing of what did', async (t) => {
  const dataDir = temporaryFolder(t);
  const script = `
    const { newJournal } = await import('${root}lib/store/journal/journal-folder.js');
    const { seededRandom } = await import('${root}lib/base/random.js');
    const journal = await newJournal(process.env.DATA, ${JSON.stringify(OF)}, { now: 1.7e12, random: seededRandom('full') });
    const add = (id) => journal.append({ host: 'one', at: id, call: 'forgetCopy', args: ['one', '/files/' + id] });
    let id = 0;
    try { for (; id < 5000; id += 1) await add(id); } catch (error) { console.log(id, error.code, error.message); }
    // Also when there is room again for something shorter.
    await add(1).catch((error) => console.log(error.code));
  `;
  const words = [
    '-c',
    'ulimit -f 40; exec "$@"',
    'sh',
    process.execPath,
    '--input-type=module',
    '-e',
    script,
  ];
  const { stdout } = spawnSync('sh', words, { env: { ...process.env, DATA: dataDir }, encoding: 'utf8' });
  const [, count = '', code = ''] =
    /^(\d+) (STATE_UNWRITABLE) Can't write .*\n(?:STATE_UNWRITABLE)$/m.exec(stdout.trim()) ?? [];
  assert.equal(code, 'STATE_UNWRITABLE', stdout);
  const left = await onlyLeft(dataDir);
  assert.deepEqual(
    await written(left),
    Array.from({ length: Number(count) }, (_, id) => `/files/${id}`),
  );
  await left.close();
});
