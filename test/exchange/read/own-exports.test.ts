import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { MessageDocument, PostDocument } from '../../../lib/messages/document/document.js';
import { saveMessages } from '../../../lib/store/tables/save-messages.js';
import { asNumber } from '../../../lib/store/values.js';
import { FakeClock } from '../../support/fake-clock.js';
import {
  EXPORTED,
  exported,
  exportedService,
  IMPORT_ACCOUNT,
  type ImportScene,
  importScene,
  supergroup,
} from '../../support/import-scene.js';

const DOCUMENT: PostDocument = {
  ...{ version: 1, kind: 'message', id: 1, chat: EXPORTED, date: 1709640000, author: 5, topic: 3, flags: {} },
  ...{
    text: 'whole',
    entities: [{ kind: 'bold', offset: 0, length: 5 }],
    views: 7,
    album: '13370000000000001',
  },
  media: {
    kind: 'file',
    file: {
      reference: {
        ...{ source: 'document', id: '5170145012310081615', accessHash: '1', dc: 2, size: 7 },
        ...{ mime: 'text/plain', name: 'a.txt', fileReference: '' },
      },
      date: 1709640000,
    },
  },
};
/** Documents have ids alone. */
const NAMES = { forwarded_from: 'News', forwarded_from_id: 'channel9' };
const FILES = [
  { id: '5170145012310081615', path: 'files/a.txt', size: 7 },
  { id: '1', path: 'files/b.txt', size: 2 },
];

async function onlyRow({ db }: ImportScene) {
  const row = await db.selectFrom('messages').selectAll().executeTakeFirstOrThrow();
  return { ...row, document: JSON.parse(row.document) as MessageDocument };
}

async function checkRow(scene: ImportScene): Promise<void> {
  const row = await onlyRow(scene);
  assert.deepEqual(row.document, DOCUMENT);
  assert.ok(row.document_hash.startsWith('imported '), 'it is no proof');
  assert.deepEqual(
    [row.status, row.deleted_datetime, row.file_name, row.media_type, asNumber(row.topic_id ?? 0)],
    ['deleted', '2024-03-06 12:00:00.000', 'a.txt', 'document', 3],
  );
  assert.equal(row.local_file_path, join(realpathSync(scene.folder), 'files/a.txt'));
  const copies = await scene.db
    .selectFrom('file_copies')
    .select(['path', 'sha256'])
    .orderBy('path')
    .execute();
  assert.deepEqual(
    copies.map(({ path, sha256 }) => [path.split('/').at(-1), sha256]),
    [
      ['a.txt', 'content'],
      ['b.txt', 'bb'],
    ].map(([name, text]) => [
      name,
      createHash('sha256')
        .update(text ?? '')
        .digest('hex'),
    ]),
  );
}

describe('what TelePi has exported', () => {
  it('comes back whole out of a result.json', async (t) => {
    const scene = await importScene(t);
    scene.write('files/a.txt', 'content');
    scene.write('files/b.txt', 'bb');
    const telepi = { v: 1, status: 'deleted', deleted_at: 1709726400, files: FILES, document: DOCUMENT };
    const chat = {
      v: 1,
      account: IMPORT_ACCOUNT,
      chat: { id: EXPORTED, type: 'forum', title: 'Forum', username: 'forum' },
    };
    const content = supergroup([exported(1, { ...NAMES, text: 'less', reply_to_message_id: 3, telepi })], {
      telepi: chat,
    });
    await scene.import(content);
    await checkRow(scene);
    const known = await scene.db.selectFrom('chats').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual([known.chat_type, known.title, known.username], ['forum', 'Forum', 'forum']);
    const people = await scene.db
      .selectFrom('people')
      .select(['person_id', 'name'])
      .orderBy('name')
      .execute();
    assert.deepEqual(
      people.map(({ person_id, name }) => [asNumber(person_id), name]),
      [
        [5, 'Ann'],
        [-1000000000009, 'News'],
      ],
    );
    const again = await scene.import(content);
    assert.deepEqual([again.chats[0]?.added, again.chats[0]?.changed], [0, 0]);
    // Telegram Desktop's own export knows less, and changes nothing; after it, the whole one does.
    const less = supergroup([exported(1, { text: 'less', file: 'files/a.txt' })]);
    await scene.import(less);
    assert.deepEqual(
      { ...(await onlyRow(scene)).document, imported: undefined },
      { ...DOCUMENT, imported: undefined },
    );
    const other = await importScene(t);
    await other.import(less);
    await other.import(content);
    const { imported: _, ...rest } = (await onlyRow(other)).document as PostDocument;
    assert.deepEqual(rest, DOCUMENT);
  });

  it('comes back whole out of lines, whichever chats they are of, and as far as they go', async (t) => {
    const scene = await importScene(t);
    scene.write('files/a.txt', 'content');
    scene.write('files/b.txt', 'bb');
    const line = {
      account: IMPORT_ACCOUNT,
      status: 'deleted',
      deletedAt: 1709726400000,
      files: FILES,
      document: DOCUMENT,
    };
    const path = scene.write('messages.jsonl', `${JSON.stringify(line)}\n`);
    await scene.importFile(path);
    await checkRow(scene);
    const again = await scene.importFile(path);
    assert.deepEqual([again.chats[0]?.added, again.chats[0]?.changed], [0, 0]);
    const plain = (id: number, chat: number) =>
      JSON.stringify({
        account: IMPORT_ACCOUNT,
        document: { ...DOCUMENT, id, chat, media: undefined, text: '\u2028' },
      });
    const lines = [
      plain(1, -7),
      plain(1, 5),
      plain(2, -7),
      '{"account": 777, "document": {"version": 2}}',
      '{oops}',
      plain(3, 5),
    ];
    const tally = await scene.importFile(
      scene.write('more.jsonl', `${lines.join('\n')}\n${plain(4, 5).slice(0, -9)}`),
    );
    assert.deepEqual(
      tally.chats.map(({ chatId, added }) => [chatId, added]),
      [
        [-7, 2],
        [5, 2],
      ],
    );
    assert.equal(tally.left.get('the line holds no document of TelePi')?.count, 2);
    assert.ok(tally.cut);
    await assert.rejects(scene.importFile(scene.write('other.jsonl', '{"text": "a"}\n')), {
      code: 'IMPORT_UNREADABLE',
    });
    await assert.rejects(scene.importFile(scene.write('odd.jsonl', 'a,b\n')), { code: 'IMPORT_UNREADABLE' });
  });

  it('brings what chats and people are called out of lines, as far as nobody knows it', async (t) => {
    const scene = await importScene(t);
    const line = (id: number, more: object): string =>
      JSON.stringify({
        account: IMPORT_ACCOUNT,
        ...more,
        document: { ...DOCUMENT, id, author: id + 40, media: undefined },
      });
    const chat = { type: 'forum', title: 'Ours', username: 'ours' };
    const lines = [
      line(1, {}),
      line(2, { chat, author: 'Ann' }),
      line(3, { chat: { ...chat, title: 'Other' }, author: 'Bo' }),
      line(4, { chat: 'odd', author: 7 }),
    ];
    const { chats } = await scene.importFile(scene.write('messages.jsonl', lines.join('\n')));
    assert.equal(chats[0]?.title, 'Ours');
    const saved = await scene.db
      .selectFrom('chats')
      .select(['chat_id', 'chat_type', 'title', 'username'])
      .execute();
    assert.deepEqual(
      saved.map(({ chat_id, chat_type, title, username }) => [Number(chat_id), chat_type, title, username]),
      [[DOCUMENT.chat, 'forum', 'Ours', 'ours']],
    );
    const people = await scene.db
      .selectFrom('people')
      .select(['person_id', 'name'])
      .orderBy('person_id')
      .execute();
    assert.deepEqual(
      people.map(({ person_id, name }) => [Number(person_id), name]),
      [
        [42, 'Ann'],
        [43, 'Bo'],
      ],
    );
  });

  it('stands in the topic that it names, and answers the note of its beginning if it says so', async (t) => {
    const scene = await importScene(t);
    const document = { ...DOCUMENT, id: 4, reply: { kind: 'message', id: 3 } } as const;
    const note = exportedService(3, 'topic_created', { title: 'Music' });
    const answer = exported(4, { reply_to_message_id: 3, telepi: { v: 1, document } });
    await scene.import(supergroup([note, answer]));
    assert.deepEqual((await scene.documents(EXPORTED)).get(4), document);
  });

  it('is not imported for another account', async (t) => {
    const scene = await importScene(t);
    const telepi = { v: 1, account: 12 };
    await assert.rejects(scene.import(supergroup([exported(1)], { telepi })), {
      code: 'IMPORT_OTHER_ACCOUNT',
    });
    const line = JSON.stringify({ account: 12, document: DOCUMENT });
    const path = scene.write('messages.jsonl', line);
    await assert.rejects(scene.importFile(path), { code: 'IMPORT_OTHER_ACCOUNT' });
    assert.equal((await scene.documents(EXPORTED)).size, 0);
    await scene.importFile(path, { isAccountGiven: true });
    assert.equal((await scene.documents(EXPORTED)).size, 1);
  });

  it('counts only if it is a document of that message, and one that the store can hold', async (t) => {
    const bad: readonly unknown[] = [
      { ...DOCUMENT, id: 2 },
      { ...DOCUMENT, chat: -7 },
      { ...DOCUMENT, version: 2 },
      { ...DOCUMENT, album: 'x' },
      { ...DOCUMENT, text: 5 },
      { ...DOCUMENT, date: 'x' },
      { ...DOCUMENT, media: { kind: 'file', file: { reference: { id: 'x' } } } },
      { ...DOCUMENT, media: { kind: 'paid_media' } },
      { ...DOCUMENT, kind: 'hologram' },
      'document',
    ];
    for (const document of bad) {
      const scene = await importScene(t);
      await scene.import(supergroup([exported(1, { text: 'shown', telepi: { v: 1, document } })]));
      const row = await onlyRow(scene);
      assert.equal(row.text, 'shown', JSON.stringify(document));
      assert.ok(
        row.document.kind === 'message' && row.document.imported?.keys['telepi'],
        'it is kept as it stood',
      );
    }
  });

  it('never replaces what TelePi has read itself', async (t) => {
    const scene = await importScene(t);
    const key = { accountId: IMPORT_ACCOUNT, chatId: EXPORTED };
    const seen = { ...DOCUMENT, text: 'seen' };
    await saveMessages(scene.db, { host: 'test-host', clock: new FakeClock() }, key, [{ document: seen }]);
    const telepi = { v: 1, deleted_at: 1709726400, document: { ...DOCUMENT, editDate: 1709740000 } };
    await scene.import(supergroup([exported(1, { telepi })]));
    const row = await onlyRow(scene);
    assert.deepEqual([row.document, row.deleted_datetime], [seen, null]);
  });
});
