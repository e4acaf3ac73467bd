// What writes into the store past its writer, when the store was moved away while the process was stopped.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../lib/base/log.js';
import { systemRandom } from '../../lib/base/random.js';
import { refuseEmptied } from '../../lib/download/emptied.js';
import { organiseFolder } from '../../lib/download/organise/organise.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { downloaded, filesUnder, openFilesStore } from '../support/files-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const LEFT = new Error('the database was moved');

/** A folder with a file that the store knows, and the store as one that was left. */
async function opened(t: TestContext) {
  const [dataDir, folder] = [temporaryFolder(t), temporaryFolder(t)];
  const store = await openFilesStore(t, dataDir);
  await downloaded(store, join(folder, 'a.mp4'), { id: 1, chatId: 5, name: 'a.mp4' });
  const left = { ...store, writer: { ...store.writer, keep: () => Promise.reject(LEFT) } };
  const copies = () => store.db.selectFrom('file_copies').select(['path', 'state']).execute();
  return { dataDir, folder, store, left, copies };
}

test('telepi organise notes nothing in it, and the next one notes what was moved in the database in use', async (t) => {
  const { dataDir, folder, store, left, copies } = await opened(t);
  const before = await copies();
  const organise = (into: typeof store) =>
    organiseFolder({
      ...{ ...into, dataDir, folder, random: systemRandom, action: { userName: 'ann', arguments: {} } },
      ...{ signal: new AbortController().signal, template: readPathTemplate('{kind}/{name}', '--path') },
      onPlan: async () => true,
      onFailed: (_, reason) => assert.fail(reason),
    });
  await assert.rejects(organise(left), LEFT);
  assert.deepEqual(filesUnder(folder), ['video/a.mp4']);
  assert.deepEqual(await copies(), before);
  assert.equal((await organise(store)).continued, 1);
  assert.deepEqual(await copies(), [{ path: join(folder, 'video', 'a.mp4'), state: 'there' }]);
});

test('--refill notes nothing in it as gone', async (t) => {
  const { folder, store, left, copies } = await opened(t);
  const before = await copies();
  rmSync(join(folder, 'a.mp4'));
  const refill = ({ db, host, writer }: typeof store) =>
    refuseEmptied({ db, writer, host, folder, refill: true, now: 0, log: silentLog });
  await assert.rejects(refill(left), LEFT);
  assert.deepEqual(await copies(), before);
  await refill(store);
  assert.deepEqual(
    (await copies()).map(({ state }) => state),
    ['gone'],
  );
});
