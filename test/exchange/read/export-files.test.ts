import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { asNumber } from '../../../lib/store/values.js';
import { exported, type ImportScene, importScene, supergroup } from '../../support/import-scene.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const file = (id: number, path: string) =>
  exported(id, { file: path, file_name: 'a.pdf', mime_type: 'application/pdf' });

async function copiesIn({ db }: ImportScene) {
  const rows = await db.selectFrom('file_copies').selectAll().orderBy('path').execute();
  return rows.map(({ path, size, sha256, state, message_id }) => [
    path,
    asNumber(size),
    sha256,
    state,
    asNumber(message_id),
  ]);
}

describe('the files of an export', () => {
  it('are noted where they lie, with their hashes, each once', async (t) => {
    const scene = await importScene(t);
    const root = realpathSync(scene.folder);
    scene.write('files/a.pdf', 'content');
    scene.write('photos/p.jpg', 'photo');
    const content = supergroup([
      file(1, 'files/a.pdf'),
      file(2, 'files/a.pdf'),
      exported(3, { photo: 'photos/p.jpg', photo_file_size: 5, width: 10, height: 10 }),
      file(4, 'files/gone.pdf'),
    ]);
    const tally = await scene.import(content);
    assert.deepEqual([tally.files, tally.refused], [{ noted: 2, known: 1, missing: 1 }, []]);
    const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
    assert.deepEqual(await copiesIn(scene), [
      [join(root, 'files/a.pdf'), 7, sha('content'), 'there', 1],
      [join(root, 'photos/p.jpg'), 5, sha('photo'), 'there', 3],
    ]);
    const rows = await scene.db.selectFrom('messages').selectAll().orderBy('message_id').execute();
    assert.deepEqual(
      rows.map(({ status, local_file_path, media_type }) => [status, local_file_path, media_type]),
      [
        ['downloaded', join(root, 'files/a.pdf'), 'document'],
        ['downloaded', join(root, 'files/a.pdf'), 'document'],
        ['downloaded', join(root, 'photos/p.jpg'), 'photo'],
        ['retrieved', null, 'document'],
      ],
    );
    const again = await scene.import(content);
    assert.deepEqual([again.files.noted, again.chats[0]?.changed], [0, 0]);
    // A file that was missing has come, and another one has other bytes.
    scene.write('files/gone.pdf', 'here now');
    scene.write('files/a.pdf', 'other content');
    const later = await scene.import(content);
    assert.deepEqual([later.files.noted, later.chats[0]?.changed], [2, 1]);
    assert.deepEqual(
      (await copiesIn(scene)).map(([, size]) => size),
      [13, 8, 5],
    );
  });

  it('are left out if somebody wants that', async (t) => {
    const scene = await importScene(t);
    scene.write('files/a.pdf', 'content');
    await scene.import(supergroup([file(1, 'files/a.pdf')]), { withFiles: false });
    assert.deepEqual(await copiesIn(scene), []);
    const row = await scene.db.selectFrom('messages').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([row.status, row.local_file_path, row.file_name], ['retrieved', null, 'a.pdf']);
  });

  it('are refused where a path leads out of the folder', async (t) => {
    const scene = await importScene(t);
    const outside = temporaryFolder(t);
    writeFileSync(join(outside, 'secret'), 'secret');
    mkdirSync(join(scene.folder, 'files'));
    symlinkSync(join(outside, 'secret'), join(scene.folder, 'files/link'));
    symlinkSync(outside, join(scene.folder, 'folder'));
    scene.write('inside', 'inside');
    symlinkSync('../inside', join(scene.folder, 'files/inner'));
    const bad = [
      `../${outside.split('/').at(-1)}/secret`,
      'files/../../secret',
      join(outside, 'secret'),
      '/etc/passwd',
      'C:\\secret',
      'c:/secret',
      '\\\\server\\secret',
      'files\\..\\..\\secret',
      'files/link',
      'folder/secret',
      'a\0b',
      '.',
    ];
    const messages = [...bad, 'files/inner'].map((path, index) => file(index + 1, path));
    const tally = await scene.import(supergroup([...messages, file(50, 'files/link')]));
    assert.deepEqual(tally.refused, bad);
    assert.deepEqual(tally.files, { noted: 1, known: 0, missing: 0 });
    assert.deepEqual(
      (await copiesIn(scene)).map(([path]) => path),
      [join(realpathSync(scene.folder), 'inside')],
    );
    const rows = await scene.db.selectFrom('messages').select(['local_file_path', 'status']).execute();
    assert.equal(rows.filter(({ local_file_path }) => local_file_path !== null).length, 1);
    assert.equal(rows.length, bad.length + 2, 'the messages are there all the same');
  });
});
