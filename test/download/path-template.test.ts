import assert from 'node:assert/strict';
import { resolve, sep } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DEFAULT_PATH,
  PATH_FIELDS,
  type PlacedFile,
  readPathTemplate,
} from '../../lib/download/path-template.js';

const file: PlacedFile = {
  chat: 'News/2024',
  chatId: -1001234567890,
  topic: 'Videos',
  sender: 'Ann',
  date: Date.UTC(2024, 2, 5, 18, 30, 9) / 1000,
  kind: 'file',
  id: 77,
  index: 0,
  name: 'Report v1.2.pdf',
  extension: 'pdf',
};

function path(template: string, more: Partial<PlacedFile> = {}): string {
  return readPathTemplate(template, '--path').pathOf({ ...file, ...more });
}

test('the default is time, id and name', () => {
  assert.equal(path(DEFAULT_PATH), '20240305_183009_77_Report v1.2.pdf');
  assert.equal(
    path(DEFAULT_PATH, { name: undefined, kind: 'photo', extension: 'jpg' }),
    '20240305_183009_77_photo.jpg',
  );
  assert.equal(path(DEFAULT_PATH, { index: 1 }), '20240305_183009_77-2_Report v1.2.pdf');
  const long = path(DEFAULT_PATH, { name: `${'x'.repeat(300)}.pdf` });
  assert.match(long, /^20240305_183009_77_x+\.pdf$/);
  assert.equal(`${long}.part`.length, 143);
});

test('fields make folders and names, and what has nothing to say makes no folder', () => {
  assert.equal(path('{chat}/{topic}/{year}-{month}/{name}'), 'News_2024/Videos/2024-03/Report v1.2.pdf');
  assert.equal(path('{chat}/{topic}/{name}', { topic: undefined }), 'News_2024/Report v1.2.pdf');
  assert.equal(path('{chat}[/{topic} of it]/{name}', { topic: undefined }), 'News_2024/Report v1.2.pdf');
  assert.equal(path('{chat_id}/{kind}/{id}'), '-1001234567890/file/77.pdf');
  assert.equal(path('{id} by {sender}.{ext}'), '77 by Ann.pdf');
  assert.equal(path('{album}/{stem}.bak', { album: '12345' }), '12345/Report v1.2.bak.pdf');
  assert.equal(path('{topic}', { topic: '', extension: '', name: undefined }), 'file_77');
});

test('a template that leads out of the folder, or names no field, is refused with the place', () => {
  for (const wrong of [
    '/etc/{name}',
    '~/{name}',
    'C:/{name}',
    '../{name}',
    'a/../{name}',
    '{chat}/',
    '',
    '  ',
  ]) {
    assert.throws(() => readPathTemplate(wrong, '--path'), { code: 'BAD_TEMPLATE' }, wrong);
  }
  assert.throws(
    () => readPathTemplate('{chat}/{nmae}', '--path'),
    /character 8 .*names no field.*chat, chat_id/,
  );
});

const word = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('..', '../..', '/', '\\', '..\\x', '.', 'CON', '\u202e', '\u0000', ''),
);
const templates = fc
  .array(
    fc.oneof(
      fc.constantFrom(...Object.keys(PATH_FIELDS)).map((name) => `{${name}}`),
      fc.constantFrom('/', ' ', 'x', '-'),
    ),
    {
      minLength: 1,
    },
  )
  .map((pieces) => `${pieces.join('')}y`.replace(/^\/+/, ''));

test('whatever names people chose, a file stays in its folder, by short and safe components', () => {
  fc.assert(
    fc.property(
      templates,
      fc.record({ chat: word, topic: word, sender: word, name: word, extension: word }),
      (text, words) => {
        const found = path(text, words);
        const root = resolve('/downloads');
        assert.ok(resolve(root, found).startsWith(`${root}${sep}`));
        for (const component of found.split('/')) {
          assert.ok(component !== '' && component !== '.' && component !== '..');
          assert.ok(Buffer.byteLength(`${component}.part`) <= 143);
        }
        assert.equal(path(text, words), found);
      },
    ),
  );
});
