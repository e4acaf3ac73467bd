import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportedWait } from '../../../lib/cli/progress/reporter.js';
import { WaitLines } from '../../../lib/cli/progress/wait-lines.js';

const START = 1_700_000_000_000;

function linesOf(
  waits: readonly (readonly [at: number, ms: number, wait?: Partial<ReportedWait>])[],
): string[] {
  const lines = new WaitLines();
  return waits.flatMap(([at, ms, wait]) => {
    const until = START + at + ms;
    const line = lines.next(
      { method: 'upload.saveBigFilePart', reason: 'TIMEOUT', ms, until, ...wait },
      START + at,
    );
    return line === undefined ? [] : [line.replace(/until .*, /, '')];
  });
}

test('eleven parts that meet one fault give one line', () => {
  const waits = Array.from({ length: 11 }, (_, index) => [index * 3, 300 + index * 20] as const);
  assert.equal(linesOf(waits).length, 1);
});

test('a persistent fault is reported again when its wait is long, with the waits that were left out', () => {
  const waits: [number, number][] = [];
  for (let at = 0, ms = 500; waits.length < 8; at += ms, ms = Math.min(ms * 2, 30_000)) waits.push([at, ms]);
  assert.deepEqual(linesOf(waits), [
    'waiting for upload.saveBigFilePart (TIMEOUT) 1 s more',
    'waiting for upload.saveBigFilePart (TIMEOUT) 16 s more; 4 more like it came before',
    'waiting for upload.saveBigFilePart (TIMEOUT) 30 s more',
    'waiting for upload.saveBigFilePart (TIMEOUT) 30 s more',
  ]);
});

test('waits of other methods or for other reasons, and floods one after another, have lines of their own', () => {
  const flood = (seconds: number) => ({ method: 'messages.sendMedia', reason: `FLOOD_WAIT_${seconds}` });
  assert.equal(
    linesOf([
      [0, 500],
      [1, 500, { method: 'upload.getFile' }],
      [2, 500, { reason: 'ECONNRESET' }],
      [3, 30_000, flood(30)],
      [4, 31_000, flood(30)],
      [30_100, 30_500, flood(30)],
    ]).length,
    5,
  );
});
