import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemRandom } from '../../lib/base/random.js';
import { organiseFolder } from '../../lib/download/organise/organise.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import type { File, FileReference } from '../../lib/messages/document/file.js';
import type { Media } from '../../lib/messages/document/media.js';
import { noteCopy } from '../../lib/store/tables/file-copies.js';
import { post } from '../support/documents.js';
import { type FilesStore, filesUnder, openFilesStore, WHEN, writeOld } from '../support/files-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = 7;
const NEWS = -1_001_000_000_001;

interface NamesScene {
  readonly store: FilesStore;
  readonly folder: string;
  /** What lies in the folder once it is organised by the template. */
  organised(template: string): Promise<string[]>;
}

async function openScene(t: TestContext): Promise<NamesScene> {
  const [dataDir, folder] = [temporaryFolder(t), temporaryFolder(t)];
  const store = await openFilesStore(t, dataDir);
  return {
    store,
    folder,
    async organised(template) {
      const { signal } = new AbortController();
      await organiseFolder({
        ...{ ...store, dataDir, folder, signal, template: readPathTemplate(template, '--path') },
        random: systemRandom,
        action: { userName: 'ann', arguments: {} },
        onPlan: async () => true,
        onFailed: (_, reason) => assert.fail(reason),
      });
      return filesUnder(folder);
    },
  };
}

function reference(id: number, mime: string, source: FileReference['source'] = 'document'): FileReference {
  const variant = source === 'photo' ? { variant: 'y' } : {};
  return { source, id: String(id), accessHash: '2', dc: 2, size: 1, mime, fileReference: '', ...variant };
}

const photo = (id: number) => ({ reference: reference(id, 'image/jpeg', 'photo'), date: 0, sizes: [] });
const video = (id: number): File => ({
  reference: reference(id, 'video/mp4'),
  date: 0,
  video: { width: 1, height: 1, duration: 1 },
});

/** A message, and files of it that were downloaded to paths, by their ids. */
async function known(
  { store, folder }: NamesScene,
  id: number,
  media: Media,
  files: Readonly<Record<string, number>>,
): Promise<void> {
  const key = { accountId: ACCOUNT, chatId: NEWS };
  await store.writer.saveMessages(key, [{ document: post({ id, chat: NEWS, date: WHEN, media }) }]);
  for (const [name, mediaId] of Object.entries(files)) {
    const path = writeOld(join(folder, name), String(mediaId % 10));
    await noteCopy(store.db, {
      ...{ ...key, host: store.host, path, mediaId: BigInt(mediaId), messageId: id, size: 1 },
      ...{ state: 'there', savedAt: 1 },
    });
  }
}

test('files of one message have the numbers that the download gave them', async (t) => {
  const scene = await openScene(t);
  const cover = photo(12);
  const film = { kind: 'video', file: video(10), alternatives: [video(11)], cover } as const;
  await known(scene, 1, film, { film: 10 });
  await known(
    scene,
    2,
    { kind: 'photo', photo: photo(20), clip: video(21), live: true },
    { still: 20, clip: 21 },
  );
  const question = { text: '?', entities: [] };
  const poll: Media = {
    kind: 'poll',
    id: '3',
    question,
    media: { kind: 'photo', photo: photo(30) },
    answers: [
      { text: 'a', entities: [], media: { kind: 'photo', photo: photo(31) } },
      { text: 'b', entities: [] },
      { text: 'c', entities: [], media: { kind: 'video', file: video(32) } },
    ],
    results: { solutionMedia: { kind: 'photo', photo: photo(33) } },
  };
  await known(scene, 3, poll, { a: 31, c: 32, solution: 33, question: 30 });
  assert.deepEqual(await scene.organised('{id}_{kind}.{ext}'), [
    '1_video.mp4',
    ...['2-2_video.mp4', '2_photo.jpg'],
    ...['3-2_photo.jpg', '3-3_video.mp4', '3-4_photo.jpg', '3_photo.jpg'],
  ]);
});
