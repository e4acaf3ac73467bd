import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  MessageDocument,
  PostDocument,
  ServiceDocument,
} from '../../../lib/messages/document/document.js';
import { EXPORTED, exported, exportedService, importScene, supergroup } from '../../support/import-scene.js';

type Test = Parameters<typeof importScene>[0];

async function read(t: Test, message: unknown, zone?: string): Promise<MessageDocument> {
  const scene = await importScene(t);
  const tally = await scene.import(supergroup([message]), zone === undefined ? {} : { zone });
  assert.deepEqual([...tally.left], []);
  const [document] = (await scene.documents(EXPORTED)).values();
  assert.ok(document);
  return document;
}

async function post(t: Test, more: Readonly<Record<string, unknown>>): Promise<PostDocument> {
  const document = await read(t, exported(1, more));
  assert.ok(document.kind === 'message');
  return document;
}

async function service(
  t: Test,
  action: string,
  more: Readonly<Record<string, unknown>>,
): Promise<ServiceDocument> {
  const document = await read(t, exportedService(1, action, more));
  assert.ok(document.kind === 'service');
  return document;
}

describe('a message of a result.json', () => {
  it('has its text in each of three shapes', async (t) => {
    const bold = { type: 'bold', text: 'bold' };
    const link = { type: 'text_link', text: '🙂link', href: 'https://example.org/' };
    const plain = (text: string) => ({ type: 'plain', text });
    const entities = [
      { kind: 'bold', offset: 5, length: 4 },
      { kind: 'text_link', offset: 13, length: 6, url: 'https://example.org/' },
    ];
    const inBoth = {
      text: ['plain ', bold, ' and ', link, ''],
      text_entities: [plain('é 🙂 '), bold, plain(' é '), link, plain('')],
    };
    for (const shape of [inBoth, { ...inBoth, text_entities: undefined, text: inBoth.text_entities }]) {
      const { text, entities: found, imported } = await post(t, shape);
      assert.equal(text, 'é 🙂 bold é 🙂link');
      assert.deepEqual(found, [entities[0], { ...entities[1], offset: 12 }]);
      assert.equal(imported, undefined);
    }
    const alone = await post(t, { text: 'alone', text_entities: undefined });
    assert.deepEqual([alone.text, alone.entities], ['alone', []]);
  });

  it('keeps every kind of entity with its details', async (t) => {
    const of = (type: string, more: object = {}) => ({ type, text: 'ab', ...more });
    const { entities } = await post(t, {
      text_entities: [
        of('pre', { language: 'ts' }),
        of('mention_name', { user_id: 7 }),
        of('blockquote', { collapsed: true }),
        of('custom_emoji', { document_id: '5368324170671202286' }),
        of('spoiler'),
        of('unknown'),
      ],
    });
    const at = (offset: number) => ({ offset, length: 2 });
    assert.deepEqual(entities, [
      { kind: 'pre', ...at(0), language: 'ts' },
      { kind: 'mention_name', ...at(2), user: 7 },
      { kind: 'blockquote', ...at(4), collapsed: true },
      { kind: 'custom_emoji', ...at(6), emoji: '5368324170671202286' },
      { kind: 'spoiler', ...at(8) },
    ]);
  });

  it('may come from nobody whose name is known, or from nobody at all', async (t) => {
    const deleted = await post(t, { from: null });
    assert.deepEqual([deleted.author, deleted.imported], [5, undefined]);
    const nobody = await post(t, { from: null, from_id: undefined });
    assert.equal(nobody.author, undefined);
  });

  it('of blocks has no text, and is found by its words', async (t) => {
    const rich_message = {
      rtl: false,
      part: false,
      blocks: [
        { type: 'heading', level: 1, text: { type: 'plain', text: 'Title' } },
        {
          type: 'paragraph',
          text: {
            type: 'concat',
            text: [
              { type: 'plain', text: 'a ' },
              { type: 'bold', text: { type: 'plain', text: 'b' } },
            ],
          },
        },
        { type: 'list', kind: 'bullet', items: [{ content: 'text', text: { type: 'plain', text: 'item' } }] },
        { type: 'divider' },
        { type: 'hologram', depth: 3 },
      ],
    };
    const { text, imported } = await post(t, { text: undefined, text_entities: undefined, rich_message });
    assert.equal(text, 'Title\na b\nitem');
    assert.deepEqual(imported?.keys['rich_message'], rich_message);
  });

  it('has buttons, disabled ones and older ones among them', async (t) => {
    const { markup, imported } = await post(t, {
      inline_bot_buttons: [
        [
          { type: 'url', text: 'u', data: 'https://example.org/' },
          { type: 'disabled', text: 'd' },
          { type: 'callback', text: 'c', data: '', dataBase64: '_-8' },
        ],
        [{ type: 'callback', text: 'old', data: 'é' }],
      ],
    });
    assert.deepEqual(markup, {
      kind: 'inline',
      rows: [
        [
          { text: 'u', action: { kind: 'url', url: 'https://example.org/' } },
          { text: 'd', action: { kind: 'disabled' } },
          { text: 'c', action: { kind: 'callback', data: '/+8=' } },
        ],
        [{ text: 'old', action: { kind: 'callback', data: 'w6k=' } }],
      ],
    });
    assert.equal(imported, undefined);
    const odd = [[{ type: 'hologram', text: 'h', depth: 3 }]];
    const unknown = await post(t, { inline_bot_buttons: odd });
    assert.deepEqual(unknown.imported?.keys['inline_bot_buttons'], odd);
  });

  it('says why it has no file', async (t) => {
    const reason = '(File not included. Change data exporting settings to download.)';
    const { media, imported } = await post(t, {
      file: reason,
      file_name: 'a.pdf',
      mime_type: 'application/pdf',
      file_size: 7,
    });
    assert.deepEqual(media, { kind: 'file' });
    assert.equal(imported?.keys['file'], reason);
    const scene = await importScene(t);
    const tally = await scene.import(
      supergroup([exported(1, { file: reason, file_name: 'a.pdf', file_size: 7 })]),
    );
    assert.deepEqual([tally.files, tally.refused], [{ noted: 0, known: 0, missing: 0 }, []]);
    const row = await scene.db.selectFrom('messages').selectAll().executeTakeFirstOrThrow();
    assert.deepEqual(
      [row.file_name, Number(row.file_size), row.local_file_path, row.status],
      ['a.pdf', 7, null, 'retrieved'],
    );
  });

  it('sells something, as an object or as a text that holds one', async (t) => {
    const invoice = {
      title: 'Tea',
      description: 'Green',
      amount: 250,
      currency: 'EUR',
      receipt_message_id: 3,
    };
    for (const invoice_information of [invoice, JSON.stringify(invoice)]) {
      const { media } = await post(t, { invoice_information });
      assert.deepEqual(media, {
        ...{ kind: 'invoice', title: 'Tea', description: 'Green', receipt: 3, start: '' },
        price: { currency: 'EUR', amount: '250' },
      });
    }
  });

  it('was shared with peers, as a list or as a text that holds one', async (t) => {
    const peers = [5, 2 ** 48 + 7, 2 ** 49 + 9];
    for (const value of [peers, JSON.stringify(peers)]) {
      const { action } = await service(t, 'requested_peer', { button_id: 2, peers: value });
      assert.deepEqual(action, {
        ...{ kind: 'requested_peer', button: 2 },
        peers: [{ peer: 5 }, { peer: -7 }, { peer: EXPORTED }],
      });
    }
  });

  it('counts Premium in days, and in months before 2026', async (t) => {
    const gift = async (more: object) => {
      const { action, imported } = await service(t, 'send_premium_gift', { cost: '4,99 EUR', ...more });
      assert.ok(action.kind === 'send_premium_gift');
      return [action.days, imported?.keys];
    };
    assert.deepEqual(await gift({ days: 90 }), [90, { cost: '4,99 EUR' }]);
    assert.deepEqual(await gift({ months: 12 }), [365, { cost: '4,99 EUR', months: 12 }]);
    assert.deepEqual(await gift({ months: 3 }), [91, { cost: '4,99 EUR', months: 3 }]);
  });

  it('keeps what no field is there for: keys, actions and kinds that nobody knows', async (t) => {
    const strange = await post(t, { text: 'a', hologram: { depth: [1, null] }, via_bot: '@bot' });
    assert.deepEqual(strange.imported, {
      form: 'result.json',
      keys: { hologram: { depth: [1, null] }, via_bot: '@bot' },
    });
    const { action, imported } = await service(t, 'hologram_sent', { depth: 3 });
    assert.equal(action.kind, 'unknown');
    assert.deepEqual(imported?.keys, { action: 'hologram_sent', depth: 3 });
    const unsupported = await read(t, { id: 1, type: 'unsupported' });
    assert.deepEqual([unsupported.kind, unsupported.id], ['unknown', 1]);
    const empty = { date: '1970-01-01T01:00:00', date_unixtime: '0', from: undefined, from_id: undefined };
    assert.deepEqual(await read(t, exported(1, empty)), { version: 1, kind: 'empty', id: 1, chat: EXPORTED });
  });

  it('was forwarded, answered, edited and reacted to', async (t) => {
    const document = await post(t, {
      ...{ edited: '2024-03-05T13:00:00', edited_unixtime: '1709643600' },
      ...{ forwarded_from: 'News', forwarded_from_id: 'channel8', saved_from: 'News', author: 'Editor' },
      ...{ reply_to_message_id: 4, reply_to_peer_id: 'channel9' },
      reactions: [
        {
          type: 'emoji',
          count: 2,
          emoji: '👍',
          recent: [{ from: 'Bob', from_id: 'user6', date: '2024-03-05T14:00:00' }],
        },
        { type: 'paid', count: 5 },
      ],
      ...{ date: '2024-03-05T14:00:00' },
    });
    const { editDate, forward, signature, reply, reactions, imported } = document;
    assert.deepEqual([editDate, signature], [1709643600, 'Editor']);
    assert.deepEqual(forward, { from: -1_000_000_000_008 });
    assert.deepEqual(reply, { kind: 'message', id: 4 });
    // The clock was two hours ahead.
    const recent = [{ peer: 6, date: 1709640000, reaction: { kind: 'emoji', emoji: '👍' } }];
    assert.deepEqual(reactions, {
      counts: [
        { reaction: { kind: 'emoji', emoji: '👍' }, count: 2 },
        { reaction: { kind: 'paid' }, count: 5 },
      ],
      recent,
    });
    assert.deepEqual(imported?.keys, { saved_from: 'News' });
    const never = await post(t, { edited: '1970-01-01T08:00:00', edited_unixtime: undefined });
    assert.equal(never.editDate, undefined);
    const hidden = await post(t, { forwarded_from: 'Somebody' });
    assert.deepEqual(hidden.forward, { fromName: 'Somebody' });
  });
});

describe('local times', () => {
  it('are those of the zone, and follow the order of messages through an hour that comes twice', async (t) => {
    const scene = await importScene(t);
    const times = [
      ['2019-10-27T01:59:59', Date.UTC(2019, 9, 26, 23, 59, 59)],
      ['2019-10-27T02:50:00', Date.UTC(2019, 9, 27, 0, 50)],
      ['2019-10-27T02:10:00', Date.UTC(2019, 9, 27, 1, 10)],
      ['2019-10-27T02:55:00', Date.UTC(2019, 9, 27, 1, 55)],
      ['2019-10-27T03:00:00', Date.UTC(2019, 9, 27, 2)],
      ['2020-03-29T01:30:00', Date.UTC(2020, 2, 29, 0, 30)],
      // An hour that no clock has shown.
      ['2020-03-29T02:30:00', Date.UTC(2020, 2, 29, 1, 30)],
      ['2020-03-29T03:30:00', Date.UTC(2020, 2, 29, 1, 30)],
      ['2020-07-01T12:00:00', Date.UTC(2020, 6, 1, 10)],
    ] as const;
    const messages = times.map(([date], index) => exported(index + 1, { date, date_unixtime: undefined }));
    await scene.import(supergroup(messages), { zone: 'Europe/Berlin' });
    const documents = [...(await scene.documents(EXPORTED)).values()];
    assert.deepEqual(
      documents.map((document) => 'date' in document && document.date),
      times.map(([, ms]) => ms / 1000),
    );
  });
});
