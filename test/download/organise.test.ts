import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { moveFile } from '../../lib/download/organise/move-file.js';
import { MoveJournal } from '../../lib/download/organise/move-journal.js';
import { planMoves } from '../../lib/download/organise/plan.js';
import { lockPart } from '../../lib/download/part-lock.js';
import { readPathTemplate } from '../../lib/download/path-template.js';
import { partPathOf } from '../../lib/download/receive-file.js';
import { noteMoved } from '../../lib/store/tables/note-moved.js';
import { downloaded, filesUnder, nameChat, WHEN, writeOld } from '../support/files-store.js';
import { openScene, TEMPLATE } from '../support/organise-scene.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const NEWS = -1_001_000_000_001;

test('files lie where the template puts them, the store says so, and a second time nothing moves', async (t) => {
  const { store, folder, organise, paths } = await openScene(t);
  await nameChat(store, NEWS, 'News/1');
  await downloaded(store, join(folder, 'old', 'a.mp4'), { id: 1, chatId: NEWS, name: 'a.mp4' });
  await downloaded(store, join(folder, 'b.mp4'), { id: 2, chatId: NEWS, name: 'b.mp4' });
  writeOld(join(folder, '20230102_030405_99_paper.pdf'), 'of the older tool');
  writeOld(join(folder, 'holiday.jpg'), 'nobody knows it');
  writeOld(join(folder, '.hidden'), 'left alone');
  const first = await organise();
  const known = ['News_1/video/2024/1_a.mp4', 'News_1/video/2024/2_b.mp4'];
  const strays = ['unsorted/2023-01/file/20230102_030405_99_paper.pdf', 'unsorted/2024-03/photo/holiday.jpg'];
  assert.deepEqual(filesUnder(folder), ['.hidden', ...known, ...strays]);
  assert.deepEqual(await paths(), [known, known]);
  assert.deepEqual([first.moved, first.foldersRemoved, first.reasons], [4, 1, []]);
  assert.equal(statSync(join(folder, known[0] ?? '')).mtimeMs, WHEN * 1000);
  const second = await organise();
  assert.deepEqual([second.moved, second.plan.inPlace], [0, 4]);
  await organise('{year}/{kind}/{stem}');
  assert.deepEqual(filesUnder(folder), [
    '.hidden',
    '2023/file/99_paper.pdf',
    '2024/photo/holiday.jpg',
    '2024/video/a.mp4',
    '2024/video/b.mp4',
  ]);
});

test('two files never overwrite each other: a name that is taken gets a number, one that becomes free is used', async (t) => {
  const { store, folder, organise, paths } = await openScene(t);
  await nameChat(store, NEWS, 'News');
  await downloaded(store, join(folder, 'x', 'same.mp4'), {
    id: 1,
    chatId: NEWS,
    name: 'same.mp4',
    content: 'one',
  });
  await downloaded(store, join(folder, 'y', 'same.mp4'), {
    id: 2,
    chatId: NEWS,
    name: 'same.mp4',
    content: 'two',
  });
  await downloaded(store, join(folder, 'other.mp4'), {
    id: 3,
    chatId: NEWS,
    name: 'third.mp4',
    content: 'three',
  });
  await downloaded(store, join(folder, 'first.mp4'), {
    id: 4,
    chatId: NEWS,
    name: 'other.mp4',
    content: 'four',
  });
  await organise('{name}');
  const expected = { 'other.mp4': 'four', 'same (2).mp4': 'two', 'same.mp4': 'one', 'third.mp4': 'three' };
  assert.deepEqual(
    Object.fromEntries(filesUnder(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
    expected,
  );
  assert.deepEqual((await paths())[0], Object.keys(expected));
  assert.equal((await organise('{name}')).moved, 0);
});

test('what only a message names is known by it, as files of the older tool are', async (t) => {
  const { store, folder, organise, paths } = await openScene(t);
  await nameChat(store, NEWS, 'News');
  await downloaded(store, join(folder, 'a.mp4'), { id: 1, chatId: NEWS, name: 'a.mp4' });
  await store.db.deleteFrom('file_copies').execute();
  await organise();
  assert.deepEqual(await paths(), [[], ['News/video/2024/1_a.mp4']]);
});

test('links are not followed, neither to files nor out of the folder', async (t) => {
  const { store, folder, organise } = await openScene(t);
  const outside = temporaryFolder(t);
  writeOld(join(outside, '20230102_030405_1_far.pdf'), 'outside');
  await nameChat(store, NEWS, 'News');
  await downloaded(store, join(folder, 'a.mp4'), { id: 1, chatId: NEWS, name: 'a.mp4' });
  symlinkSync(outside, join(folder, 'News'));
  symlinkSync(join(outside, '20230102_030405_1_far.pdf'), join(folder, '20230102_030405_1_near.pdf'));
  const { failed, reasons } = await organise();
  assert.equal(failed, 1);
  assert.match(reasons[0] ?? '', /A link leads from .* out of/);
  assert.deepEqual(filesUnder(outside), ['20230102_030405_1_far.pdf']);
  assert.ok(existsSync(join(folder, 'a.mp4')));
});

test('files under way stay, and while one of them is written nothing is moved', async (t) => {
  const { store, folder, organise } = await openScene(t);
  await nameChat(store, NEWS, 'News');
  await downloaded(store, join(folder, 'a.mp4'), { id: 1, chatId: NEWS, name: 'a.mp4' });
  const part = partPathOf(join(folder, 'b.mp4'), 'key');
  writeFileSync(part, 'half');
  const lock = lockPart(part);
  await assert.rejects(organise(), { code: 'DOWNLOAD_RUNS' });
  lock.release();
  await organise();
  assert.deepEqual(filesUnder(folder), ['News/video/2024/1_a.mp4', 'b.mp4.key.part']);
});

test('the log of actions says what was moved, and how it ended', async (t) => {
  const { store, dataDir, folder, organise } = await openScene(t);
  await nameChat(store, NEWS, 'News');
  for (let id = 1; id <= 60; id += 1)
    await downloaded(store, join(folder, `${id}.mp4`), { id, chatId: NEWS, name: `${id}.mp4` });
  const stop = new AbortController();
  await assert.rejects(organise(TEMPLATE, { signal: stop.signal, onMoved: () => stop.abort() }));
  const away = new Error('the plug was pulled');
  await assert.rejects(
    organise(TEMPLATE, {
      onMoved() {
        throw away;
      },
    }),
    away,
  );
  const noted: string[] = [];
  const failing = {
    keep: async () => undefined,
    async logAction({ state }: { readonly state: string }) {
      noted.push(state);
      if (state !== 'started') throw new Error('the log is away');
    },
  };
  const unnoted = organise('{id}_{name}', {
    writer: failing,
    onMoved() {
      throw away;
    },
  });
  await assert.rejects(unnoted, away);
  assert.deepEqual(noted, ['started', 'failed']);
  await organise('{name}');
  const { moves } = await planMoves({
    ...{ ...store, folder, template: readPathTemplate(TEMPLATE, '--path') },
    signal: new AbortController().signal,
  });
  await MoveJournal.of(dataDir, folder).add(moves.slice(0, 1));
  await organise('{name}');
  const rows = await store.db.selectFrom('action_log').selectAll().orderBy('seq').execute();
  assert.deepEqual(
    rows.map(({ action, state, user_name, counts }) => [action, state, user_name, JSON.parse(counts)]),
    [
      ['archive', 'started', 'ann', {}],
      ['archive', 'cancelled', 'ann', { planned: 60, moved: 50, failed: 0, continued: 0, foldersRemoved: 0 }],
      ['archive', 'started', 'ann', {}],
      ['archive', 'failed', 'ann', { planned: 10, moved: 0, failed: 0, continued: 0, foldersRemoved: 0 }],
      ['archive', 'started', 'ann', {}],
      ['archive', 'completed', 'ann', { planned: 60, moved: 60, failed: 0, continued: 0, foldersRemoved: 3 }],
      ['archive', 'started', 'ann', {}],
      ['archive', 'completed', 'ann', { continued: 0 }],
    ],
  );
});

test('a folder in which nothing is known is refused', async (t) => {
  const { folder, organise } = await openScene(t);
  writeOld(join(folder, 'letter.pdf'), 'mine');
  await assert.rejects(organise(), { code: 'NOTHING_KNOWN' });
  assert.deepEqual(filesUnder(folder), ['letter.pdf']);
});

test('wherever a process dies, the next one completes it: each file is there once, and the store knows where', async (t) => {
  for (const death of [
    'before the move',
    'with both names',
    'before the store',
    'after a copy',
    'name reserved',
    'other name',
  ] as const) {
    const { store, dataDir, folder, organise, paths } = await openScene(t);
    await nameChat(store, NEWS, 'News');
    const from = join(folder, 'a.mp4');
    await downloaded(store, from, { id: 1, chatId: NEWS, name: 'a.mp4' });
    const { moves } = await planMoves({
      ...{ ...store, folder, template: readPathTemplate(TEMPLATE, '--path') },
      signal: new AbortController().signal,
    });
    const [move] = moves;
    assert.ok(move);
    const journal = MoveJournal.of(dataDir, folder);
    // A copy lies on another file system than the file had.
    await journal.add([death === 'after a copy' ? { ...move, identity: '0:0' } : move]);
    mkdirSync(join(folder, 'News/video/2024'), { recursive: true });
    if (death === 'with both names') linkSync(from, move.to);
    if (death === 'after a copy') writeOld(move.to, 'a.mp4');
    if (death === 'name reserved') writeFileSync(move.to, '');
    if (death === 'before the store')
      await moveFile(move, { folder, onOtherName: async () => {}, signal: new AbortController().signal });
    const other = join(folder, 'News/video/2024/1_a (2).mp4');
    if (death === 'other name') {
      writeOld(move.to, 'other');
      await journal.add([{ ...move, to: other }]);
      linkSync(from, other);
    }
    await organise();
    const expected = ['News/video/2024/1_a.mp4'];
    // The file that had taken the name is none of a message, and makes room for it.
    if (death === 'other name') expected.push('unsorted/2024-03/video/1_a.mp4');
    assert.deepEqual(filesUnder(folder), expected, death);
    assert.deepEqual(await paths(), [expected.slice(0, 1), expected.slice(0, 1)], death);
    assert.equal(readFileSync(move.to, 'utf8'), 'a.mp4');
    assert.deepEqual(await journal.read(), []);
  }
});

test('after a death in a chain of names each message has its own file, and no file that is merely equal is deleted', async (t) => {
  for (const made of [0, 1, 2, 'noted'] as const) {
    const { store, dataDir, folder, organise, paths } = await openScene(t);
    await nameChat(store, NEWS, 'News');
    const template = '{name}';
    // The second file's name is the one that the first file has.
    const [one, two] = [join(folder, 'b.mp4'), join(folder, 'x.mp4')];
    await downloaded(store, one, { id: 1, chatId: NEWS, name: 'c.mp4' });
    await downloaded(store, two, { id: 2, chatId: NEWS, name: 'b.mp4' });
    const { moves } = await planMoves({
      ...{ ...store, folder, template: readPathTemplate(template, '--path') },
      signal: new AbortController().signal,
    });
    assert.deepEqual(
      moves.map(({ from }) => from),
      [one, two],
    );
    await MoveJournal.of(dataDir, folder).add(moves);
    const contents = [one, two].map((path) => readFileSync(path, 'utf8'));
    for (const move of moves.slice(0, made === 'noted' ? 2 : made))
      await moveFile(move, { folder, onOtherName: async () => {}, signal: new AbortController().signal });
    if (made === 'noted') {
      const noted = moves.map(({ mediaId, ...move }) => ({ ...move, mediaId: BigInt(mediaId ?? 0) }));
      await noteMoved(store.db, 'here', noted, 1000);
    }
    await organise(template);
    assert.deepEqual(filesUnder(folder), ['b.mp4', 'c.mp4'], `${made} made`);
    assert.deepEqual(await paths(), [
      ['b.mp4', 'c.mp4'],
      ['b.mp4', 'c.mp4'],
    ]);
    const owners = await store.db.selectFrom('file_copies').select(['path', 'message_id']).execute();
    assert.deepEqual(owners.map((row) => `${row.path.slice(-5)} ${row.message_id}`).sort(), [
      'b.mp4 2',
      'c.mp4 1',
    ]);
    assert.deepEqual(
      ['c.mp4', 'b.mp4'].map((name) => readFileSync(join(folder, name), 'utf8')),
      contents,
    );
  }
});

test('across file systems a file is copied and compared before it is removed', {
  skip: !existsSync('/dev/shm'),
}, async (t) => {
  const folder = temporaryFolder(t);
  const from = `/dev/shm/telepi-test-${process.pid}`;
  t.after(() => existsSync(from) && assert.fail('it was not moved'));
  if (statSync('/dev/shm').dev === statSync(folder).dev) return t.skip('it is one file system');
  writeOld(from, 'content');
  const to = join(folder, 'deep', 'there.bin');
  writeOld(to, 'taken');
  const others: string[] = [];
  const { dev, ino } = statSync(from, { bigint: true });
  const planned = { from, to, size: 7, modified: WHEN, identity: `${dev}:${ino}`, message: undefined };
  const onOtherName = async (move: { to: string }) => void others.push(move.to);
  const made = await moveFile(planned, { folder, onOtherName, signal: new AbortController().signal });
  assert.deepEqual(
    [made?.to, ...others],
    [join(folder, 'deep', 'there (2).bin'), join(folder, 'deep', 'there (2).bin')],
  );
  assert.deepEqual(filesUnder(folder), ['deep/there (2).bin', 'deep/there.bin']);
  assert.equal(readFileSync(made?.to ?? '', 'utf8'), 'content');
  assert.equal(statSync(made?.to ?? '').mtimeMs, WHEN * 1000);
});

test('whatever names files have, none is lost, and a second time nothing moves', async (t) => {
  const name = fc.constantFrom(
    'a.jpg',
    'b.jpg',
    'a (2).jpg',
    '20240305_120000_1_a.jpg',
    '20240305_120000_2_a.jpg',
    'c',
  );
  const place = fc.constantFrom('', 'x/', 'x/y/', 'photo/', '2024/');
  const path = fc.tuple(place, name).map((parts) => parts.join(''));
  const templates = fc.constantFrom(
    '{name}',
    '{kind}/{name}',
    '{year}/{stem}',
    '{chat}/{name}',
    'x/{ext}/{name}',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { minLength: 1, maxLength: 12 }),
      templates,
      async (paths, template) => {
        const { folder, organise } = await openScene(t);
        writeOld(join(folder, '20240305_120000_9_known.txt'), 'known');
        for (const each of paths) writeOld(join(folder, each), each);
        await organise(template);
        const content = filesUnder(folder).map((each) => readFileSync(join(folder, each), 'utf8'));
        assert.deepEqual(content.sort(), [...paths, 'known'].sort());
        for (let settled = 0; settled < 3; settled += 1) if ((await organise(template)).moved === 0) return;
        assert.fail('files are moved again and again');
      },
    ),
    { numRuns: 15 },
  );
});
