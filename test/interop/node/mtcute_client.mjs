// Takes the steps with mtcute.
import { randomBytes } from 'node:crypto';
import { InputMedia, Long, MemoryStorage, md, TelegramClient, tl } from '@mtcute/node';
import { addPublicKey, NodeCryptoProvider } from '@mtcute/node/utils.js';
import { guardStep, loopbackOnly, readFacts, sha256, take } from './steps.mjs';

const MIB = 1 << 20;

loopbackOnly();
const facts = await readFacts();
const { apiId, apiHash, phone } = facts;
const address = { id: facts.dcId, ipAddress: facts.host, port: facts.port };

await take('loopback only', async () => guardStep());
const crypto = new NodeCryptoProvider();
await crypto.initialize();
addPublicKey(crypto, facts.publicKeyPem);

const client = makeClient();
await signIn();
const { forum, film, photo } = await read();
await files();
await send();
await leave();
process.exit(0);

async function signIn() {
  let phoneCodeHash = '';
  await take('sign in: code', async () => {
    ({ phoneCodeHash } = await client.sendCode({ phone }));
    const refused = await words(() => client.signIn({ phone, phoneCodeHash, phoneCode: '00000' }));
    const needed = await words(() => client.signIn({ phone, phoneCodeHash, phoneCode: facts.code }));
    if (needed !== 'SESSION_PASSWORD_NEEDED')
      throw new Error(`${needed} instead of the question for a password`);
    return { refused };
  });
  await take('sign in: password', async () => {
    const refused = await words(() => client.checkPassword('wrong'));
    const me = await client.checkPassword(facts.password);
    return { refused, me: me.firstName };
  });
}

async function read() {
  const dialogs = [];
  for await (const dialog of client.iterDialogs()) dialogs.push(dialog.peer);
  await take('dialogs', async () => ({ titles: dialogs.map(({ displayName }) => displayName).sort() }));
  const forum = dialogs.find(({ displayName }) => displayName === facts.forumTitle);
  const messages = [];
  for await (const message of client.iterHistory(forum)) messages.push(message);
  await take('history', async () => ({
    ids: messages.map(({ id }) => id),
    texts: messages.map(({ text }) => text).filter(Boolean),
  }));
  for (const [step, page] of Object.entries(facts.pages)) {
    await take(step, async () => ({ ids: await idsOf({ _: 'messages.getHistory', ...page }, forum) }));
  }
  await take('topics', async () => {
    const topics = await client.getForumTopics(forum);
    const request = { _: 'messages.getReplies', msgId: facts.topicId, limit: 100 };
    const ids = [];
    for (let page; page?.length !== 0; ids.push(...page)) {
      page = await idsOf({ ...request, offsetId: ids.at(-1) ?? 0 }, forum);
    }
    return { titles: topics.map(({ title }) => title).sort(), ids };
  });
  const [photo] = await client.getHistory(facts.channelUsername, { limit: 1 });
  return { forum, film: messages.find(({ media }) => media?.type === 'video').media, photo: photo.media };
}

async function idsOf(request, chat) {
  const peer = await client.resolvePeer(chat);
  const rest = { offsetId: 0, offsetDate: 0, addOffset: 0, minId: 0, maxId: 0, hash: Long.ZERO, peer };
  const { messages } = await client.call({ ...rest, ...request });
  return messages.map(({ id }) => id);
}

async function files() {
  await take('download: home DC', async () => ({ sha256: await hashOf(photo) }));
  await take('download: other DC', async () => ({
    sha256: await hashOf(film),
    name: film.fileName,
    dc: film.raw.dcId,
  }));
  await take('download: from the middle', async () => ({ sha256: await hashOf(film, { offset: MIB }) }));
  await take('download: thumbnail', async () => {
    const bytes = await client.downloadAsBuffer(film.thumbnails[0]);
    return { isJpeg: bytes[0] === 0xff && bytes[1] === 0xd8 };
  });
  await take('upload: small', () => upload(facts.smallBytes));
  await take('upload: large', () => upload(facts.largeBytes));
}

async function hashOf(location, params) {
  return sha256(await client.downloadAsBuffer(location, params));
}

async function upload(size) {
  const content = randomBytes(size);
  const media = InputMedia.document(content, {
    fileName: 'upload.bin',
    fileMime: 'application/octet-stream',
  });
  const { id } = await client.sendMedia(forum, media, { threadId: facts.topicId });
  return { id, sha256: sha256(content), back: await hashOf((await one(id)).media) };
}

async function one(id) {
  const [message] = await client.getMessages(forum, [id]);
  return message;
}

async function send() {
  await take('album', async () => {
    const items = ['one', 'two'].map((caption) => InputMedia.auto(film.fileId, { caption }));
    const sent = await client.sendMediaGroup(forum, items);
    return { ids: sent.map(({ id }) => id), captions: sent.map(({ text }) => text) };
  });
  await take('entities', async () => {
    const text = md`**bold** [link](https://example.org/) ${{ text: 'code', entities: [{ _: 'messageEntityCode', offset: 0, length: 4 }] }}`;
    const { id } = await client.sendText(forum, text, { threadId: facts.topicId });
    return { id, back: (await one(id)).entities.map((entity) => entity.text) };
  });
  await take('reply', async () => {
    const { id } = await client.sendText(forum, 'answer', { replyTo: facts.replyTo });
    return { id, replyTo: (await one(id)).replyToMessage?.id };
  });
  await take('update', async () => {
    const second = await another();
    const heard = new Promise((resolve) => {
      second.onNewMessage.add(({ text }) => {
        if (text === 'pushed') resolve(text);
      });
    });
    await second.connect();
    await second.startUpdatesLoop();
    await client.sendText(forum, 'pushed', { threadId: facts.topicId });
    const text = await heard;
    await second.destroy();
    return { heard: text };
  });
}

async function leave() {
  await take('username', async () => {
    const { displayName } = await client.getChat(facts.channelUsername);
    const unknown = { _: 'contacts.resolveUsername', username: 'nobody_has_this' };
    return { title: displayName, unknown: await words(() => client.call(unknown)) };
  });
  await take('refusal', async () => {
    const peer = await client.resolvePeer(forum);
    const request = { _: 'messages.sendMessage', peer, message: 'x'.repeat(5000), randomId: Long.ONE };
    return { tooLong: await words(() => client.call(request)) };
  });
  await take('log out', async () => {
    const other = await another();
    await client.logOut();
    const request = { _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] };
    return { after: await words(() => other.call(request)) };
  });
}

/** A client with this one's session. */
async function another() {
  const other = makeClient();
  await other.importSession(await client.exportSession());
  return other;
}

function makeClient() {
  const defaultDcs = { main: address, media: address };
  return new TelegramClient({ apiId, apiHash, storage: new MemoryStorage(), defaultDcs, logLevel: 0 });
}

/** A refusal in Telegram's words. */
async function words(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof tl.RpcError) return error.text;
    throw error;
  }
  return null;
}
