import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellWord } from '../../lib/base/shell.js';
import { plain } from '../../lib/cli/plain.js';

const bash = spawnSync('bash', ['-c', 'true']).status === 0;

test('a shell reads the intended text back, and a terminal shows all of it', {
  skip: !bash,
}, () => {
  const nasty = fc.constantFrom(
    "'",
    '"',
    '\\',
    '\n',
    '\t',
    ' ',
    '$',
    '`',
    '!',
    '~',
    '\u001b',
    '\u202e',
    '\u2028',
    'ü',
    '😀',
    '7',
  );
  const path = fc.array(fc.oneof(nasty, fc.string({ unit: 'grapheme-composite', maxLength: 3 })), {
    minLength: 1,
    maxLength: 12,
  });
  const paths = fc
    .sample(path, { numRuns: 300, seed: 28 })
    .map((parts) => `/${parts.join('').replaceAll('\0', '')}`);
  for (const each of paths) assert.equal(plain(shellWord(each)), shellWord(each));
  const script = paths.map((each) => `printf '%s\\0' ${shellWord(each)}`).join('\n');
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.deepEqual(stdout.split('\0').slice(0, -1), paths);
});

test('plain names are not quoted', () => {
  assert.equal(shellWord('/srv/telepi/data'), '/srv/telepi/data');
  assert.equal(shellWord(''), "''");
});
