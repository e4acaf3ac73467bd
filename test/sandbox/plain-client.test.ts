// A client that isn't ours: the plain library, with nothing replaced, against the sandbox.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Api, type TelegramClient } from 'telegram';
import { CustomFile } from 'telegram/client/uploads.js';
import { MIB, PART_SIZE } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { drawJpeg } from '../../lib/sandbox/files/jpeg.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { type Sandbox, startSandbox } from '../../lib/sandbox/sandbox.js';
import { fromLong } from '../../lib/sandbox/tl.js';
import { libraryClient } from '../support/library-client.js';

const TEXTS = 230;
const random = seededRandom('plain client');

let sandbox: Sandbox;
let client: TelegramClient;
let team: { readonly id: number };
let files: StoredFile[];

before(async () => {
  sandbox = await startSandbox({ seed: 'plain' });
  const phone = '+999 66 00002';
  const me = sandbox.world.createUser({ phone, code: '54321', password: 'correct horse', firstName: 'Bea' });
  team = sandbox.world.createChannel({ title: 'Team', creator: me.id, megagroup: true });
  for (let nth = 1; nth <= TEXTS; nth += 1) {
    sandbox.world.post({ chat: team.id, from: me.id, text: `text ${nth}` });
  }
  const document = { kind: 'document', mimeType: 'video/mp4', attributes: [] } as const;
  files = [
    sandbox.files.add({ ...document, size: 3 * PART_SIZE + 1, dcId: 1 }),
    sandbox.files.add({ ...document, size: 2 * MIB, dcId: 2 }),
    sandbox.files.add({ kind: 'photo', width: 1280, height: 960, size: 300_000, dcId: 2 }),
  ];
  for (const { kind, id: fileId } of files) {
    sandbox.world.post({ chat: team.id, from: me.id, text: '', media: { kind, fileId, spoiler: false } });
  }
  client = libraryClient(sandbox.server);
  await client.connect();
  await client.start({
    phoneNumber: phone,
    phoneCode: async () => '54321',
    password: async () => 'correct horse',
    onError: async (error) => {
      throw error;
    },
  });
  await client.getDialogs({});
});

after(async () => {
  await client?.disconnect();
  await sandbox?.close();
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function messagesWithFiles(): Promise<Api.Message[]> {
  const messages = await client.getMessages(team.id, { limit: files.length });
  return messages.reverse();
}

/** The file of a message as the sandbox keeps it. */
function storedFile(message: Api.Message): StoredFile {
  const { media } = message;
  const file =
    (media instanceof Api.MessageMediaDocument && media.document) ||
    (media instanceof Api.MessageMediaPhoto && media.photo);
  return (file && sandbox.files.get(fromLong(file.id))) || assert.fail('the message has no file');
}

test('the client is the account that signed in', async () => {
  assert.equal((await client.getMe()).firstName, 'Bea');
});

test('the client reads the history, oldest first, over several pages', async () => {
  const texts: string[] = [];
  for await (const message of client.iterMessages(team.id, { reverse: true })) {
    if (message.message?.startsWith('text ')) texts.push(message.message);
  }
  assert.deepEqual(
    texts,
    Array.from({ length: TEXTS }, (_, index) => `text ${index + 1}`),
  );
});

test('downloadMedia returns every byte, from either DC', async () => {
  const messages = await messagesWithFiles();
  for (const [index, message] of messages.entries()) {
    const file = files[index] ?? assert.fail();
    const bytes = await client.downloadMedia(message, {});
    assert.ok(Buffer.isBuffer(bytes));
    assert.equal(sha256(bytes), await sandbox.files.sha256(file));
  }
});

test('iterDownload returns every byte, from either DC', async () => {
  const messages = await messagesWithFiles();
  for (const [index, message] of messages.slice(0, 2).entries()) {
    const chunks: Buffer[] = [];
    for await (const chunk of client.iterDownload(message, { requestSize: PART_SIZE })) chunks.push(chunk);
    assert.equal(sha256(Buffer.concat(chunks)), await sandbox.files.sha256(files[index] ?? assert.fail()));
  }
});

test('sendFile uploads a small and a big file, and both can be downloaded again', async () => {
  for (const size of [300_000, 10 * MIB + 77]) {
    const content = random.bytes(size);
    const file = new CustomFile(`${size}.bin`, size, '', content);
    const sent = await client.sendFile(team.id, { file, caption: `${size} bytes`, forceDocument: true });
    assert.equal(sent.message, `${size} bytes`);
    const stored = storedFile(sent);
    assert.equal(stored.size, size);
    assert.equal(await sandbox.files.sha256(stored), sha256(content));
    assert.deepEqual(
      stored.attributes.filter(({ type }) => type === 'filename'),
      [{ type: 'filename', name: `${size}.bin` }],
    );
    if (size > 10 * MIB) continue;
    assert.deepEqual(await client.downloadMedia(sent, {}), content);
  }
});

test('sendFile sends an album of photos', async () => {
  const pictures = ['one', 'two', 'three'].map((seed) => drawJpeg(seed, 640, 480));
  const file = pictures.map((bytes, index) => new CustomFile(`${index}.jpg`, bytes.length, '', bytes));
  await client.sendFile(team.id, { file, caption: ['first', 'second', 'third'] });
  const album = (await client.getMessages(team.id, { limit: 3 })).reverse();
  assert.equal(new Set(album.map(({ groupedId }) => String(groupedId))).size, 1);
  assert.notEqual(album[0]?.groupedId, undefined);
  for (const [index, message] of album.entries()) {
    assert.equal(await sandbox.files.sha256(storedFile(message)), sha256(pictures[index] ?? assert.fail()));
  }
});
