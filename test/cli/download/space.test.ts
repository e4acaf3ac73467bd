import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { UsageError } from '../../../lib/base/errors.js';
import { freeBytes, prepareFolder, requireSpace, SpaceWatch } from '../../../lib/cli/download/folder.js';
import { type Outlook, outlookOf, tellOutlook } from '../../../lib/cli/download/outlook.js';
import { Output } from '../../../lib/cli/output.js';
import { Redactor } from '../../../lib/cli/redactor.js';
import type { DownloadEvent, PlannedFile } from '../../../lib/download/events.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

/** More than any disk has. */
const TOO_MUCH = 2 ** 62;

const planned = (size: number, already?: PlannedFile['already']): PlannedFile => ({
  chatId: -100,
  chatTitle: 'Chat',
  messageId: 7,
  index: 0,
  kind: size % 2 === 0 ? 'photo' : 'video',
  name: 'a',
  size,
  date: 0,
  path: 'a',
  ...(already && { already }),
});

test('what is known not to fit onto the disk is refused before the download, wherever its folder will be', async (t) => {
  const folder = join(temporaryFolder(t), 'not', 'there');
  const free = await freeBytes(folder);
  assert.ok(free !== undefined && free > 0);
  await requireSpace(folder, 1);
  await assert.rejects(
    requireSpace(folder, TOO_MUCH),
    (error) =>
      error instanceof UsageError &&
      error.code === 'DISK_TOO_SMALL' &&
      /are to be written to .*there, where .* are free: free some space/.test(error.message),
  );
  await prepareFolder(folder);
  mkdirSync(join(folder, 'again'));
  await prepareFolder(folder);
});

test('what turns out not to fit while it is being found is said once, as soon as it is known', async (t) => {
  const watch = await SpaceWatch.of(temporaryFolder(t));
  assert.ok(watch);
  const scanned = (bytes: number): DownloadEvent => ({
    kind: 'scanned',
    messages: 1,
    files: 1,
    bytes,
    complete: false,
  });
  assert.equal(watch.warningAt(scanned(10)), undefined);
  assert.equal(
    watch.warningAt({ kind: 'skipped', planned: planned(TOO_MUCH), path: '/a', host: 'here' }),
    undefined,
  );
  assert.equal(watch.warningAt(scanned(TOO_MUCH + 10)), undefined, 'what is skipped takes no space');
  assert.match(
    watch.warningAt(scanned(2 * TOO_MUCH)) ?? '',
    /^The disk may become full: .* are to be written to /,
  );
  assert.equal(watch.warningAt(scanned(3 * TOO_MUCH)), undefined);
});

test('an outlook counts by kind, estimates by what this machine did before, and says when the disk is too small', async () => {
  const elsewhere = { path: '/a', host: 'other', reachable: false, own: false };
  const here = { ...elsewhere, reachable: true };
  const own = { ...here, own: true };
  const files = async function* () {
    yield* [planned(4_000_000), planned(6_000_001), planned(20, elsewhere), planned(30, here)];
    yield planned(40, own);
  };
  const skipping = await outlookOf(files(), 'skip');
  assert.deepEqual(skipping, {
    kinds: { photo: { files: 1, bytes: 4_000_000 }, video: { files: 1, bytes: 6_000_001 } },
    files: 2,
    bytes: 10_000_001,
    already: { files: 3, bytes: 90 },
    repeats: false,
    secondNames: { files: 0, bytes: 0 },
    diskBytes: 10_000_001,
  });
  const linking = await outlookOf(files(), 'link');
  assert.deepEqual(
    [linking.files, linking.already, linking.secondNames, linking.diskBytes],
    [3, { files: 1, bytes: 40 }, { files: 1, bytes: 30 }, 10_000_021],
    'another machine has nothing to link',
  );
  assert.equal((await outlookOf(files(), 'copy')).diskBytes, 10_000_051);
  const told = (outlook: Outlook, dedupe: 'skip' | 'link' | 'copy' = 'skip'): readonly string[] => {
    const stdout = new PassThrough();
    const output = new Output({ stdout, stderr: new PassThrough() }, false, new Redactor());
    const speed = { bytesPerSecond: 1_000_000, files: 12 };
    tellOutlook(output, outlook, {
      place: '/out',
      dedupe,
      speed,
      free: 1000,
      missing: [],
      leftOut: [],
    });
    output.close();
    return String(stdout.read()).trimEnd().split('\n');
  };
  const twice = await outlookOf(
    (async function* () {
      yield* [planned(40, own), { ...planned(50), repeats: true }];
    })(),
    'skip',
  );
  assert.ok(told(twice).includes('A download skips 2 files with 90 B that are there by then.'));
  assert.equal(
    told(linking, 'link').find((line) => line.startsWith('Link ')),
    'Link 1 file with 30 B that another message has, too.',
  );
  assert.deepEqual(told({ ...skipping, kinds: {}, files: 0, bytes: 0, diskBytes: 0 }), [
    'Nothing was downloaded, and nothing is new.',
    'A download skips 3 files with 90 B that are there already.',
  ]);
  assert.deepEqual(told(skipping), [
    'Nothing was downloaded. This is what would be:',
    '  photo: 1 file, 3.8 MiB',
    '  video: 1 file, 5.7 MiB',
    'Download 2 files with 9.5 MiB into /out.',
    'Skip 3 files with 90 B that are there already.',
    "That takes about 10 s, at 1.0 MB/s, the speed of this machine's last 12 large files.",
    'Only 1000 B are free there: free some space, or choose another --output.',
  ]);
});
