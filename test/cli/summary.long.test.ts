import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene, recordsOf } from '../support/scene.js';

const sum = (counts: unknown): number =>
  Object.values(counts as Record<string, number>).reduce((total, value) => total + value, 0);

test('each run counts its own messages, by way and once however much they lack, and status counts the same', async (t) => {
  const scene = await openScene(t);
  await scene.signIn();
  const settings = {
    MIN_INTERVAL: '0',
    AUTO_CREATE_TOPICS: 'yes',
    SOURCE_CHAT: String(scene.filled.source.id),
    TARGET_CHAT: String(scene.filled.target.id),
  };
  const total = { sent: 0, reduced: 0, ways: {} as Record<string, number> };
  for (const limit of ['20', '15', '1']) {
    const run = await scene.run(['run', '--json', '--attribution', 'footer', '--limit', limit], settings);
    assert.equal(run.status, 0, run.stderr);
    const summary = recordsOf(run.stdout).find(({ event }) => event === 'summary');
    const { sent, reducedMessages, ways } = summary as Record<'sent' | 'reducedMessages', number> & {
      readonly ways: Record<string, number>;
    };
    assert.equal(sum(ways), sent);
    assert.ok(reducedMessages <= sent, `${reducedMessages} of ${sent} messages`);
    if (sent > 0) assert.ok(sum(summary?.['reduced']) >= reducedMessages && reducedMessages > 0);
    total.sent += sent;
    total.reduced += reducedMessages;
    for (const [way, count] of Object.entries(ways)) total.ways[way] = (total.ways[way] ?? 0) + count;
  }
  const status = await scene.run(['status', '--json']);
  const [job] = recordsOf(status.stdout);
  assert.deepEqual(
    [job?.['done'], job?.['reducedMessages'], job?.['ways']],
    [total.sent, total.reduced, total.ways],
  );
  const { no_file: bare, ...others } = total.ways;
  assert.ok(bare);
  const words = Object.entries({ ...others, 'without a file': bare }).map(
    ([way, count]) => `${way} ${count}`,
  );
  const shown = await scene.run(['status']);
  const [line = ''] = /^ {2}ways: .*$/m.exec(shown.stdout) ?? [];
  for (const each of words) assert.ok(line.includes(each), `${line} has no ${each}`);
  assert.ok(line.includes(`; ${total.reduced} messages without everything of the original`), line);
  const last = await scene.run(['run', '--attribution', 'footer', '--limit', '20'], settings);
  const [, sent] = /^Sent (\d+) messages with/m.exec(last.stdout) ?? [];
  const [, lacking] = /everything of the original: (\d+) messages/.exec(last.stdout) ?? [];
  assert.ok(Number(sent) > 0 && Number(lacking) <= Number(sent), last.stdout);
  assert.match(last.stdout, /^Ways: .*without a file \d+/m);
});
