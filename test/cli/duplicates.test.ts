import assert from 'node:assert/strict';
import { linkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { copiesAt, noteCopy } from '../../lib/store/tables/file-copies.js';
import { downloaded, filesUnder, openFilesStore, writeOld } from '../support/files-store.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const CHAT = -1_001_000_000_001;
const KIB = 1024;

test('telepi duplicates needs no data directory, and makes none to say that it knows nothing', async (t) => {
  const cwd = temporaryFolder(t);
  const { status, stdout, stderr } = await telepi(['duplicates'], { cwd });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, 'TelePi knows of no equal files.\n');
  assert.deepEqual(filesUnder(cwd), []);
  const own = await telepi(['duplicates', '.'], { cwd });
  assert.equal(own.status, 0, own.stderr);
});

test('telepi duplicates lists equal files of all machines, and what could be saved', async (t) => {
  const cwd = temporaryFolder(t);
  const folder = join(cwd, 'downloads');
  const store = await openFilesStore(t, cwd, hostname());
  const content = 'x'.repeat(KIB);
  const file = (id: number, name: string) =>
    downloaded(store, join(folder, name), { id, chatId: CHAT, name, content });
  const one = await file(1, 'one.mp4');
  await file(2, 'two.mp4');
  const link = join(folder, 'link.mp4');
  linkSync(one.path, link);
  await noteCopy(store.db, { ...one, path: link, messageId: 3 });
  await noteCopy(store.db, { ...one, path: join(folder, 'removed.mp4') });
  await noteCopy(store.db, { ...one, host: 'other-host', path: '/there/a.mp4' });
  await noteCopy(store.db, { ...one, path: 's3://bucket/a.mp4' });
  await noteCopy(store.db, { ...one, host: 'other-host', path: 's3://bucket/a.mp4' });
  await downloaded(store, join(folder, 'alone.mp4'), { id: 5, chatId: CHAT, name: 'alone.mp4' });
  await store.close();
  const before = filesUnder(folder);
  const environment = { DATA_DIR: cwd };
  const { status, stdout, stderr } = await telepi(['duplicates'], { cwd, environment });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^5 equal files of 1\.0 KiB each: 3\.0 KiB could be saved/);
  assert.match(stdout, /other-host: \/there\/a\.mp4\n/);
  assert.match(stdout, /^ {2}s3:\/\/bucket\/a\.mp4$/m);
  assert.match(stdout, /(?:one|link)\.mp4 \(another name of the same file\)/);
  assert.doesNotMatch(stdout, /removed|alone/);
  assert.match(
    stdout,
    /5 files in 1 group: 3\.0 KiB could be saved .* 1\.0 KiB of it on this machine\. Nothing was deleted\.\n$/,
  );
  const json = await telepi(['duplicates', '--json'], { cwd, environment });
  const [group, end] = recordsOf(json.stdout);
  assert.deepEqual(
    [group?.['event'], group?.['size'], group?.['saved'], group?.['sha256']],
    ['equal', KIB, 3 * KIB, one.sha256],
  );
  assert.deepEqual(end, { event: 'end', groups: 1, files: 5, saved: 3 * KIB, savedHere: KIB });
  assert.deepEqual(filesUnder(folder), before);
});

test('telepi duplicates with a folder reads files of one size that nobody has compared, and notes what it learned', async (t) => {
  const cwd = temporaryFolder(t);
  const folder = join(cwd, 'downloads');
  const store = await openFilesStore(t, cwd, hostname());
  const known = await downloaded(store, join(folder, 'known.mp4'), {
    id: 1,
    chatId: CHAT,
    name: 'a',
    content: 'same',
  });
  const { sha256, ...bare } = known;
  await noteCopy(store.db, bare);
  writeOld(join(folder, 'deep', 'stray.mp4'), 'same');
  writeOld(join(folder, 'other.mp4'), 'else');
  writeOld(join(folder, 'longer.mp4'), 'longer');
  writeFileSync(join(folder, 'under-way.mp4.key.part'), 'same');
  symlinkSync(join(folder, 'known.mp4'), join(folder, 'link.mp4'));
  const environment = { DATA_DIR: cwd };
  const { status, stdout, stderr } = await telepi(['duplicates', 'downloads'], { cwd, environment });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Reading 3 files, 12 B, to compare them\.\n/);
  assert.match(stdout, /^2 equal files of 4 B each/);
  assert.match(stdout, /stray\.mp4/);
  assert.doesNotMatch(stdout, /other|longer|under-way|link/);
  assert.deepEqual(
    (await copiesAt(store.db, hostname(), [known.path])).map((copy) => copy.sha256),
    [sha256],
  );
  assert.ok(statSync(known.path).size === 4);
  const again = await telepi(['duplicates', 'downloads', '--json'], { cwd, environment });
  assert.match(again.stderr, /^Reading 2 files/);
  const missing = await telepi(['duplicates', 'nowhere'], { cwd, environment });
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /nowhere can't be read: no such file or directory \(ENOENT\)/);
});
