import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedLines } from '../../lib/cli/erase/words.js';
import type { Refused } from '../../lib/erase/reasons.js';

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
