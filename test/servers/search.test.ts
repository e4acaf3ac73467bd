import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { CompiledQuery, createQueryId, type Kysely, type RootOperationNode } from 'kysely';
import { systemClock } from '../../lib/base/clock.js';
import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import type { PostDocument } from '../../lib/messages/document/document.js';
import { findsWords, readSearchWords } from '../../lib/messages/search/search-words.js';
import { textsOf } from '../../lib/messages/search/texts-of.js';
import { readCriteria, type SelectionWords } from '../../lib/messages/selection/criteria.js';
import { selectionOf } from '../../lib/messages/selection/selection.js';
import type { CompiledStatements } from '../../lib/store/compiled.js';
import { kindOf } from '../../lib/store/kind.js';
import type { FoundMessage } from '../../lib/store/search/found.js';
import { type SearchOptions, searchMessages } from '../../lib/store/search/search-messages.js';
import { saveMessages } from '../../lib/store/tables/save-messages.js';
import type { StoreTables } from '../../lib/store/tables/schema.js';
import { fileMedia, post } from '../support/documents.js';
import { EQUAL_TEXTS, HARD_PIECES } from '../support/hard-texts.js';
import { recordsOf } from '../support/scene.js';
import { telepi } from '../support/telepi.js';
import { environmentOf, onAllDatabases, openPlace, type Subject } from './databases.js';

const WRITER = { host: 'here', clock: systemClock };
const ACCOUNT = 7;
const CHAT = -1_001_234_567_890;
const DATE = 1_700_000_000;

async function opened(t: Parameters<typeof openPlace>[0], subject: Subject): Promise<Kysely<StoreTables>> {
  return (await openPlace<StoreTables>(t, await subject.place(t), DATABASE_OWNER)).db;
}

async function found(
  db: Kysely<StoreTables>,
  words: readonly string[],
  { given = {}, ...more }: Partial<SearchOptions> & { readonly given?: SelectionWords } = {},
): Promise<FoundMessage[]> {
  const criteria = await readCriteria(given, DATE * 1000);
  const all: FoundMessage[] = [];
  const options = {
    ...{ db, words: readSearchWords(words), chats: undefined, after: undefined },
    selectionFor: (self: number) => selectionOf(criteria, { self, named: new Map() }),
    signal: new AbortController().signal,
    ...more,
  };
  for await (const message of searchMessages(options)) all.push(message);
  return all;
}

const idsOf = (messages: readonly FoundMessage[]): number[] => messages.map(({ messageId }) => messageId);

const text = fc.array(fc.constantFrom(...HARD_PIECES), { maxLength: 8 }).map((pieces) => pieces.join(''));
/** What is stored of a text: see storable. */
const stored = (written: string): string => written.replaceAll('\0', '\ufffd');

onAllDatabases('a search', (subject) => {
  it('finds what a comparison of every message finds, whatever is written, in the same order', async (t) => {
    const db = await opened(t, subject());
    let chatId = CHAT;
    const message = fc.record({ text, name: fc.option(text, { freq: 4 }), later: fc.nat(1) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 25 }),
        fc.array(
          fc.record({ of: fc.nat(), from: fc.nat(6), length: fc.integer({ min: 1, max: 4 }), own: text }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        async (messages, searches) => {
          chatId -= 1;
          let date = DATE;
          const documents = messages.map((each, index): PostDocument => {
            date += each.later;
            const name =
              each.name === null ? undefined : { media: fileMedia(1, { name: `${each.name}.bin` }) };
            return post({ id: index + 1, chat: chatId, date, text: each.text, ...name });
          });
          await saveMessages(
            db,
            WRITER,
            { accountId: ACCOUNT, chatId },
            documents.map((document) => ({ document })),
          );
          for (const { of, from, length, own } of searches) {
            // A piece of what is there, and what probably isn't.
            const there = [...(messages[of % messages.length]?.text ?? '')]
              .slice(from, from + length)
              .join('');
            for (const word of [there, own]) {
              if (isIdle(word)) continue;
              const words = readSearchWords([word]);
              const expected = documents.filter((document) =>
                findsWords(words, textsOf(document).map(stored)),
              );
              const ids = idsOf(await found(db, [word], { chats: new Set([chatId]) }));
              assert.deepEqual(ids, expected.map(({ id }) => id).reverse(), JSON.stringify([word, messages]));
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('finds each way to write a word by each other way', async (t) => {
    const db = await opened(t, subject());
    for (const [nth, texts] of EQUAL_TEXTS.entries()) {
      const chat = { accountId: ACCOUNT, chatId: CHAT - nth };
      const documents = texts.map((written, index) =>
        post({ id: index + 1, chat: chat.chatId, text: `<${written}>` }),
      );
      await saveMessages(
        db,
        WRITER,
        chat,
        documents.map((document) => ({ document })),
      );
      const all = documents.map(({ id }) => id).reverse();
      for (const word of texts)
        assert.deepEqual(idsOf(await found(db, [word], { chats: new Set([chat.chatId]) })), all, word);
    }
  });

  it('goes through several chats at once, the newest first, and no further than it is asked for', async (t) => {
    const db = await opened(t, subject());
    const chats = [CHAT, CHAT - 1, 42];
    const all: { chatId: number; id: number; date: number }[] = [];
    for (const [nth, chatId] of chats.entries()) {
      const documents = Array.from({ length: 900 }, (_, index): PostDocument => {
        // Some moments are those of messages of other chats, too.
        const date = DATE + Math.floor(index / 3) * (nth + 1);
        // Also at the ends of stretches.
        const isMeant = nth === 0 || index % 100 === 99;
        if (isMeant) all.push({ chatId, id: index + 1, date });
        return post({
          id: index + 1,
          chat: chatId,
          date,
          text: isMeant ? `Straße ${index}` : `Weg ${index}`,
        });
      });
      for (let start = 0; start < documents.length; start += 300) {
        const page = documents.slice(start, start + 300).map((document) => ({ document }));
        await saveMessages(db, WRITER, { accountId: ACCOUNT, chatId }, page);
      }
    }
    all.sort((a, b) => b.date - a.date || a.chatId - b.chatId || b.id - a.id);
    const messages = await found(db, ['STRASSE']);
    assert.deepEqual(
      messages.map(({ chatId, messageId, date = 0 }) => ({ chatId, id: messageId, date: date / 1000 })),
      all,
    );
    const rest = await found(db, ['strasse'], { after: messages[19] as FoundMessage });
    assert.deepEqual(rest, messages.slice(20));
    const inOne = await found(db, ['strasse'], { chats: new Set([42, 43]) });
    assert.deepEqual(
      inOne,
      messages.filter(({ chatId }) => chatId === 42),
    );
    const controller = new AbortController();
    const options = { chats: undefined, after: undefined, signal: controller.signal };
    const selectionFor = (self: number) => selectionOf({}, { self, named: new Map() });
    let reads = 0;
    const counting = db.withPlugin({
      transformQuery({ node }) {
        reads += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    for await (const message of searchMessages({
      ...options,
      db: counting,
      words: ['strasse'],
      selectionFor,
    })) {
      assert.deepEqual(message, messages[0]);
      break;
    }
    assert.ok(reads <= 5, `${reads} statements were needed for the newest message`);
    controller.abort(new Error('enough'));
    const aborted = searchMessages({ ...options, db, words: ['strasse'], selectionFor });
    await assert.rejects(aborted.next(), /enough/);
  });

  it('shows once what two accounts have of one channel, and what each has of a private chat', async (t) => {
    const db = await opened(t, subject());
    for (const accountId of [8, 7]) {
      for (const chatId of [CHAT, 42]) {
        const documents = [1, 2].map((id) => post({ id, chat: chatId, date: DATE, text: 'one word' }));
        await saveMessages(
          db,
          WRITER,
          { accountId, chatId },
          documents.map((document) => ({ document })),
        );
      }
    }
    const messages = await found(db, ['word', 'one']);
    assert.deepEqual(
      messages.map(({ accountId, chatId, messageId }) => [accountId, chatId, messageId]),
      [
        [7, CHAT, 2],
        [7, CHAT, 1],
        [7, 42, 2],
        [8, 42, 2],
        [7, 42, 1],
        [8, 42, 1],
      ],
    );
    assert.deepEqual(await found(db, ['one', 'other']), []);
  });

  it('keeps to a selection as other commands do, an album whole', async (t) => {
    const db = await opened(t, subject());
    const day = 86_400;
    const photo = (fields: Partial<PostDocument>): PostDocument =>
      post({ chat: CHAT, album: '99', ...fields });
    const file = (name: string, size: number) => ({ media: fileMedia(size, { name }) });
    const documents = [
      post({ id: 1, chat: CHAT, date: DATE, text: 'word' }),
      photo({ id: 10, date: DATE + day, text: '', ...file('a.pdf', 5000) }),
      photo({ id: 11, date: DATE + day, text: 'a word' }),
      photo({ id: 13, date: DATE + day + 1, text: 'another word', author: 43 }),
      post({ id: 20, chat: CHAT, date: DATE + 2 * day, text: 'words', author: 43, topic: 5 }),
      post({ id: 21, chat: CHAT, date: DATE + 3 * day, text: 'none', ...file('Word.PDF', 10) }),
    ];
    await saveMessages(
      db,
      WRITER,
      { accountId: ACCOUNT, chatId: CHAT },
      documents.map((document) => ({ document })),
    );
    const given = (fields: Readonly<Record<string, string>>) => ({
      given: Object.fromEntries(
        Object.entries(fields).map(([name, words]) => [name, { text: words, origin: name }]),
      ),
    });
    const ids = async (fields: Readonly<Record<string, string>>) =>
      idsOf(await found(db, ['word'], given(fields)));
    const at = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
    assert.deepEqual(await ids({}), [21, 20, 13, 11, 1]);
    assert.deepEqual(await ids({ since: at(DATE + day) }), [21, 20, 13, 11]);
    // The album's date is that of its first item.
    assert.deepEqual(await ids({ until: at(DATE + day) }), [13, 11, 1]);
    assert.deepEqual(await ids({ since: at(DATE + 4 * day) }), []);
    assert.deepEqual(await ids({ toId: '10', fromId: '2' }), [13, 11]);
    assert.deepEqual(await ids({ fromId: '11' }), [21, 20]);
    assert.deepEqual(await ids({ sender: '43' }), [20, 13, 11]);
    assert.deepEqual(await ids({ ext: 'pdf', minSize: '1000' }), [13, 11]);
    assert.deepEqual(await ids({ kind: 'text', topic: '5' }), [20]);
    assert.deepEqual(await ids({ filter: 'size > 100' }), [13, 11]);
    assert.deepEqual(await ids({ filter: 'size > 5000' }), []);
  });

  it('looks into polls, checklists, places, contacts and rich messages, which have no text of their own', async (t) => {
    const db = await opened(t, subject());
    const words = (written: string) => ({ text: written, entities: [] });
    const media: readonly Partial<PostDocument>[] = [
      {
        media: {
          ...{ kind: 'poll', id: '1', question: words('Wohin?'), results: {} },
          answers: [{ ...words('Zum Meer'), option: 'AA==' }],
        },
      },
      { media: { kind: 'checklist', title: words('Einkauf'), tasks: [{ id: 1, ...words('Meersalz') }] } },
      {
        media: { kind: 'venue', title: 'Café', address: 'Am Meer 1', provider: '', venue: '', venueKind: '' },
      },
      { media: { kind: 'contact', firstName: 'Ann', lastName: 'Meer', phone: '1', vcard: '', user: 0 } },
      {
        richMessage: {
          blocks: [
            {
              kind: 'paragraph',
              text: {
                kind: 'concat',
                parts: [
                  { kind: 'plain', text: 'am Me' },
                  { kind: 'bold', content: { kind: 'plain', text: 'er' } },
                ],
              },
            },
          ],
          photos: [],
          files: [],
        },
      },
      { media: { kind: 'dice', emoji: '🎲', value: 6 } },
    ];
    const documents = media.map((fields, index) =>
      post({ id: index + 1, chat: CHAT, date: DATE + index, ...fields }),
    );
    await saveMessages(
      db,
      WRITER,
      { accountId: ACCOUNT, chatId: CHAT },
      documents.map((document) => ({ document })),
    );
    assert.deepEqual(idsOf(await found(db, ['MEER'])), [5, 4, 3, 2, 1]);
    assert.deepEqual(idsOf(await found(db, ['wohin', 'meer'])), [1]);
  });

  it('reads no more of a chat than a stretch, as a scan does, also before the database has counted its rows', async (t) => {
    const db = await opened(t, subject());
    const kind = kindOf(db);
    // Of SQLite: test/store/plans.test.ts.
    if (kind === 'sqlite') return;
    // In a table of a page or two it doesn't matter how rows are found.
    const documents = Array.from({ length: 12_000 }, (_, index) =>
      post({ id: index + 1, chat: CHAT, date: DATE + index, text: `Text ${index}` }),
    );
    for (let start = 0; start < documents.length; start += 500) {
      const page = documents.slice(start, start + 500).map((document) => ({ document }));
      await saveMessages(db, WRITER, { accountId: ACCOUNT, chatId: CHAT }, page);
    }
    const nodes: RootOperationNode[] = [];
    const recording = db.withPlugin({
      transformQuery({ node }) {
        nodes.push(node);
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    assert.equal(
      (await found(recording, ['text 11119'], { given: { kind: { text: 'text', origin: 'kind' } } })).length,
      1,
    );
    const statements = nodes.map((node) => db.getExecutor().compileQuery(node, createQueryId()));
    const stretches = statements.filter(({ sql }) => sql.includes('message_id') && !sql.includes('group by'));
    assert.ok(stretches.length >= 6, `only ${stretches.length} statements were seen`);
    for (const { sql, parameters } of [...stretches, statesOfPage(db)]) {
      const { rows } = await db.executeQuery(CompiledQuery.raw(`explain ${sql}`, [...parameters]));
      const plan = JSON.stringify(rows);
      assert.match(plan, kind === 'postgres' ? /messages_pk/ : /"key":"PRIMARY"/, `${sql}: ${plan}`);
      assert.doesNotMatch(plan, kind === 'postgres' ? /messages_on_/ : /filesort/, `${sql}: ${plan}`);
    }
  });

  it('is a command that needs nothing but the store', async (t) => {
    const place = await subject().place(t);
    const { db } = await openPlace<StoreTables>(t, place, DATABASE_OWNER);
    await saveMessages(db, WRITER, { accountId: ACCOUNT, chatId: CHAT }, [
      { document: post({ id: 5, chat: CHAT, date: DATE, text: 'Привет, мир' }) },
    ]);
    const environment = { DATA_DIR: place.dataDir, ...environmentOf(place) };
    const { status, stdout, stderr } = await telepi(['search', 'МИР', '--json'], {
      cwd: place.dataDir,
      environment,
    });
    assert.equal(status, 0, stderr);
    const [first, end] = recordsOf(stdout);
    assert.deepEqual([first?.['id'], first?.['texts']], [5, ['Привет, мир']]);
    assert.deepEqual(end, { event: 'end', found: 1, more: false });
  });
});

/** With what a page of a scan is compared, as it was asked before. */
function statesOfPage(db: Kysely<StoreTables>): { sql: string; parameters: readonly unknown[] } {
  const { statements } = db.getExecutor().adapter as unknown as { statements: CompiledStatements };
  const ids = Array.from({ length: 100 }, (_, index) => index + 1);
  const parameters = [ACCOUNT, CHAT, 1, 100, ...ids];
  const { sql } = statements.find('states of messages', parameters, () => {
    throw new Error('No page was compared.');
  });
  return { sql, parameters };
}

function isIdle(word: string): boolean {
  try {
    readSearchWords([word]);
    return false;
  } catch {
    return true;
  }
}
