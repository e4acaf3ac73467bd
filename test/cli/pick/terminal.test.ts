import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hasPseudoTerminals, onTerminal, type PseudoTerminal } from '../../support/pseudo-terminal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const program = fileURLToPath(new URL('program.js', import.meta.url));
const skip = !hasPseudoTerminals;

interface Outcome {
  readonly picked: readonly number[] | string;
  readonly bytes: number;
  readonly isRaw: boolean;
}

/** A list of `count` files on a terminal, which says afterwards in which state it was left. */
function openList(
  t: TestContext,
  count: number,
  size: { readonly columns: number; readonly rows: number },
): PseudoTerminal & { pid(): string; outcome(): Outcome } {
  const cwd = temporaryFolder(t);
  const command =
    `echo before; stty -g > stty.before; sh -c 'echo $$ > pid; exec "$@"' - ` +
    `'${process.execPath}' '${program}' ${count} outcome; stty -g > stty.after`;
  const terminal = onTerminal(t, command, { cwd, ...size });
  return {
    ...terminal,
    pid: () => readFileSync(join(cwd, 'pid'), 'utf8').trim(),
    outcome() {
      assert.equal(
        readFileSync(join(cwd, 'stty.after'), 'utf8'),
        readFileSync(join(cwd, 'stty.before'), 'utf8'),
        'the terminal is in its old mode',
      );
      const { screen } = terminal;
      assert.deepEqual([screen.cursorVisible, screen.wraps, screen.marksPastes], [true, true, false]);
      assert.equal(screen.screen[0], 'before');
      const outcome = JSON.parse(readFileSync(join(cwd, 'outcome'), 'utf8')) as Outcome;
      // Node gives the terminal its mode back at the end of the process; the list does so before.
      assert.equal(outcome.isRaw, false);
      return outcome;
    },
  };
}

test('files are filtered, ticked and picked on a terminal, which is then as it was', { skip }, async (t) => {
  const list = openList(t, 40, { columns: 80, rows: 10 });
  await list.until(/>\[ \] .* file 0\.pdf/);
  list.send('\t');
  await list.until(/\[x\] .* file 0\.pdf\s*\n>\[ \] .* file 1\.pdf/);
  list.send('photo 7.');
  await list.until(/Filter: photo 7\._ .*4 of 40/);
  list.send('\u001b[F\t\u001b[A');
  await list.until(/>\[ \] .* file 27\.pdf/);
  list.send('\u001b');
  await list.until(/Type to filter/);
  list.send('\u0012\u0012\r');
  assert.equal(await list.ended, 0);
  assert.deepEqual(list.outcome().picked, [0, 37]);
  assert.deepEqual(list.screen.screen, ['before'], 'nothing of the list stays on the screen');
});

test('three hundred thousand files at 20 columns and 5 rows: a window of them is drawn, and keys are answered', {
  skip,
}, async (t) => {
  const list = openList(t, 300_000, { columns: 20, rows: 5 });
  await list.until(/0\/300000/);
  assert.equal(list.screen.screen.length, 5);
  list.send('\u001b[F');
  await list.until(/>\[ \] +\d/);
  for (let page = 0; page < 300; page += 1) list.send('\u001b[5~');
  list.send('29999');
  await list.until(/\/29999_/);
  list.send('\u0001');
  await list.until(/\n13 ticked, 3\.2M\n/);
  list.send('\r');
  assert.equal(await list.ended, 0);
  const { picked, bytes } = list.outcome();
  assert.deepEqual(picked, [
    29_999,
    129_999,
    229_999,
    ...Array.from({ length: 10 }, (_, last) => 299_990 + last),
  ]);
  assert.ok(bytes < 60_000, `${bytes} bytes were written`);
});

for (const [how, keys, picked] of [
  ['Esc', '\u001b', 'left'],
  ['Ctrl-C', '\u0003', 'Stopped by SIGINT.'],
] as const) {
  test(`${how} leaves, and the terminal is as it was`, { skip }, async (t) => {
    const list = openList(t, 3, { columns: 60, rows: 8 });
    await list.until(/file 2\.pdf/);
    list.send(keys);
    await list.ended;
    assert.equal(list.outcome().picked, picked);
  });
}

test('SIGTERM leaves, the terminal is as it was, and what is said about it stays on the screen', {
  skip,
}, async (t) => {
  const list = openList(t, 3, { columns: 60, rows: 8 });
  await list.until(/file 2\.pdf/);
  process.kill(Number(list.pid()), 'SIGTERM');
  await list.ended;
  assert.equal(list.outcome().picked, 'Stopped by SIGTERM.');
  assert.deepEqual(list.screen.screen, ['before', 'Ending cleanly after SIGTERM.']);
});

test('a window that changes its size is drawn again', { skip }, async (t) => {
  const list = openList(t, 30, { columns: 80, rows: 10 });
  await list.until(/file 6\.pdf/);
  const tty = execFileSync('ps', ['-o', 'tty=', '-p', list.pid()], { encoding: 'utf8' }).trim();
  list.screen.columns = 30;
  list.screen.rows = 6;
  execFileSync('stty', ['-F', `/dev/${tty}`, 'cols', '30', 'rows', '6']);
  await list.until(/^\/_[\s\S]*Tab tick \| Enter ok$/);
  assert.equal(list.screen.screen.length, 6);
  list.send('\u001b');
  await list.ended;
  assert.equal(list.outcome().picked, 'left');
});
