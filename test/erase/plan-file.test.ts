import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ErasePlan,
  idsOf,
  type PlanContent,
  readPlan,
  runsOf,
  sealPlan,
  writePlan,
} from '../../lib/erase/plan-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CONTENT: PlanContent = {
  telepi_erase_plan: 1,
  made: '2024-05-01T12:00:00.000Z',
  server: null,
  account: '1000001',
  chat: { id: '-1001000000002', title: 'Old group', type: 'supergroup', older: '-77' },
  for_everyone: true,
  others: false,
  unarchived: false,
  selection: 'all',
  counts: { messages: 5, own: 5, others: 0, by_kind: { text: 3, photo: 2 } },
  messages: [
    { chat: '-77', ids: [[9, 9]] },
    {
      chat: '-1001000000002',
      ids: [
        [2, 4],
        [8, 8],
      ],
    },
  ],
};

test('a plan is written once, for its owner to read alone, and read back as it was', async (t) => {
  const path = join(temporaryFolder(t), 'plan.json');
  const plan = sealPlan(CONTENT);
  await writePlan(path, plan);
  assert.deepEqual(await readPlan(path), plan);
  assert.deepEqual(Object.keys(JSON.parse(await readFile(path, 'utf8'))), [...Object.keys(CONTENT), 'hash']);
  assert.equal((await stat(path)).mode & 0o777, 0o400);
  await assert.rejects(writePlan(path, sealPlan({ ...CONTENT, account: '2' })), { code: 'PLAN_EXISTS' });
  assert.deepEqual(await readPlan(path), plan, 'the first plan stands');
});

test('a plan that cannot be written leaves no file', async (t) => {
  const path = join(temporaryFolder(t), 'missing', 'plan.json');
  await assert.rejects(writePlan(path, sealPlan(CONTENT)), { code: 'PLAN_UNWRITABLE' });
});

/** Changes of a plan that are sealed again, so that only its form is wrong. */
const MISSHAPEN: readonly (readonly [what: string, change: Readonly<Record<string, unknown>>])[] = [
  ['a missing field', { account: undefined }],
  ['an account that is a number', { account: 1000001 }],
  ['a date without a zone', { made: '2024-05-01' }],
  ['a field that no plan has', { extra: 1 }],
  ['a flag as text', { for_everyone: 'yes' }],
  ['a chat without a title', { chat: { id: '5', type: 'user' } }],
  ['messages of another chat', { messages: [{ chat: '-5', ids: [[1, 5]] }] }],
  [
    'a chat twice',
    {
      messages: [
        { chat: '-77', ids: [[1, 2]] },
        { chat: '-77', ids: [[3, 5]] },
      ],
    },
  ],
  [
    'runs that overlap',
    {
      messages: [
        {
          chat: '-77',
          ids: [
            [1, 3],
            [3, 4],
          ],
        },
      ],
    },
  ],
  ['a run that ends before it begins', { messages: [{ chat: '-77', ids: [[5, 1]] }] }],
  ['the id 0', { messages: [{ chat: '-77', ids: [[0, 4]] }] }],
  ['an id beyond 32 bits', { messages: [{ chat: '-77', ids: [[2 ** 31, 2 ** 31 + 4]] }] }],
  ['a count that differs', { counts: { ...CONTENT.counts, messages: 4 } }],
  ['kinds that differ', { counts: { ...CONTENT.counts, by_kind: { text: 3 } } }],
  ['own and others that differ', { counts: { ...CONTENT.counts, own: 4 } }],
  ['messages of others that it does not allow', { counts: { ...CONTENT.counts, own: 4, others: 1 } }],
];

for (const [what, change] of MISSHAPEN) {
  test(`a plan with ${what} is refused`, async (t) => {
    const path = join(temporaryFolder(t), 'plan.json');
    await writePlan(path, sealPlan({ ...CONTENT, ...change } as PlanContent));
    await assert.rejects(readPlan(path), { code: 'PLAN_DAMAGED' });
  });
}

test('a plan of a newer version, and what is not a plan, is refused', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'plan.json');
  await assert.rejects(readPlan(path), { code: 'PLAN_UNREADABLE' });
  for (const text of ['', '{', '[]', 'null', '{"telepi":1}', '\u0000']) {
    await writeFile(path, text);
    await assert.rejects(readPlan(path), { code: 'PLAN_UNREADABLE' }, text);
  }
  await writeFile(path, JSON.stringify({ ...sealPlan(CONTENT), telepi_erase_plan: 2 }));
  await assert.rejects(readPlan(path), { code: 'PLAN_VERSION' });
  await mkdir(join(folder, 'folder'));
  await assert.rejects(readPlan(join(folder, 'folder')), { code: 'PLAN_UNREADABLE' });
});

test('any change of a byte that changes the meaning of a plan is noticed', async (t) => {
  const path = join(temporaryFolder(t), 'plan.json');
  await writePlan(path, sealPlan(CONTENT));
  const text = await readFile(path, 'utf8');
  await chmod(path, 0o600);
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
      const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
      await writeFile(path, changed);
      const read: ErasePlan | Error = await readPlan(path).catch((error: Error) => error);
      if (!(read instanceof Error)) assert.deepEqual(read, JSON.parse(text));
    }),
    { numRuns: 400 },
  );
});

test('runs have the ids that they were made of', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (ids) => {
      const runs = runsOf(ids);
      assert.deepEqual(
        [...idsOf(runs)],
        [...new Set(ids)].sort((one, other) => one - other),
      );
      for (const [at, run] of runs.slice(1).entries()) assert.ok(run[0] > (runs[at]?.[1] ?? 0) + 1);
    }),
  );
});
