import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { fetchMessage, historyCount, readHistory } from '../../lib/telegram/history.js';
import { type MediaMessage, sendAlbum, sendMedia, sendText } from '../../lib/telegram/send.js';
import { serverMedia, uploadMedia } from '../../lib/telegram/server-file.js';
import { createTopic, listTopics } from '../../lib/telegram/topics.js';
import { inputFile, partUploader } from '../../lib/telegram/upload.js';
import { clientOf } from '../support/client-of.js';

const sandbox = await startSandbox({ seed: 'send' });
const { world, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const ben = world.createUser({ phone: '99966210002', code: '12345', firstName: 'Ben' });
const forum = world.createChannel({ title: 'Forum', creator: ann.id, forum: true });
const group = world.createGroup({ title: 'Group', creator: ann.id });
const client = await clientOf(sandbox, ann);
const { signal } = linkAbort();
const chat = await resolveChat(client, { kind: 'id', id: forum.id }, signal);
after(async () => {
  await client.close();
  await sandbox.close();
});

const target = { chat, silent: true };
/** Nothing is looked for. */
const unseen = (): boolean => false;
const textsIn = async (where = chat): Promise<string[]> => {
  const texts: string[] = [];
  for await (const message of readHistory(client, where, { afterId: 0 }, signal)) {
    if (message instanceof Api.Message) texts.push(message.message);
  }
  return texts;
};

test('the answer names the message that was sent, in every kind of chat', async () => {
  world.addMember(group, ben.id);
  world.post({ chat: ann.id, from: ben.id, text: 'hello' });
  const chats = [chat, await resolveChat(client, { kind: 'id', id: group.id }, signal)];
  chats.push(await resolveChat(client, { kind: 'id', id: ben.id }, signal));
  chats.push(await resolveChat(client, { kind: 'me' }, signal));
  for (const [index, where] of chats.entries()) {
    const message = { text: `to ${where.title}`, entities: [], randomId: BigInt(100 + index), fits: unseen };
    const id = await sendText(client, { chat: where, silent: false }, message, signal);
    assert.equal((await fetchMessage(client, where, id, signal))?.message, message.text);
  }
});

test('a text is sent with entities, silently, into a topic', async () => {
  const topicId = await createTopic(
    client,
    chat,
    { title: 'News', iconColor: 0x6fb9f0, randomId: 7n },
    signal,
  );
  const again = await createTopic(client, chat, { title: 'News', iconColor: 0x6fb9f0, randomId: 7n }, signal);
  assert.equal(again, topicId, 'a repeat makes no second topic');
  const topics = await listTopics(client, chat, signal);
  assert.deepEqual(topics.map(({ title }) => title).sort(), ['General', 'News']);
  const entities = [new Api.MessageEntityBold({ offset: 0, length: 4 })];
  const id = await sendText(
    client,
    { ...target, topicId },
    { text: 'bold', entities, randomId: 8n, fits: unseen },
    signal,
  );
  const sent = await fetchMessage(client, chat, id, signal);
  assert.ok(sent?.entities?.[0] instanceof Api.MessageEntityBold);
  assert.equal(sent.silent, true);
  const reply = sent.replyTo;
  assert.ok(reply instanceof Api.MessageReplyHeader && reply.forumTopic);
  assert.equal(reply.replyToTopId ?? reply.replyToMsgId, topicId);
});

test('whatever happens to the call or its answer, the message is there once', async () => {
  const fates: Fate[] = [
    { kind: 'drop-before' },
    { kind: 'drop-after' },
    { kind: 'reset' },
    { kind: 'refuse', error: new RpcError(500, 'INTERNAL') },
    { kind: 'refuse', error: new RpcError(420, 'FLOOD_WAIT_1') },
    { kind: 'refuse', error: new RpcError(420, 'SLOWMODE_WAIT_1') },
  ];
  for (const [index, fate] of fates.entries()) {
    weather.script({ method: 'messages.SendMessage', fate });
    const text = `once ${index}`;
    const id = await sendText(
      client,
      target,
      { text, entities: [], randomId: BigInt(1000 + index), fits: unseen },
      signal,
    );
    assert.equal((await fetchMessage(client, chat, id, signal))?.message, text);
    assert.equal((await textsIn()).filter((one) => one === text).length, 1);
  }
});

test('after RANDOM_ID_DUPLICATE the first message is found by repeating the call or by its text', async () => {
  const message = {
    text: 'twice',
    entities: [],
    randomId: 2000n,
    fits: (seen: Api.Message) => seen.message === 'twice',
  };
  const id = await sendText(client, target, message, signal);
  weather.script({
    method: 'messages.SendMessage',
    fate: { kind: 'refuse', error: new RpcError(500, 'RANDOM_ID_DUPLICATE') },
  });
  assert.equal(await sendText(client, target, message, signal), id, 'the repeat answers');
  world.refuseRepeats = true;
  assert.equal(await sendText(client, target, message, signal), id, 'found in the history');
  world.refuseRepeats = false;
  assert.equal((await textsIn()).filter((text) => text === 'twice').length, 1);
});

test('an album stays one album, in order, even if its answer is lost', async () => {
  const uploader = partUploader(client, { connections: 2 });
  const items: MediaMessage[] = [];
  for (let index = 0; index < 3; index += 1) {
    const fileId = BigInt(31 + index);
    const bytes = Buffer.from(`file ${index}`);
    await uploader.savePart({ fileId, index: 0, total: 1, bytes, big: false }, signal);
    const file = inputFile({ fileId, parts: 1, name: `${index}.txt`, big: false });
    const attributes = [new Api.DocumentAttributeFilename({ fileName: `${index}.txt` })];
    const upload = new Api.InputMediaUploadedDocument({
      file,
      mimeType: 'text/plain',
      attributes,
      forceFile: true,
    });
    const media = serverMedia(await uploadMedia(client, chat, upload, { signal }), upload);
    items.push({
      media,
      caption: `caption ${index}`,
      entities: [],
      randomId: BigInt(3000 + index),
      fits: unseen,
    });
  }
  weather.script({ method: 'messages.SendMultiMedia', fate: { kind: 'drop-after' } });
  const ids = await sendAlbum(client, target, items, signal);
  const sent = await Promise.all(ids.map((id) => fetchMessage(client, chat, id, signal)));
  assert.deepEqual(
    sent.map((message) => message?.message),
    ['caption 0', 'caption 1', 'caption 2'],
  );
  assert.equal(new Set(sent.map((message) => String(message?.groupedId))).size, 1);
  assert.equal((await textsIn()).filter((text) => text === 'caption 1').length, 1);
});

test('refusals are passed on with a sentence and the method', async () => {
  const text = 'x'.repeat(5000);
  await assert.rejects(
    sendText(client, target, { text, entities: [], randomId: 4000n, fits: unseen }, signal),
    {
      code: 'MESSAGE_TOO_LONG',
      method: 'messages.sendMessage',
      message: /longer than Telegram accepts/,
    },
  );
  const media = new Api.InputMediaUploadedDocument({
    file: inputFile({ fileId: 4040n, parts: 3, name: 'x', big: false }),
    mimeType: 'x/y',
    attributes: [],
  });
  const message = { media, caption: '', entities: [], randomId: 4001n, fits: unseen };
  await assert.rejects(sendMedia(client, target, message, signal), { errorMessage: /^FILE_PART_0_MISSING$/ });
});

test('history is read oldest first, over more than a page, from any id on', async () => {
  const channel = world.createChannel({ title: 'Long', creator: ann.id });
  const posted = Array.from({ length: 250 }, (_, index) => {
    return world.post({ chat: channel.id, from: ann.id, text: `message ${index}` }).id;
  });
  const where = await resolveChat(client, { kind: 'id', id: channel.id }, signal);
  for (const from of [0, 1, 99, 100, 249, 250]) {
    const afterId = from === 0 ? 0 : (posted[from - 1] ?? 0);
    const seen: number[] = [];
    for await (const { id } of readHistory(client, where, { afterId }, signal)) seen.push(id);
    const expected = posted.slice(from);
    assert.deepEqual(
      seen.filter((id) => expected.includes(id)),
      expected,
    );
    assert.deepEqual(
      seen,
      [...seen].sort((one, other) => one - other),
    );
    assert.ok(seen.every((id) => id > afterId));
  }
  assert.ok((await historyCount(client, where, signal)) >= 250);
});
