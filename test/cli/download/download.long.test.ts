import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { UsageError } from '../../../lib/base/errors.js';
import {
  download,
  downloadsIn,
  FILL,
  failing,
  filesIn,
  hashOf,
  inDatabase,
  postedIn,
} from '../../support/download-command.js';
import { openScene, recordsOf } from '../../support/scene.js';

test('the flags of the older downloader do what they did: chats, photos, videos of a year, papers, everything', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const id = String(scene.filled.chats.readOnly.id);
  const posted = postedIn(scene);
  const of2024 = posted.filter(({ date }) => date < Date.UTC(2025, 0, 1) / 1000);
  const run = async (...args: string[]) => {
    const outcome = await scene.run(['download', ...args]);
    assert.equal(outcome.status, 0, `${args.join(' ')}: ${outcome.stderr}${outcome.stdout}`);
    return outcome;
  };

  const { stdout: chats } = await scene.run(['chats']);
  assert.equal((await run('--list-chats')).stdout, chats);

  const photos = await run('--chat-id', id);
  const folder = join(scene.cwd, 'downloads');
  const expected = posted.filter(({ kind }) => kind === 'photo');
  assert.ok(expected.length >= 6);
  assert.equal(filesIn(folder).length, expected.length);
  assert.match(
    photos.stderr,
    /^Only photos are downloaded: --media-type all, or --kind, chooses other files\.$/m,
  );
  for (const { id: message, date, bytes } of expected) {
    const stamp = new Date(date * 1000)
      .toISOString()
      .replace(/\.000Z$/, '')
      .replace(/[-:]/g, '')
      .replace('T', '_');
    const name = filesIn(folder).find((each) => each.startsWith(`${stamp}_${message}_`));
    assert.ok(name !== undefined, `${stamp}_${message} in ${filesIn(folder)}`);
    assert.match(name, /\.jpg$/);
    assert.equal(hashOf(readFileSync(join(folder, name))), hashOf(bytes));
    assert.equal(statSync(join(folder, name)).mtimeMs, date * 1000, 'it has the time of its message');
    assert.match(photos.stdout, /^\[\d+\] 0 % of .*, .*$/m);
    assert.match(photos.stdout, new RegExp(`^\\[\\d+\\] 100 %, .*: saved as ${folder}/${name} \\(`, 'm'));
  }
  assert.match(
    photos.stdout,
    new RegExp(`^Downloaded ${expected.length} files with .* into ${folder}\\.$`, 'm'),
  );

  const year = ['--start-date', '2024-01-01', '--end-date', '2024-12-31'];
  await run('--chat-id', id, '--media-type', 'video', ...year, '--dir', 'videos');
  const videos = of2024.filter(({ mime }) => mime === 'video/mp4');
  assert.equal(videos.length, 2);
  assert.deepEqual(
    filesIn(join(scene.cwd, 'videos'))
      .map((name) => hashOf(readFileSync(join(scene.cwd, 'videos', name))))
      .sort(),
    videos.map(({ bytes }) => hashOf(bytes)).sort(),
  );

  await run('--chat-id', id, '--media-type', 'document', '--extensions', 'pdf', '--output-dir', 'papers');
  const papers = filesIn(join(scene.cwd, 'papers'));
  assert.equal(papers.length, 2);
  for (const name of papers) assert.match(name, /^2024\d{4}_\d{6}_\d+_Bericht Nº \d+ – Übersicht\.pdf$/);

  const all = await run('--chat-id', id, '--media-type', 'all', '--dir', 'OUT');
  const before = expected.length + videos.length + papers.length;
  assert.equal(filesIn(join(scene.cwd, 'OUT')).length, posted.length - before);
  assert.match(all.stdout, new RegExp(`^Skipped ${before} files that have been downloaded before\\.$`, 'm'));
  const [video = ''] = filesIn(join(scene.cwd, 'videos'));
  assert.ok(
    all.stdout.includes(`skipped: already at ${join(scene.cwd, 'videos', video)}\n`),
    'it says where',
  );

  const messages = await inDatabase(scene, (db) =>
    db.selectFrom('messages').selectAll().where('status', '=', 'downloaded').execute(),
  );
  assert.equal(messages.length, posted.length);
  for (const { retrieved_hostname, download_hostname, local_file_path } of messages) {
    assert.deepEqual([retrieved_hostname, download_hostname], [hostname(), hostname()]);
    assert.ok(existsSync(local_file_path ?? ''));
  }
  const log = await inDatabase(scene, (db) => db.selectFrom('download_log').selectAll().execute());
  assert.deepEqual(
    [log.length, [...new Set(log.map((row) => row.download_status))]],
    [posted.length, ['success']],
  );
  const [chat] = await inDatabase(scene, (db) => db.selectFrom('chats').selectAll().execute());
  assert.deepEqual(
    [String(chat?.chat_id), chat?.title, chat?.last_scan_datetime !== null],
    [id, 'Sandbox read-only', true],
  );
  const actions = await downloadsIn(scene);
  assert.deepEqual(
    actions.map(({ state }) => state),
    Array(4).fill(['started', 'completed']).flat(),
  );
  assert.ok(actions.every(({ user_name }) => user_name === userInfo().username));
  assert.match(actions.at(-1)?.arguments ?? '', /"media-type":"all"/);
});

test('nothing is downloaded twice: not again, not when it was renamed, and not for another message', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const photos = postedIn(scene).filter(({ kind }) => kind === 'photo').length;
  const run = async (...args: string[]) => {
    const records = recordsOf((await download(scene, [...args, '--json'])).stdout);
    const summary = records.find(({ event }) => event === 'summary');
    const skipped = records.filter(({ event }) => event === 'skipped');
    return { summary, skipped };
  };
  const first = await run('@sandbox_readonly');
  assert.equal(first.summary?.['downloaded'], photos);
  const folder = join(scene.cwd, 'downloads');
  const [moved = ''] = filesIn(folder);
  renameSync(join(folder, moved), join(folder, 'renamed.jpg'));
  const again = await run('@sandbox_readonly');
  assert.deepEqual([again.summary?.['downloaded'], again.summary?.['skipped']], [0, photos]);
  assert.ok(
    again.skipped.some(({ path }) => basename(String(path)) === 'renamed.jpg'),
    'it says where the file lies now',
  );
  const elsewhere = await run('@sandbox_readonly', '--output', 'other', '--path', '{chat}/{kind}/{id}');
  assert.deepEqual([elsewhere.summary?.['downloaded'], elsewhere.summary?.['skipped']], [0, photos]);
  const { readOnly, supergroup } = scene.filled.chats;
  const repeated = readOnly.box?.messages.find(({ media }) => media?.kind === 'photo')?.media;
  assert.ok(repeated);
  scene.sandbox.world.post({ chat: supergroup.id, from: supergroup.creator, text: 'again', media: repeated });
  const newest = ['--from-id', String(supergroup.box?.messages.at(-1)?.id), '--output', 'other'];
  const other = await run(
    '--source',
    String(supergroup.id),
    ...newest,
    '--path',
    '{chat}/{kind}/{id}',
    '--dedupe',
    'link',
  );
  assert.equal(other.summary?.['linked'], 1);
  const [name = '', ...others] = filesIn(join(scene.cwd, 'other'));
  assert.match(name, /^Sandbox supergroup\/photo\/\d+\.jpg$/);
  assert.deepEqual(others, []);
  assert.equal(statSync(join(scene.cwd, 'other', name)).nlink, 2);
});

test('a dry run counts by kind and writes nothing', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const ofYear = ['--kind', 'all', '--since', '2024', '--until', '2024'];
  const { stdout } = await download(scene, ['@sandbox_readonly', ...ofYear, '--dry-run']);
  assert.match(
    stdout,
    /^ {2}photo: 3 files, .*\n {2}video: 2 files, 1000\.0 KiB\n {2}file: 3 files, 150\.0 KiB\n {2}voice: 1 file, 30\.0 KiB$/m,
  );
  assert.match(stdout, /^Download 9 files with .* into .*\/downloads\.$/m);
  assert.match(
    stdout,
    /^That takes about .*, at an assumed 10\.0 MB\/s, since this machine has not downloaded a file of 4\.0 MiB or more yet\.$/m,
  );
  assert.deepEqual(filesIn(join(scene.cwd, 'downloads')), []);
  const counted = await download(scene, ['@sandbox_readonly', '--kind', 'video', '--show-count']);
  assert.match(counted.stdout, /^Found 2 files to download, with 1000\.0 KiB\.$/m);
  assert.equal(filesIn(join(scene.cwd, 'downloads')).length, 2);
  const later = await download(scene, ['@sandbox_readonly', '--media-type', 'all', '--dry-run', '--json']);
  const [outlook] = recordsOf(later.stdout);
  assert.deepEqual(outlook?.['already'], { files: 2, bytes: 1000 * 1024 });
  assert.equal(outlook?.['measuredFiles'], 0, 'files of 500 KiB say nothing of the speed');
});

test('single messages are named by links, words and lists; several chats at once', async (t) => {
  const scene = await openScene(t, {}, FILL);
  await scene.signIn();
  const posted = postedIn(scene);
  const { readOnly, supergroup } = scene.filled.chats;
  const bare = String(readOnly.id).slice('-100'.length);
  const [first, second, third, fourth, fifth] = posted.filter(({ kind }) => kind !== 'photo');
  // Where the reading of chats begins says nothing of a message that is named.
  const standing = {
    ...scene,
    connection: { ...scene.connection, SELECT_SINCE: '2031', SELECT_FROM_ID: '1999999' },
  };
  await download(standing, [`https://t.me/c/${bare}/${first?.id}`, '--output', 'one']);
  const bounded = [`https://t.me/c/${bare}/${first?.id}`, '--since', '2031', '--output', 'none'];
  assert.match((await download(scene, bounded)).stdout, /^No file that meets what was asked for was found/m);
  const [one = ''] = filesIn(join(scene.cwd, 'one'));
  assert.equal(hashOf(readFileSync(join(scene.cwd, 'one', one))), hashOf(first?.bytes ?? Buffer.of()));
  await download(
    scene,
    ['--from-file', '-', '--output', 'two'],
    `# a list\nt.me/sandbox_readonly/${second?.id}\n`,
  );
  assert.equal(filesIn(join(scene.cwd, 'two')).length, 1);
  writeFileSync(join(scene.cwd, 'ids.txt'), `${third?.id}\n2000000\n1999999\n`);
  const ofList = [`--chat-id=${readOnly.id}`, '--from-file', 'ids.txt', '--output', 'three'];
  const said = new RegExp(
    `^2 messages of ${readOnly.id} that were asked for are not there, .*: 1999999, 2000000\\.$`,
    'm',
  );
  const gone = [1_999_999, 2_000_000].map((messageId) => ({ chatId: readOnly.id, messageId }));
  for (const flags of [[], ['--dry-run']]) {
    const { stdout, status } = await failing(scene, [...ofList, ...flags]);
    assert.equal(status, 1);
    assert.match(stdout, said);
    const last = recordsOf((await failing(scene, [...ofList, ...flags, '--json'])).stdout).at(-1);
    assert.deepEqual(last?.['missing'], gone);
  }
  assert.equal(filesIn(join(scene.cwd, 'three')).length, 1);
  const several = await download(scene, [
    '@sandbox_readonly',
    String(supergroup.id),
    '--output',
    'four',
    '--path',
    '{chat_id}/{id}',
  ]);
  assert.deepEqual(
    [...new Set(filesIn(join(scene.cwd, 'four')).map((name) => name.split('/')[0]))].sort(),
    [String(readOnly.id), String(supergroup.id)].sort(),
  );
  assert.match(several.stdout, /^Reading "Sandbox read-only" /m);
  // A link names its message, whatever is chosen of the chats that are named with it.
  const photos = posted.filter(({ kind }) => kind === 'photo').length;
  for (const [place, chat, named] of [
    ['five', '@sandbox_readonly', fourth],
    ['six', String(supergroup.id), fifth],
  ] as const) {
    const { stdout } = await download(scene, [
      chat,
      `t.me/c/${bare}/${named?.id}`,
      '--output',
      place,
      '--path',
      '{chat_id}/{id}',
      '--limit',
      '1',
      '--json',
    ]);
    const summary = recordsOf(stdout).at(-1);
    assert.deepEqual([summary?.['files'], summary?.['failed']], [2, []], place);
    const names = filesIn(join(scene.cwd, place));
    assert.ok(
      names.some((name) => name.startsWith(`${readOnly.id}/${named?.id}.`)),
      names.join(),
    );
  }
  const both = await download(scene, [
    '@sandbox_readonly',
    `t.me/c/${bare}/${first?.id}`,
    `t.me/c/${bare}/${posted.find(({ kind }) => kind === 'photo')?.id}`,
    '--dry-run',
    '--json',
  ]);
  const outlook = recordsOf(both.stdout).at(-1) as { files: number; already: { files: number } };
  assert.equal(outlook.files + outlook.already.files, photos + 1, 'none is counted twice');
  const refused = (args: readonly string[], code: string, words: RegExp) =>
    assert.rejects(
      download(scene, args),
      (error) => error instanceof UsageError && error.code === code && words.test(error.message),
    );
  await refused(['-1009999999999'], 'UNKNOWN_CHAT', /-1009999999999/);
  await refused([String(supergroup.id), '--with-comments'], 'CONTRADICTION', /no channel is named/);
  await refused(['@sandbox_readonly', '--topic', '5'], 'SELECT_NO_FORUM', /has no topics/);
  await refused(
    ['@sandbox_readonly', String(supergroup.id), '--source-topic', '5'],
    'CONTRADICTION',
    /for one whole chat, and 2 are named/,
  );
});
