import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeQR } from 'qr/decode.js';
import { QrScreen, qrLines } from '../../lib/cli/qr.js';
import { FakeTerminal } from '../support/fake-terminal.js';

const MODULE_PIXELS = 4;

/** The picture that a camera sees: a light pixel for each light half block. */
function photograph(lines: readonly string[]): { width: number; height: number; data: Uint8ClampedArray } {
  const rows = lines.flatMap((line) => [
    [...line].map((cell) => cell === '█' || cell === '▀'),
    [...line].map((cell) => cell === '█' || cell === '▄'),
  ]);
  const width = (rows[0]?.length ?? 0) * MODULE_PIXELS;
  const height = rows.length * MODULE_PIXELS;
  const data = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const row = rows[Math.floor(Math.floor(pixel / width) / MODULE_PIXELS)];
    const light = row?.[Math.floor((pixel % width) / MODULE_PIXELS)] === true;
    data.set([light ? 255 : 0, light ? 255 : 0, light ? 255 : 0, 255], pixel * 4);
  }
  return { width, height, data };
}

test('the code on the terminal decodes to the link', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 48 }), (token) => {
      const link = `tg://login?token=${Buffer.from(token).toString('base64url')}`;
      assert.equal(decodeQR(photograph(qrLines(link))), link);
    }),
    { numRuns: 20 },
  );
});

test('a new code replaces the one before', () => {
  const terminal = new FakeTerminal(100, 60);
  const screen = new QrScreen(terminal);
  terminal.write('$ telepi login --qr\n');
  for (const token of ['AAAA', 'BBBB']) screen.show(`tg://login?token=${token}`, 'Scan this:');
  assert.deepEqual(terminal.screen, [
    '$ telepi login --qr',
    'Scan this:',
    ...qrLines('tg://login?token=BBBB'),
  ]);
});
