// Locks that pass: several of one folder are names of one file, which nobody sees but by what they cost.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isFileHeld } from '../../lib/store/file-lock.js';
import { PassingLocks } from '../../lib/store/passing-lock.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const modulePath = new URL('../../lib/store/passing-lock.js', import.meta.url).href;

/** A process that takes locks, and has them until it is killed. */
async function otherProcess(t: TestContext, paths: readonly string[]) {
  const script = `
    const { PassingLocks } = await import(${JSON.stringify(modulePath)});
    const locks = new PassingLocks();
    for (const path of ${JSON.stringify(paths)}) console.log(locks.take(path) === undefined ? 'busy' : 'taken');
    console.log('all');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  for await (const piece of child.stdout.setEncoding('utf8')) {
    said += piece;
    if (said.endsWith('all\n')) break;
  }
  const answers = said.trim().split('\n').slice(0, -1);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { answers, kill };
}

test('each of several locks in a folder is seen by other processes until it is released itself', async (t) => {
  const folder = temporaryFolder(t);
  const path = (name: string): string => join(folder, `${name}.lock`);
  const locks = new PassingLocks();
  const first = locks.take(path('first'));
  const second = locks.take(path('second'));
  assert.equal(locks.take(path('second')), undefined);
  assert.equal(new PassingLocks().take(path('second')), undefined);
  first?.release();
  const third = locks.take(path('third'));
  const other = await otherProcess(t, ['first', 'second', 'third'].map(path));
  assert.deepEqual(other.answers, ['taken', 'busy', 'busy']);
  // What others have taken meanwhile stays theirs.
  assert.equal(locks.take(path('first')), undefined);
  first?.release();
  second?.release();
  third?.release();
  assert.deepEqual(readdirSync(folder), ['first.lock']);
  assert.ok(isFileHeld(path('first')));
  await other.kill();
  const again = locks.take(path('first'));
  assert.ok(again);
  again.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('what a process that died had locked is locked again one by one', async (t) => {
  const folder = temporaryFolder(t);
  const [one = '', two = '', three = ''] = ['one', 'two', 'three'].map((name) => join(folder, name));
  const dead = await otherProcess(t, [one, two, three]);
  assert.deepEqual(dead.answers, ['taken', 'taken', 'taken']);
  await dead.kill();
  assert.deepEqual(readdirSync(folder).sort(), ['one', 'three', 'two']);
  const locks = new PassingLocks();
  const mine = locks.take(one);
  assert.ok(mine);
  const other = await otherProcess(t, [two, one]);
  assert.deepEqual(other.answers, ['taken', 'busy']);
  const last = locks.take(three);
  assert.ok(last);
  assert.equal(locks.take(two), undefined);
  mine.release();
  last.release();
  assert.deepEqual(readdirSync(folder), ['two']);
});

test('a lock in another folder, or one whose file somebody took away, is a file of its own', (t) => {
  const folder = temporaryFolder(t);
  const below = join(folder, 'below');
  mkdirSync(below);
  const locks = new PassingLocks();
  const first = locks.take(join(folder, 'first'));
  const inner = locks.take(join(below, 'inner'));
  assert.notEqual(statSync(join(below, 'inner')).ino, statSync(join(folder, 'first')).ino);
  // Such as left by another program; a lock is an empty file.
  writeFileSync(join(folder, 'odd'), '');
  const odd = locks.take(join(folder, 'odd'));
  assert.ok(odd);
  rmSync(join(folder, 'first'));
  const next = locks.take(join(folder, 'next'));
  assert.ok(next);
  for (const lock of [odd, next, first, inner]) lock?.release();
  assert.throws(() => locks.take(join(folder, 'missing', 'folder')), { code: 'STATE_UNWRITABLE' });
  assert.deepEqual(readdirSync(folder), ['below']);
});
