import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageError } from '../../lib/base/errors.js';
import { prepareDataDir } from '../../lib/telegram/data-dir.js';
import { asNobody, NOBODY } from '../support/as-nobody.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** The error that refuses `path` as the data directory of a user who isn't root. */
async function refusal(path: string): Promise<string> {
  try {
    await asNobody(() => prepareDataDir(path));
  } catch (error) {
    assert.ok(error instanceof UsageError && error.code === 'DATA_DIR', String(error));
    assert.ok(error.message.includes(path), error.message);
    return error.message;
  }
  throw new assert.AssertionError({ message: `${path} can be written` });
}

for (const mode of [0o755, 0o750, 0o1777]) {
  test(`an existing directory keeps its mode ${mode.toString(8)}`, async (t) => {
    const folder = temporaryFolder(t);
    chmodSync(folder, mode);
    await prepareDataDir(folder);
    await prepareDataDir(join(folder, 'new', 'data'));
    assert.equal(statSync(folder).mode & 0o7777, mode);
    assert.equal(statSync(join(folder, 'new', 'data')).mode & 0o7777, 0o700);
    assert.deepEqual(readdirSync(folder), ['new']);
  });
}

test('below a directory of root, one command creates the one directory and gives it to the user, whatever its name', async () => {
  const name = `/var/lib/telepi-test's "data"\n; rm -rf $HOME`;
  const message = await refusal(name);
  assert.match(message, /: \/var\/lib belongs to 0:0 \(root\) and telepi runs as \d+:\d+/);
  const uid = process.geteuid?.() || NOBODY;
  const word = `$'/var/lib/telepi-test\\047s "data"\\012; rm -rf $HOME'`;
  assert.ok(message.includes(`run \`sudo install -d -o ${uid} -m 700 ${word}\`, or set DATA_DIR`), message);
});

for (const path of [
  '/',
  '/etc',
  '/var/lib',
  '/usr/lib',
  '/root',
  '/sys/kernel',
  '/proc/1/telepi',
  '/boot/data',
  '/etc/apt/keyrings',
  '/etc/opt',
  '/etc/telepi',
  '/run/telepi',
  '/usr/local/games',
  '/usr/local/telepi',
  '/var/lib/misc',
  '/var/lib/misc/telepi',
  '/var/spool/cron',
  '/var/telepi',
]) {
  test(`no command is proposed for ${path}`, async () => {
    const message = await refusal(path);
    assert.doesNotMatch(message, /`|sudo|chown|chmod|install|run telepi as/);
    assert.match(message, /set DATA_DIR to a directory/);
  });
}

test('no command is proposed for a link to a directory of the system', async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  symlinkSync('/etc', join(folder, 'data'));
  const message = await refusal(join(folder, 'data'));
  assert.match(message, /is a directory of the system: set DATA_DIR/);
  assert.doesNotMatch(message, /`|sudo/);
});

test('no command is proposed for a name that leads through /proc, where sudo would find something else', async () => {
  const message = await refusal('/proc/self/root/var/lib/telepi-test');
  assert.match(message, /is a directory of the system: set DATA_DIR/);
  assert.doesNotMatch(message, /`|sudo/);
});

test('no command for root is proposed where others could put a link in its way, or have files', async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'theirs'), { mode: 0o755 });
  writeFileSync(join(folder, 'theirs', 'file'), '');
  const root = process.geteuid?.() === 0;
  // If the tests aren't run as root, their user owns both.
  if (root) assert.doesNotMatch(await refusal(join(folder, 'theirs')), /sudo|chown/);
  if (root) chownSync(folder, 1, 1);
  else chmodSync(folder, 0o555);
  assert.doesNotMatch(await refusal(join(folder, 'new')), /sudo|chown/);
  chmodSync(folder, 0o755);
});

test("a directory of the user's own that they closed is opened with chmod, by its exact name", async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const path = join(folder, 'my data');
  mkdirSync(path);
  if (process.geteuid?.() === 0) chownSync(path, NOBODY, NOBODY);
  chmodSync(path, 0o500);
  assert.ok((await refusal(path)).includes(`run \`chmod u+rwx '${path}'\``));
});

test('below a link that leads nowhere nothing can be created, and that is said at once', async (t) => {
  const folder = temporaryFolder(t);
  symlinkSync(join(folder, 'none'), join(folder, 'link'));
  for (const path of [join(folder, 'link'), join(folder, 'link', 'data')]) {
    await assert.rejects(prepareDataDir(path), (error) => {
      return error instanceof UsageError && /set DATA_DIR to a directory/.test(error.message);
    });
  }
});

test('a file in the way is named and left alone: another directory is proposed', async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const ways = [
    ...[file, '/etc/passwd'].map((at) => [at, 'a file'] as const),
    ...['/dev/null', '/dev/full'].map((at) => [at, 'a device'] as const),
  ];
  for (const [at, what] of ways) {
    for (const path of [at, join(at, 'data')]) {
      const message = `Can't write ${path}: ${at} is ${what}; set DATA_DIR to another directory.`;
      await assert.rejects(
        asNobody(() => prepareDataDir(path)),
        { code: 'DATA_DIR', message },
      );
    }
  }
});

test('the probe of a process that was killed is removed by the next', async (t) => {
  const folder = temporaryFolder(t);
  await prepareDataDir(folder);
  writeFileSync(join(folder, '.probe.tmp'), 'x');
  await prepareDataDir(folder);
  assert.deepEqual(readdirSync(folder), []);
});

test('processes that begin at the same time prove the same directory', async (t) => {
  const folder = temporaryFolder(t);
  await Promise.all(Array.from({ length: 20 }, () => prepareDataDir(folder)));
  assert.deepEqual(readdirSync(folder), []);
});
