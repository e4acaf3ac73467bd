import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Judgement } from '../../lib/queue/judgement.js';
import { DEAD_AFTER_MS, SEEN_EVERY_MS } from '../../lib/queue/workers.js';

test('a worker judges others after one interval, and after an outage only when they had time to be seen', () => {
  let now = 5;
  const judgement = new Judgement({ monotonic: () => now });
  const beatAfter = (ms: number): boolean => {
    now += ms;
    judgement.noteBeat();
    return judgement.mayJudge();
  };
  assert.equal(judgement.mayJudge(), false, 'before it was seen itself');
  assert.equal(beatAfter(0), false, 'as soon as it has started');
  assert.equal(beatAfter(SEEN_EVERY_MS), true);
  now += DEAD_AFTER_MS / 2 + 1;
  assert.equal(judgement.mayJudge(), false, 'while the database is away');
  assert.equal(beatAfter(DEAD_AFTER_MS), false, 'after an outage');
  for (let ms = 0; ms + SEEN_EVERY_MS < DEAD_AFTER_MS; ms += SEEN_EVERY_MS)
    assert.equal(beatAfter(SEEN_EVERY_MS), false);
  assert.equal(beatAfter(SEEN_EVERY_MS), true);
});
