import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PostDocument } from '../../../lib/messages/document/document.js';
import { changesAfter } from '../../../lib/store/tables/changes.js';
import { saveMessages } from '../../../lib/store/tables/save-messages.js';
import { asNumber } from '../../../lib/store/values.js';
import { FakeClock } from '../../support/fake-clock.js';
import {
  EXPORTED,
  exported,
  IMPORT_ACCOUNT,
  type ImportScene,
  importScene,
  supergroup,
} from '../../support/import-scene.js';

const early = exported(1, {
  text: 'early',
  edited_unixtime: '1709640100',
  author: 'Editor',
  photo: 'photos/a.jpg',
  photo_file_size: 3,
});
const late = exported(1, {
  ...{ text: 'late', edited_unixtime: '1709640200', photo: '(File unavailable, please try again later)' },
  ...{ forwarded_from: 'News', forwarded_from_id: 'channel8' },
});

async function onlyRow({ db }: ImportScene) {
  const row = await db.selectFrom('messages').selectAll().executeTakeFirstOrThrow();
  return { ...row, document: JSON.parse(row.document) as PostDocument };
}

describe('several exports of one chat', () => {
  for (const [name, order] of [
    ['in their order', [early, late]],
    ['in the other order', [late, early]],
  ] as const) {
    it(`become one, ${name}: the later edit wins, and nothing known is lost`, async (t) => {
      const scene = await importScene(t);
      for (const message of order) await scene.import(supergroup([message]));
      const { document, version, media_type } = await onlyRow(scene);
      assert.equal(document.text, 'late');
      assert.equal(document.editDate, 1709640200);
      assert.equal(document.signature, 'Editor');
      assert.deepEqual(document.forward, { from: -1_000_000_000_008 });
      assert.deepEqual(document.imported?.keys, { photo: 'photos/a.jpg', photo_file_size: 3 });
      assert.deepEqual([media_type, asNumber(version)], ['photo', 1]);
      const versions = await scene.db.selectFrom('versions').select(['version', 'document']).execute();
      assert.deepEqual(
        versions.map((row) => [asNumber(row.version), (JSON.parse(row.document) as PostDocument).text]),
        [[0, 'early']],
      );
      const changes = (await changesAfter(scene.db, 0n, 10)).map(({ kind }) => kind);
      assert.deepEqual(changes, ['new', 'edited']);
      // Whatever is imported again changes nothing.
      for (const message of [early, late, early]) {
        const { chats } = await scene.import(supergroup([message]));
        assert.deepEqual([chats[0]?.added, chats[0]?.changed, chats[0]?.unchanged], [0, 0, 1]);
      }
      assert.equal((await changesAfter(scene.db, 0n, 10)).length, 2);
    });
  }

  for (const [name, before] of [
    ['which is new', []],
    ['which is there', [exported(1, { text: 'first' })]],
    ['which is there as it was edited last', [exported(1, { text: 'last', edited_unixtime: '1709640300' })]],
  ] as const) {
    it(`may have the same message twice, ${name}: no text is lost, and another time nothing changes`, async (t) => {
      const scene = await importScene(t);
      if (before.length > 0) await scene.import(supergroup(before));
      const content = supergroup([early, late]);
      const { chats } = await scene.import(content);
      assert.deepEqual([chats[0]?.added, chats[0]?.changed], before.length > 0 ? [0, 2] : [1, 1]);
      const texts = async () => {
        const versions = await scene.db.selectFrom('versions').select('document').execute();
        const documents = versions.map(({ document }) => JSON.parse(document) as PostDocument);
        return [...documents, (await onlyRow(scene)).document].map(({ text }) => text).toSorted();
      };
      const all = ['early', 'late', ...before.map(({ text }) => text)].toSorted();
      assert.deepEqual(await texts(), all);
      const again = (await scene.import(content)).chats[0];
      assert.deepEqual([again?.added, again?.changed, again?.unchanged], [0, 0, 2]);
      assert.deepEqual(await texts(), all);
    });
  }

  it('a message that one of them could not read is taken from the other', async (t) => {
    const scene = await importScene(t);
    await scene.import(supergroup([{ id: 1, type: 'unsupported' }]));
    await scene.import(supergroup([exported(1, { text: 'read' })]));
    await scene.import(supergroup([{ id: 1, type: 'unsupported' }]));
    assert.equal((await onlyRow(scene)).document.text, 'read');
  });

  it('what TelePi has seen itself stays, and what it sees later replaces them without being an edit', async (t) => {
    const scene = await importScene(t);
    const key = { accountId: IMPORT_ACCOUNT, chatId: EXPORTED };
    const writer = { host: 'test-host', clock: new FakeClock() };
    const document: PostDocument = {
      ...{ version: 1, kind: 'message', id: 1, chat: EXPORTED, date: 1709640000, author: 5, flags: {} },
      ...{ text: 'seen', entities: [] },
    };
    await saveMessages(scene.db, writer, key, [{ document }]);
    const { chats } = await scene.import(supergroup([late, exported(2, { text: 'imported' })]));
    assert.deepEqual([chats[0]?.added, chats[0]?.unchanged], [1, 1]);
    const texts = async () =>
      (await scene.db.selectFrom('messages').select('text').orderBy('message_id').execute()).map(
        ({ text }) => text,
      );
    assert.deepEqual(await texts(), ['seen', 'imported']);
    const second = { ...document, id: 2, text: 'seen, too' };
    assert.equal((await saveMessages(scene.db, writer, key, [{ document: second }])).changed, 1);
    assert.deepEqual(await texts(), ['seen', 'seen, too']);
    assert.equal((await scene.db.selectFrom('versions').select('version').execute()).length, 0);
    assert.equal((await changesAfter(scene.db, 0n, 10)).at(-1)?.kind, 'new');
  });

  it('an import that was interrupted is completed by the next one', async (t) => {
    const messages = [...Array(2500).keys()].map((index) => exported(index + 1, { text: `text ${index}` }));
    const whole = await importScene(t);
    await whole.import(supergroup(messages));
    const scene = await importScene(t);
    const stop = new AbortController();
    const onProgress = (done: { readonly messages: number }): void => {
      if (done.messages >= 1000) stop.abort(new Error('stopped'));
    };
    const content = supergroup(messages);
    await assert.rejects(scene.import(content, { signal: stop.signal, onProgress }), /stopped/);
    const before = (await scene.documents(EXPORTED)).size;
    assert.ok(before > 0 && before < messages.length, `${before}`);
    const { chats } = await scene.import(content);
    assert.deepEqual([chats[0]?.added, chats[0]?.unchanged], [messages.length - before, before]);
    assert.deepEqual(await scene.documents(EXPORTED), await whole.documents(EXPORTED));
  });

  it('a dry run writes nothing', async (t) => {
    const scene = await importScene(t);
    const { chats, files } = await scene.import(supergroup([early, exported(2)]), { isDry: true });
    assert.deepEqual([chats[0]?.messages, files.missing], [2, 1]);
    for (const table of ['messages', 'chats', 'people', 'file_copies'] as const)
      assert.deepEqual(await scene.db.selectFrom(table).selectAll().execute(), []);
  });
});
