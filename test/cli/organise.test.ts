import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, watch } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { downloaded, filesUnder, nameChat, openFilesStore, writeOld } from '../support/files-store.js';
import { launcher } from '../support/paths.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const NEWS = -1_001_000_000_001;

test('telepi organise shows its plan, moves nothing without a yes, and then puts each file into its place', async (t) => {
  const cwd = temporaryFolder(t);
  const folder = join(cwd, 'downloads');
  mkdirSync(join(folder, 'data'), { recursive: true });
  const store = await openFilesStore(t, join(folder, 'data'), hostname());
  await nameChat(store, NEWS, 'News');
  await downloaded(store, join(folder, 'a.mp4'), { id: 1, chatId: NEWS, name: 'a.mp4' });
  writeOld(join(folder, 'holiday.jpg'), 'mine');
  await store.close();
  const own = writeOld(join(folder, 'data', '20240305_120000_9_own.jpg'), "TelePi's");
  const files = () => filesUnder(folder).filter((path) => !path.startsWith('data/'));
  const run = (...args: string[]) =>
    telepi(['organise', 'downloads', ...args], { cwd, environment: { DATA_DIR: 'downloads/data' } });
  const before = files();
  const dry = await run('--dry-run');
  assert.equal(dry.status, 0, dry.stderr);
  assert.equal(
    dry.stdout.replaceAll(folder, 'FOLDER'),
    'a.mp4 → News/video/2024/20240305_120000_1_a.mp4\n' +
      'holiday.jpg → unsorted/2024-03/photo/holiday.jpg\n' +
      'FOLDER: 2 files to move, 9 B; 0 in place.\n' +
      'TelePi did not download 1 of the files to move, which goes by its name and time.\n',
  );
  const unasked = await run();
  assert.equal(unasked.status, 2);
  assert.match(unasked.stderr, /2 files in .*downloads get other paths.* say --yes\.$/m);
  assert.deepEqual(files(), before);
  const done = await run('--yes', '--json', '--path', '{chat}/{name}');
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(
    recordsOf(done.stdout).map(({ event }) => event),
    ['plan', 'moved', 'moved', 'end'],
  );
  assert.deepEqual(files(), ['News/a.mp4', 'unsorted/2024-03/photo/holiday.jpg']);
  assert.ok(existsSync(own) && existsSync(join(folder, 'data', 'ledger.db')), 'the data directory stays');
  const again = await telepi(['organize', 'downloads', '--path', '{chat}/{name}'], {
    cwd,
    environment: { DATA_DIR: 'downloads/data' },
  });
  assert.match(again.stdout, /0 files to move, 0 B; 2 in place\.\nMoved 0 files\.\n$/);
  for (const [word, reason] of [
    ['downloads/data', /is the data directory/],
    ['nowhere', /can't be read/],
    ['downloads/News/a.mp4', /is not a folder/],
  ] as const) {
    const refused = await telepi(['organise', word], { cwd, environment: { DATA_DIR: 'downloads/data' } });
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, reason);
  }
});

test('telepi organise works where TelePi has never been used, and its help names no flag that it lacks', async (t) => {
  const cwd = temporaryFolder(t);
  const old = writeOld(join(cwd, '20240305_120000_9_own.jpg'), 'mine');
  const { status, stderr } = await telepi(['organise', '.', '--yes'], { cwd });
  assert.equal(status, 0, stderr);
  assert.ok(!existsSync(old), 'it was moved');
  const { stdout } = await telepi(['organise', '--help'], { cwd });
  assert.doesNotMatch(stdout, /--output/);
});

test('an organise that is killed leaves every file whole, and the next one completes it', async (t) => {
  const cwd = temporaryFolder(t);
  const folder = join(cwd, 'downloads');
  const store = await openFilesStore(t, cwd, hostname());
  await nameChat(store, NEWS, 'News');
  const names = Array.from({ length: 120 }, (_, id) => `${id + 1}.mp4`);
  for (const [index, name] of names.entries()) {
    await downloaded(store, join(folder, 'in', name), { id: index + 1, chatId: NEWS, name });
  }
  const args = ['organise', 'downloads', '--yes', '--path', '{chat}/{name}'];
  for (let deaths = 0; deaths < 3; deaths += 1) {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [launcher, ...args], {
      cwd,
      env: { PATH, HOME, DATA_DIR: cwd },
      stdio: 'ignore',
    });
    await killedAtWork(child, folder, 20 + 37 * deaths);
    const moved = filesUnder(folder).filter((path) => path.startsWith('News/'));
    t.diagnostic(`Killed after ${moved.length} of ${names.length} moves.`);
  }
  assert.ok(filesUnder(folder).length >= names.length, 'no file is lost');
  const { status, stdout, stderr } = await telepi(args, { cwd, environment: { DATA_DIR: cwd } });
  assert.equal(status, 0, stderr);
  assert.deepEqual(filesUnder(folder), names.map((name) => `News/${name}`).sort(), stdout);
  for (const name of names) assert.equal(readFileSync(join(folder, 'News', name), 'utf8'), name);
  const rows = await store.db.selectFrom('file_copies').select(['path', 'message_id']).execute();
  assert.deepEqual(
    rows.map(({ path, message_id }) => [path, String(message_id)]).sort(),
    names.map((name) => [join(folder, 'News', name), name.replace('.mp4', '')]).sort(),
  );
  const messages = await store.db.selectFrom('messages').select('local_file_path').execute();
  assert.deepEqual(messages.map((row) => row.local_file_path).sort(), rows.map(({ path }) => path).sort());
});

/** Kills the process once it has changed so many names in the folder; it may also have ended before. */
async function killedAtWork(child: ChildProcess, folder: string, changes: number): Promise<void> {
  const closed = once(child, 'close');
  let seen = 0;
  const watcher = watch(folder, { recursive: true }, () => {
    seen += 1;
    if (seen >= changes) child.kill('SIGKILL');
  });
  await closed;
  watcher.close();
}
