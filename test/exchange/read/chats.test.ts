import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MessageDocument } from '../../../lib/messages/document/document.js';
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
  textIn,
} from '../../support/import-scene.js';

const chatsOf = async ({ db }: ImportScene): Promise<unknown[]> => {
  const rows = await db
    .selectFrom('chats')
    .select(['chat_id', 'chat_type', 'title'])
    .orderBy('chat_id')
    .execute();
  return rows.map(({ chat_id, chat_type, title }) => [asNumber(chat_id), chat_type, title]);
};
const topicsIn = (documents: ReadonlyMap<number, MessageDocument>): unknown[] =>
  [...documents.values()].map((document) => [
    document.id,
    'topic' in document ? document.topic : undefined,
    'reply' in document && document.reply?.kind === 'message' ? document.reply.id : undefined,
  ]);

describe('the chats of a result.json', () => {
  it('are those of an account, or one chat; a chat without a name or messages is one, too', async (t) => {
    const scene = await importScene(t);
    const list = [
      {
        type: 'saved_messages',
        id: IMPORT_ACCOUNT,
        messages: [exported(1, { from_id: `user${IMPORT_ACCOUNT}` })],
      },
      { name: null, type: 'personal_chat', id: 5, messages: [exported(1, { text: 'a' })] },
      { name: 'Basic', type: 'private_group', id: 7, messages: [] },
      {
        name: 'News',
        type: 'public_channel',
        id: 8,
        messages: [exported(1, { from: 'News', from_id: 'channel8' })],
      },
      { name: 'Odd', type: 'hologram', id: 9, messages: [exported(1), exported(2)] },
    ];
    const left = [{ name: 'Left', type: 'private_supergroup', id: 6, messages: [exported(1)] }];
    const tally = await scene.import({
      about: 'Here is the data you requested.',
      personal_information: { user_id: IMPORT_ACCOUNT, first_name: 'Me', last_name: '', phone_number: '' },
      contacts: { about: 'x', list: [{ user_id: 5, first_name: 'Ann', date: '2024-01-01T00:00:00' }] },
      chats: { about: 'x', list },
      left_chats: { about: 'x', list: left },
    });
    assert.deepEqual(await chatsOf(scene), [
      [-1_000_000_000_008, 'channel', 'News'],
      [-1_000_000_000_006, 'supergroup', 'Left'],
      [-7, 'group', 'Basic'],
      [5, 'private', null],
      [IMPORT_ACCOUNT, 'private', null],
    ]);
    const [saved] = (await scene.documents(IMPORT_ACCOUNT)).values();
    assert.ok(saved?.kind === 'message');
    assert.deepEqual(saved.flags, { out: true });
    const [post] = (await scene.documents(-1_000_000_000_008)).values();
    assert.ok(post?.kind === 'message');
    assert.deepEqual([post.author, post.flags], [-1_000_000_000_008, { post: true }]);
    assert.deepEqual(
      [...tally.left].map(([reason, { count }]) => [reason, count]),
      [
        ["the chat has a type that TelePi doesn't know (hologram)", 1],
        ["its chat isn't known", 2],
      ],
    );
  });

  it('are not imported for another account, unless somebody says so', async (t) => {
    const scene = await importScene(t);
    const content = {
      personal_information: { user_id: 12 },
      chats: { list: [{ name: 'A', type: 'personal_chat', id: 5, messages: [exported(1)] }] },
    };
    await assert.rejects(scene.import(content), { code: 'IMPORT_OTHER_ACCOUNT', message: /--account 12/ });
    assert.deepEqual(await chatsOf(scene), []);
    await scene.import(content, { isAccountGiven: true });
    assert.equal((await scene.documents(5)).size, 1);
  });

  it('keep the name that TelePi knows', async (t) => {
    const scene = await importScene(t);
    await scene.import(supergroup([exported(1)]));
    await scene.import(supergroup([exported(2, { from: 'Ann Other' })], { name: 'Other' }));
    assert.deepEqual(await chatsOf(scene), [[EXPORTED, 'supergroup', 'Group']]);
    const people = await scene.db.selectFrom('people').select(['person_id', 'name']).execute();
    assert.deepEqual(
      people.map(({ person_id, name }) => [asNumber(person_id), name]),
      [[5, 'Ann']],
    );
  });

  it('have the ids of exports of before 2021, to which something was added', async (t) => {
    const scene = await importScene(t);
    const old = { date_unixtime: undefined, text_entities: undefined };
    const list = [
      {
        name: 'A',
        type: 'personal_chat',
        id: 2 ** 32 + 5,
        messages: [exported(1, { ...old, from_id: 2 ** 32 + 5 })],
      },
      {
        name: 'G',
        type: 'private_supergroup',
        id: 2 ** 33 + 6,
        messages: [exported(1, { ...old, from_id: 2 ** 32 + 7 })],
      },
      {
        name: 'N',
        type: 'personal_chat',
        id: 6_000_000_005,
        messages: [exported(1, { from_id: 'user6000000005' })],
      },
    ];
    await scene.import({ chats: { list } });
    assert.deepEqual(
      (await chatsOf(scene)).map((row) => (row as number[])[0]),
      [-1_000_000_000_006, 5, 6_000_000_005],
    );
    const [message] = (await scene.documents(-1_000_000_000_006)).values();
    assert.ok(message?.kind === 'message');
    assert.equal(message.author, 7);
  });
});

describe('messages of the group that a supergroup used to be', () => {
  const content = supergroup([
    exported(-999_999_998, { text_entities: [{ type: 'plain', text: 'old' }] }),
    exported(-999_999_997, { reply_to_message_id: -999_999_998 }),
    exportedService(1, 'migrate_from_group', { title: 'Group' }),
    exported(2),
  ]);

  it('come before the others of the supergroup where nobody knows the group', async (t) => {
    const scene = await importScene(t);
    await scene.import(content);
    const documents = await scene.documents(EXPORTED);
    assert.deepEqual([...documents.keys()], [2 - 2 ** 31, 3 - 2 ** 31, 1, 2]);
    const answer = documents.get(3 - 2 ** 31);
    assert.ok(answer?.kind === 'message' && answer.reply?.kind === 'message');
    assert.equal(answer.reply.id, 2 - 2 ** 31);
    // Known afterwards, they stay where they are.
    const again = await scene.import(content, { older: -77 });
    assert.deepEqual([again.chats[0]?.added, again.chats[0]?.changed], [0, 0]);
    assert.equal((await scene.documents(-77)).size, 0);
  });

  it('belong to the group that somebody names, or that TelePi has read', async (t) => {
    const check = async (scene: ImportScene): Promise<void> => {
      const documents = await scene.documents(-77);
      assert.deepEqual([...documents.keys()], [2, 3]);
      assert.equal(textIn(documents.get(2)), 'old');
      const answer = documents.get(3);
      assert.ok(answer?.kind === 'message' && answer.reply?.kind === 'message');
      assert.deepEqual([answer.chat, answer.reply.id], [-77, 2]);
      assert.deepEqual([...(await scene.documents(EXPORTED)).keys()], [1, 2]);
    };
    const named = await importScene(t);
    await named.import(content, { older: -77 });
    await check(named);
    const read = await importScene(t);
    const key = { accountId: IMPORT_ACCOUNT, chatId: EXPORTED };
    const note: MessageDocument = {
      ...{ version: 1, kind: 'service', id: 1, chat: EXPORTED, date: 1, flags: {} },
      action: { kind: 'migrate_from_group', title: 'Group', group: -77 },
    };
    await saveMessages(read.db, { host: 'test-host', clock: new FakeClock() }, key, [{ document: note }]);
    await read.import(content);
    await check(read);
  });
});

describe('topics', () => {
  const forum = [
    exportedService(1, 'create_channel', { title: 'Forum' }),
    exportedService(2, 'topic_created', { title: 'Music' }),
    exportedService(3, 'topic_created', { title: 'Books' }),
    exported(4),
    exported(5, { reply_to_message_id: 2 }),
    exported(6, { reply_to_message_id: 5 }),
    exported(7, { reply_to_message_id: 3 }),
    exported(8, { reply_to_message_id: 4 }),
    exported(9, { reply_to_message_id: 100 }),
  ];
  const placed = [
    [1, undefined, undefined],
    [2, 2, undefined],
    [3, 3, undefined],
    [4, undefined, undefined],
    [5, 2, undefined],
    [6, 2, 5],
    [7, 3, undefined],
    [8, undefined, 4],
    [9, undefined, 100],
  ];

  it('follow from what a message of a forum answers', async (t) => {
    const scene = await importScene(t);
    await scene.import(supergroup(forum, { name: 'Forum' }));
    assert.deepEqual(topicsIn(await scene.documents(EXPORTED)), placed);
    const again = await scene.import(supergroup(forum, { name: 'Forum' }));
    assert.deepEqual([again.chats[0]?.added, again.chats[0]?.changed], [0, 0]);
  });

  it('follow from an earlier import, too', async (t) => {
    const scene = await importScene(t);
    await scene.import(supergroup(forum.slice(0, 6), { name: 'Forum' }));
    await scene.import(supergroup(forum.slice(6), { name: 'Forum' }));
    assert.deepEqual(topicsIn(await scene.documents(EXPORTED)), placed);
  });

  it('the export of one topic belongs to the same chat, all of it to the topic, and does not name the chat', async (t) => {
    const scene = await importScene(t);
    const topic = [
      forum[1],
      forum[4],
      exported(6, { reply_to_message_id: 5 }),
      exported(10, { reply_to_message_id: 99 }),
    ];
    await scene.import(supergroup(topic, { name: 'Music', type: 'public_supergroup' }));
    const alone = topicsIn(await scene.documents(EXPORTED));
    assert.deepEqual(alone, [
      [2, 2, undefined],
      [5, 2, undefined],
      [6, 2, 5],
      [10, 2, 99],
    ]);
    assert.deepEqual(await chatsOf(scene), [[EXPORTED, 'supergroup', null]]);
    // The whole forum is the same chat.
    await scene.import(supergroup(forum, { name: 'Forum' }));
    assert.deepEqual(topicsIn(await scene.documents(EXPORTED)), [...placed, [10, 2, 99]]);
  });
});
