import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { systemRandom } from '../../lib/base/random.js';
import { organiseFolder } from '../../lib/download/organise/organise.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import type { File, FileReference } from '../../lib/messages/document/file.js';
import type { Media } from '../../lib/messages/document/media.js';
import { noteCopy } from '../../lib/store/tables/file-copies.js';
import { type CloneScene, cloneScene } from '../support/clone-scene.js';
import { post, service } from '../support/documents.js';
import { chatOrder, downloadScene, HOST } from '../support/download-scene.js';
import { type FilesStore, filesUnder, openFilesStore, WHEN, writeOld } from '../support/files-store.js';
import { selectionFor } from '../support/selection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const ACCOUNT = 7;
const NEWS = -1_001_000_000_001;

let telegram: CloneScene;

before(async () => {
  telegram = await cloneScene({ seed: 'organise-names' });
});
after(() => telegram.close());

interface NamesScene {
  readonly store: FilesStore;
  readonly folder: string;
  /** What lies in the folder once it is organised by the template. */
  organised(template: string): Promise<string[]>;
}

async function openScene(
  t: TestContext,
  { dataDir = temporaryFolder(t), folder = temporaryFolder(t), host = 'here' } = {},
): Promise<NamesScene> {
  const store = await openFilesStore(t, dataDir, host);
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
  more: Partial<PostDocument> = {},
): Promise<void> {
  const key = { accountId: ACCOUNT, chatId: NEWS };
  await store.writer.saveMessages(key, [{ document: post({ id, chat: NEWS, date: WHEN, media, ...more }) }]);
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

test('files of a forum go where a download would put them now, whatever its paths named and which messages it read', async (t) => {
  const { sandbox, me } = telegram;
  const forum = telegram.forum('Forum');
  const topic = sandbox.world.createTopic(forum, { title: 'Old', creator: me.id } as never);
  telegram.post(forum, { text: '', media: telegram.document(50_000) });
  telegram.post(forum, { text: '', topicId: topic.id, media: telegram.document(50_001) });
  topic.title = 'New';
  const folders = { folder: temporaryFolder(t), dataDir: temporaryFolder(t) };
  const order = await chatOrder(telegram, forum);
  const here = await downloadScene(t, telegram, folders);
  // The message that created the topic is not among what is read.
  const selection = await selectionFor({ fromId: String(topic.id + 1) }, { self: me.id });
  const { summary, error } = await here.run([order], { selection });
  assert.deepEqual([error, summary?.downloaded], [undefined, 2]);
  const text = '{chat}/{topic}/{sender}/{kind}/{year}{month}{day}-{hour}{minute}{second}/{id}_{stem}.{ext}';
  const template = readPathTemplate(text, '--path');
  const empty = { folder: temporaryFolder(t), dataDir: temporaryFolder(t) };
  const planned = await (await downloadScene(t, telegram, empty)).plan([order], { template });
  const expected = planned.map(({ path }) => path).sort();
  assert.deepEqual(
    expected.map((path) => path.split('/')[1]),
    ['General', 'New'],
  );
  const { organised } = await openScene(t, { ...folders, host: HOST });
  assert.deepEqual(await organised(text), expected);
});

test('a topic that was never listed has the title that it was created with, and a person without a name a username', async (t) => {
  const scene = await openScene(t);
  const key = { accountId: ACCOUNT, chatId: NEWS };
  const created = service({
    id: 5,
    chat: NEWS,
    topic: 5,
    action: { kind: 'topic_created', title: 'Old', color: 0 },
  });
  await scene.store.writer.saveMessages(key, [{ document: created }]);
  await scene.store.writer.savePeople(ACCOUNT, [{ personId: 42, username: 'bo' }]);
  const file = (id: number): Media => ({ kind: 'video', file: video(id) });
  await known(scene, 6, file(60), { a: 60 }, { topic: 5 });
  await known(scene, 7, file(70), { b: 70 }, { topic: 1 });
  await known(scene, 8, file(80), { c: 80 }, { topic: 4 });
  const template = '{topic}/{sender}/{id}';
  assert.deepEqual(await scene.organised(template), ['General/bo/7.mp4', 'Old/bo/6.mp4', 'c']);
  await scene.store.writer.saveTopics(key, [
    { topicId: 1, title: 'Lobby' },
    { topicId: 4, title: 'Four' },
    { topicId: 5, title: 'New' },
  ]);
  assert.deepEqual(await scene.organised(template), ['Four/bo/8.mp4', 'Lobby/bo/7.mp4', 'New/bo/6.mp4']);
});

test('files of Telegram Utilities go by the time in their names, and no year in a name is taken for an id', async (t) => {
  const scene = await openScene(t);
  const names = [
    '20240305_183000_msg77.jpg',
    '20240305_183000_msg77 (1).jpg',
    '20240305_183001_report.pdf',
    '20240305_183002_2023_report.pdf',
    '20240305_183003_20231231_log.txt',
    '20240305_183004_78_notes.txt',
    '20240305_183005_msg79.mp4',
  ];
  // They have the time at which they were downloaded.
  const later = WHEN + 40_000_000;
  for (const name of names) writeOld(join(scene.folder, name), name, later);
  // Each name has what the old one has.
  const flat = [
    '2024-03/20231231_log.txt',
    '2024-03/2023_report.pdf',
    '2024-03/78_notes.txt',
    '2024-03/msg77 (1).jpg',
    ...['2024-03/msg77.jpg', '2024-03/msg79.mp4', '2024-03/report.pdf'],
  ];
  assert.deepEqual(await scene.organised('{year}-{month}/{name}'), flat);
  assert.deepEqual(await scene.organised('{year}-{month}/{name}'), flat, 'they have kept their times');
});

test('a number in a name is an id where the template asks for one, unless it looks like a date, or where a message says so', async (t) => {
  const scene = await openScene(t);
  const names = [
    'msg77.jpg',
    'msg77 (1).jpg',
    'report.pdf',
    '2023_report.pdf',
    '78-2_notes.txt',
    '2024_b.pdf',
  ];
  for (const name of names) writeOld(join(scene.folder, `20240305_120000_${name}`), name, WHEN + 9);
  await scene.store.writer.saveChats(ACCOUNT, [{ chatId: NEWS, type: 'channel', title: 'News' }]);
  const key = { accountId: ACCOUNT, chatId: NEWS };
  // One was sent at that time, and the other was not.
  const sent = { chat: NEWS, text: 'words' };
  const documents = [post({ ...sent, id: 2024, date: WHEN }), post({ ...sent, id: 2023, date: WHEN + 1 })];
  await scene.store.writer.saveMessages(
    key,
    documents.map((document) => ({ document })),
  );
  assert.deepEqual(await scene.organised('{id}/{name}'), [
    '2024/b.pdf',
    ...['77/photo (2).jpg', '77/photo.jpg', '78-2/notes.txt'],
    ...[
      'unsorted/2024-03/file/20240305_120000_2023_report.pdf',
      'unsorted/2024-03/file/20240305_120000_report.pdf',
    ],
  ]);
});
