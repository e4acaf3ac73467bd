import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmErase } from '../../lib/cli/erase/confirm-erase.js';
import { adviceOf, findingsLines, planLines, refusedLines } from '../../lib/cli/erase/words.js';
import type { Refused } from '../../lib/erase/reasons.js';
import { eraseScene } from '../support/erase-scene.js';

test('the lines of 100,000 messages that stay are made by one look at each', () => {
  let looks = 0;
  const refused = Array.from({ length: 100_000 }, (_, index): Refused => {
    const reason = index % 2 === 0 ? 'not_archived' : 'differs';
    return {
      chat: -1,
      id: index + 1,
      get reason() {
        looks += 1;
        return reason;
      },
    };
  });
  const lines = refusedLines(refused);
  assert.equal(lines.length, 2);
  assert.match(
    lines[0] ?? '',
    /^ {2}50000 messages stay, because each is not in the archive: 1, 3, 5, .*, …$/,
  );
  assert.ok(looks <= 3 * refused.length);
});

test('a plan that takes what is not archived says so, and how many messages are lost by it', async (t) => {
  const scene = await eraseScene(t);
  const group = scene.group('Lost');
  scene.post(group, { text: 'kept' });
  await scene.archive(group);
  const late = scene.post(group, { text: 'late' });
  const planned = await scene.plan(group, { unarchived: true });
  assert.match(planLines(planned.plan).join('\n'), /UNARCHIVED: messages of which/);
  assert.match(
    findingsLines(planned).join('\n'),
    new RegExp(`1 of them has no copy: it will be LOST[^]*: ${late}$`),
  );
  const proven = await scene.plan(group);
  assert.doesNotMatch([...planLines(proven.plan), ...findingsLines(proven)].join('\n'), /UNARCHIVED|LOST/);
});

const confirming = (title: string, said: string) =>
  confirmErase(
    { stdin: process.stdin, output: { streams: process }, signal: new AbortController().signal } as never,
    { id: -1005, title, count: 3 },
    { title: said, count: '3' },
  );

test('a title is confirmed as it is seen, and a title of which nothing can be seen by the id of its chat', async () => {
  await confirming('Caf\u00e9', 'Cafe\u0301');
  await assert.rejects(confirming('\u200e', ''), { code: 'ERASE_UNCONFIRMED' });
  await confirming('\u200e', '-1005');
});

test('a message that stays is counted as one, and what can be done depends on why it stays', () => {
  const of = (reason: Refused['reason']): Refused => ({ chat: -1, id: 7, reason });
  assert.deepEqual(refusedLines([of('forbidden')]), [
    '  1 message stays, because it may not be deleted by this account, says Telegram: 7',
  ]);
  assert.equal(adviceOf([of('forbidden'), of('photo_not_kept')]), undefined);
  assert.match(adviceOf([of('not_archived'), of('differs')]) ?? '', /^telepi download with [^;]*$/);
  assert.match(adviceOf([of('copy_differs')]) ?? '', /^move the copy of such a file away, /);
});
