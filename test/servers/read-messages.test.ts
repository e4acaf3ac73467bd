import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { MessageDocument, PostDocument } from '../../lib/messages/document/document.js';
import { readCriteria } from '../../lib/messages/selection/criteria.js';
import { type Selection, selectionOf } from '../../lib/messages/selection/selection.js';
import { type ReadOptions, readMessages } from '../../lib/store/read/read-messages.js';
import { storedChats } from '../../lib/store/read/stored-chats.js';
import type { StoredMessage } from '../../lib/store/read/stored-message.js';
import { storeWriter } from '../../lib/store/store-writer.js';
import { importedHash } from '../../lib/store/tables/imported.js';
import { markDeleted } from '../../lib/store/tables/mark-messages.js';
import { saveMessages } from '../../lib/store/tables/save-messages.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { fileMedia, post, service } from '../support/documents.js';
import { FakeClock } from '../support/fake-clock.js';
import { HARD_PIECES } from '../support/hard-texts.js';
import { onAllDatabases, openPlace, type Subject } from './databases.js';

const WRITER = { host: 'here', clock: systemClock };
const ACCOUNT = 7;
const CHAT = -1_001_234_567_890;
const KEY = { accountId: ACCOUNT, chatId: CHAT };
const DATE = 1_700_000_000;

async function opened(t: Parameters<typeof openPlace>[0], subject: Subject): Promise<Kysely<StoreTables>> {
  return (await openPlace<StoreTables>(t, await subject.place(t), DATABASE_OWNER)).db;
}

async function selected(words: Readonly<Record<string, string>> = {}): Promise<Selection> {
  const given = Object.entries(words).map(([name, text]) => [name, { text, origin: name }]);
  const criteria = await readCriteria(Object.fromEntries(given), DATE * 1000);
  return selectionOf(criteria, { self: ACCOUNT, named: new Map() });
}

async function read(
  db: Kysely<StoreTables>,
  options: Partial<ReadOptions> & { readonly selection: Selection },
): Promise<StoredMessage[]> {
  const all: StoredMessage[] = [];
  const { signal } = new AbortController();
  for await (const page of readMessages({ db, ...KEY, signal, ...options })) {
    assert.ok(page.length > 0, 'no page is empty');
    all.push(...page);
  }
  return all;
}

async function save(
  db: Kysely<StoreTables>,
  documents: readonly MessageDocument[],
  chat = KEY,
): Promise<void> {
  for (let start = 0; start < documents.length; start += 300) {
    const page = documents.slice(start, start + 300).map((document) => ({ document }));
    await saveMessages(db, WRITER, chat, page);
  }
}

const idsOf = (messages: readonly StoredMessage[]): number[] => messages.map(({ document }) => document.id);

onAllDatabases('reading of stored messages', (subject) => {
  it('gives every document as it was saved, whatever is written, the oldest first', async (t) => {
    const db = await opened(t, subject());
    const text = fc
      .array(fc.constantFrom(...HARD_PIECES), { maxLength: 8 })
      .map((pieces) => pieces.join('').replaceAll('\0', ''));
    let chatId = CHAT;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 2 ** 31 - 1 }), text, name: text }), {
          selector: ({ id }) => id,
          maxLength: 20,
        }),
        async (drawn) => {
          chatId -= 1;
          const documents = drawn.map(({ id, text: written, name }) =>
            post({ id, chat: chatId, text: written, media: fileMedia(1, { name }) }),
          );
          await save(db, documents, { accountId: ACCOUNT, chatId });
          const messages = await read(db, { chatId, selection: await selected() });
          const expected = [...documents].sort((one, other) => one.id - other.id);
          assert.deepEqual(
            messages.map(({ document }) => document),
            expected.map((document) => JSON.parse(JSON.stringify(document)) as unknown),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says what else is known of a message: its state, its file, its deletion, its versions', async (t) => {
    const db = await opened(t, subject());
    const clock = new FakeClock();
    const writer = storeWriter(db, { host: 'here', clock });
    const large = '-9223372036854775808';
    const file = post({ id: 2, chat: CHAT, media: fileMedia(5, { id: large, name: 'a "b" \\ 😀.zip' }) });
    await save(db, [post({ id: 1, chat: CHAT, text: 'a' }), file, service({ id: 3, chat: CHAT })]);
    await save(db, [post({ id: 1, chat: CHAT, text: 'b' })]);
    const path = '/files/a "b" \\ 😀\n.zip';
    const times = { startedAt: DATE * 1000, endedAt: DATE * 1000 + 123 };
    const entryId = 'ab'.repeat(16);
    await writer.noteDownload(KEY, {
      entryId,
      messageId: 2,
      status: 'success',
      path,
      sha256: 'ab',
      ...times,
    });
    const at = Math.floor(clock.now());
    await markDeleted(db, { host: 'here', clock }, KEY, [3]);
    const hash = importedHash('a', null);
    await db.updateTable('messages').set({ document_hash: hash }).where('message_id', '=', 3).execute();
    const [first, second, third] = await read(db, { selection: await selected() });
    assert.deepEqual(first, {
      document: post({ id: 1, chat: CHAT, text: 'b' }),
      status: 'retrieved',
      version: 1,
    });
    assert.deepEqual(second, {
      document: file,
      status: 'downloaded',
      version: 0,
      mediaId: BigInt(large),
      localFilePath: path,
      downloadHostname: 'here',
      downloadedAt: times.endedAt,
    });
    assert.deepEqual(third, {
      document: service({ id: 3, chat: CHAT }),
      status: 'deleted',
      version: 0,
      deletedAt: at,
      isImported: true,
    });
  });

  it('keeps to a selection, also where a page ends within an album', async (t) => {
    const db = await opened(t, subject());
    // 499 to 503 are one album, 995 to 1000 with strangers between them another, each with one file that is meant.
    const albums = new Map([
      ...[499, 500, 501, 502, 503].map((id) => [id, '11'] as const),
      ...[995, 997, 1000, 1003].map((id) => [id, '-22'] as const),
    ]);
    const documents = Array.from({ length: 1200 }, (_, index): PostDocument => {
      const id = index + 1;
      const album = albums.get(id);
      const isMeant = id === 503 || id === 995 || id % 97 === 0;
      const media = isMeant && { media: fileMedia(10, { id: String(id), name: `${id}.pdf` }) };
      return post({ id, chat: CHAT, date: DATE + id, ...(album !== undefined && { album }), ...media });
    });
    await save(db, documents);
    await save(db, [post({ id: 5, chat: CHAT - 1, text: 'elsewhere' })], { ...KEY, chatId: CHAT - 1 });
    await save(db, [post({ id: 5, chat: CHAT, text: 'of another account' })], { ...KEY, accountId: 8 });
    const expected = async (words: Readonly<Record<string, string>>): Promise<number[]> => {
      const selection = await selected(words);
      return documents
        .filter((document) => {
          const album = documents.filter((each) => document.album && each.album === document.album);
          return selection.reasonOf(document, { album }) === undefined;
        })
        .map(({ id }) => id);
    };
    const at = (id: number): string => new Date((DATE + id) * 1000).toISOString().replace('.000Z', 'Z');
    for (const words of [
      {},
      { ext: 'pdf' },
      { kind: 'text' },
      { since: at(500) },
      { until: at(501) },
      { since: at(400), until: at(996), minSize: '1' },
      { fromId: '500', toId: '995' },
      { since: at(5000) },
      { filter: 'size > 1 && id > 97' },
    ]) {
      const ids = idsOf(await read(db, { selection: await selected(words) }));
      assert.deepEqual(ids, await expected(words), JSON.stringify(words));
    }
    assert.deepEqual(
      idsOf(await read(db, { selection: await selected({ ext: 'pdf' }), after: 970 })),
      [995, 997, 1000, 1003, 1067, 1164],
    );
    const limited = async (limit: string, more = {}): Promise<number[]> =>
      idsOf(await read(db, { selection: await selected({ limit, ...more }) }));
    assert.deepEqual(await limited('2'), [1, 2]);
    // An album that was begun is whole, as in telepi run.
    assert.deepEqual(
      await limited('500'),
      documents.slice(0, 503).map(({ id }) => id),
    );
    assert.deepEqual(await limited('1', { fromId: '995', ext: 'pdf' }), [995, 997, 1000, 1003]);
    assert.deepEqual(await limited('1', { fromId: '1004' }), [1004]);
  });

  it('ends with its signal, and reads no more than it is asked for', async (t) => {
    const db = await opened(t, subject());
    await save(
      db,
      Array.from({ length: 1100 }, (_, index) => post({ id: index + 1, chat: CHAT })),
    );
    const controller = new AbortController();
    const pages = readMessages({ db, ...KEY, selection: await selected(), signal: controller.signal });
    const first = await pages.next();
    assert.equal(first.value?.length, 500);
    controller.abort(new Error('enough'));
    await assert.rejects(pages.next(), /enough/);
  });

  it('lists what chats there are, with what is kept of each', async (t) => {
    const db = await opened(t, subject());
    const writer = storeWriter(db, WRITER);
    assert.deepEqual(await storedChats(db), []);
    await writer.saveChats(ACCOUNT, [
      { chatId: CHAT, type: 'forum', title: 'Team', username: 'team' },
      { chatId: 42, type: 'private', title: 'Bo' },
    ]);
    await save(db, [
      post({ id: 1, chat: CHAT, date: DATE }),
      post({ id: 2, chat: CHAT, date: DATE + 60 }),
      { version: 1, kind: 'empty', id: 3 },
    ]);
    await save(db, [post({ id: 1, chat: 5, date: DATE })], { accountId: 8, chatId: 5 });
    assert.deepEqual(await storedChats(db), [
      {
        ...KEY,
        type: 'forum',
        title: 'Team',
        username: 'team',
        messages: 3,
        firstDate: DATE * 1000,
        lastDate: (DATE + 60) * 1000,
      },
      { accountId: ACCOUNT, chatId: 42, type: 'private', title: 'Bo', messages: 0 },
      {
        ...{ accountId: 8, chatId: 5, type: 'unknown', messages: 1 },
        ...{ firstDate: DATE * 1000, lastDate: DATE * 1000 },
      },
    ]);
  });
});
