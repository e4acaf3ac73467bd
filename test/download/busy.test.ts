// Files that another process is downloading into the same folder.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, type TestContext, test } from 'node:test';
import { systemClock } from '../../lib/base/clock.js';
import { diskPlace } from '../../lib/download/disk-place.js';
import type { DownloadEvent } from '../../lib/download/events.js';
import type { ReadOrder } from '../../lib/download/options.js';
import { lockPart } from '../../lib/download/part-lock.js';
import type { FilePlace } from '../../lib/download/place.js';
import { partPathOf } from '../../lib/download/receive-file.js';
import type { FileLock } from '../../lib/store/file-lock.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { chatOrder, downloadScene } from '../support/download-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let scene: CloneScene;
let order: ReadOrder;

before(async () => {
  scene = await cloneScene({ seed: 'busy files' });
  const chat = scene.group('busy files');
  for (let each = 0; each < 4; each += 1)
    scene.post(chat, { text: '', media: scene.document(100_000 + each) });
  order = await chatOrder(scene, chat);
});

after(() => scene?.close());

/** A folder in which another process holds the first file that is wanted, until it ends. */
async function contested(t: TestContext) {
  const here = await downloadScene(t, scene, { folder: temporaryFolder(t), dataDir: temporaryFolder(t) });
  const disk = diskPlace(here.folder);
  let other: FileLock | undefined;
  const place: FilePlace = {
    ...disk,
    receive(file) {
      other ??= lockPart(partPathOf(disk.pathOf(file.path), file.key));
      return disk.receive(file);
    },
  };
  return { here, place, endOther: () => other?.release() };
}

const kindsOf = (events: readonly DownloadEvent[]): string[] =>
  events.flatMap(({ kind }) => (['busy', 'done'].includes(kind) ? [kind] : []));

test('a file that another process downloads holds up no other, is reported once, and comes at the end', async (t) => {
  const { here, place, endOther } = await contested(t);
  let waits = 0;
  const clock = {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic(),
    async sleep() {
      waits += 1;
      if (waits === 3) endOther();
    },
  };
  const { summary, error, events } = await here.run([order], { place, clock, parallel: 1 });
  assert.equal(error, undefined);
  assert.equal(summary?.downloaded, 4);
  assert.equal(waits, 3);
  assert.deepEqual(kindsOf(events), ['busy', 'done', 'done', 'done', 'done']);
  const [busy] = events.flatMap((event) => (event.kind === 'busy' ? [event.planned.messageId] : []));
  const begun = events.flatMap((event) => (event.kind === 'started' ? [event.planned.messageId] : []));
  assert.equal(begun.at(-1), busy);
  assert.equal((await readdir(here.folder)).length, 4);
});

test('whoever waits for another process can be stopped', async (t) => {
  const { here, place, endOther } = await contested(t);
  t.after(() => endOther());
  const stop = new AbortController();
  const reason = new Error('stopped by its user');
  let done = 0;
  const { error } = await here.run([order], {
    place,
    parallel: 1,
    signal: stop.signal,
    onEvent({ kind }) {
      if (kind === 'done') done += 1;
      // Then it waits.
      if (done === 3) setImmediate(() => stop.abort(reason));
    },
  });
  assert.equal(error, reason);
  assert.equal(done, 3);
});
