import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { Api } from 'telegram';
import { linkAbort } from '../../lib/base/abort.js';
import { MIB, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { fileOf, thumbnailOf } from '../../lib/messages/tl/files.js';
import { ByteBudget } from '../../lib/pace/byte-budget.js';
import { type Fate, RpcError } from '../../lib/sandbox/rpc.js';
import { startSandbox } from '../../lib/sandbox/sandbox.js';
import { resolveChat } from '../../lib/telegram/chats.js';
import { fetchMessage } from '../../lib/telegram/history.js';
import { partSource } from '../../lib/telegram/media.js';
import { sendMedia } from '../../lib/telegram/send.js';
import { inputFile, partUploader } from '../../lib/telegram/upload.js';
import { clientOf } from '../support/client-of.js';

const sandbox = await startSandbox({ seed: 'upload' });
const { world, files, weather } = sandbox;
const ann = world.createUser({ phone: '99966210001', code: '12345', firstName: 'Ann' });
const group = world.createChannel({ title: 'Files', creator: ann.id, megagroup: true });
const client = await clientOf(sandbox, ann);
const { signal } = linkAbort();
const chat = await resolveChat(client, { kind: 'id', id: group.id }, signal);
after(async () => {
  await client.close();
  await sandbox.close();
});

async function upload(content: Buffer, fileId: bigint, connections: number): Promise<Api.TypeInputFile> {
  const uploader = partUploader(client, { connections });
  const total = partCount(content.length);
  const big = content.length >= 10 * MIB;
  const sends = Array.from({ length: total }, (_, index) => {
    const bytes = content.subarray(index * PART_SIZE, (index + 1) * PART_SIZE);
    return uploader.savePart({ fileId, index, total, bytes, big }, signal);
  });
  await Promise.all(sends);
  const md5 = createHash('md5').update(content).digest('hex');
  return inputFile({ fileId, parts: total, name: 'file.bin', big, ...(big ? {} : { md5 }) });
}

async function sendAndRead(content: Buffer, fileId: bigint, connections: number): Promise<Buffer> {
  const file = await upload(content, fileId, connections);
  const attributes = [new Api.DocumentAttributeFilename({ fileName: 'file.bin' })];
  const mimeType = 'application/octet-stream';
  const media = new Api.InputMediaUploadedDocument({ file, mimeType, attributes, forceFile: true });
  const message = { media, caption: '', entities: [], randomId: fileId, fits: () => false };
  const id = await sendMedia(client, { chat, silent: true }, message, signal);
  const sent = await fetchMessage(client, chat, id, signal);
  assert.ok(sent);
  assert.deepEqual([fileOf(sent)?.name, fileOf(sent)?.size], ['file.bin', content.length]);
  return readBack(sent);
}

async function readBack(message: Api.Message): Promise<Buffer> {
  const size = fileOf(message)?.size ?? 0;
  const lease = new ByteBudget(64 * MIB).lease();
  const parts: Buffer[] = [];
  for await (const { bytes: part } of partSource(client, chat, { message, pick: fileOf }).open(
    { offset: 0, limit: size },
    lease,
    signal,
  )) {
    parts.push(part);
  }
  return Buffer.concat(parts);
}

test('small files are read back unchanged, at the edges of a part', async () => {
  for (const size of [1, PART_SIZE - 1, PART_SIZE, PART_SIZE + 1, 3 * PART_SIZE]) {
    const content = seededRandom(size).bytes(size);
    assert.ok((await sendAndRead(content, BigInt(size), 4)).equals(content), `${size} bytes`);
  }
});

test('parts go over as many connections as are allowed, and no more', async () => {
  weather.change({ bytesPerSecond: 4 * MIB });
  try {
    await upload(seededRandom('wide').bytes(12 * MIB), 77n, 2);
  } finally {
    weather.change({ bytesPerSecond: 0 });
  }
  assert.equal(client.parts.connections('upload', client.homeDcId), 2);
});

test('a big file arrives through drops, resets, server faults and a premium flood', async () => {
  const fates: Fate[] = [
    { kind: 'drop-before' },
    { kind: 'drop-after' },
    { kind: 'reset' },
    { kind: 'refuse', error: new RpcError(500, 'WORKER_BUSY_TOO_LONG_RETRY') },
    { kind: 'refuse', error: new RpcError(420, 'FLOOD_PREMIUM_WAIT_1') },
  ];
  const scripts = fates.map((fate, index) =>
    weather.script({ method: 'upload.SaveBigFilePart', nth: 3 + 4 * index, fate }),
  );
  const content = seededRandom('big').bytes(10 * MIB + 77);
  const file = await upload(content, -5n, 5);
  assert.ok(file instanceof Api.InputFileBig);
  assert.ok(scripts.every(({ done }) => done));
  const arrivals = sandbox.report().uploads.find(({ fileId }) => fileId === '-5')?.arrivals;
  assert.equal(arrivals?.length, partCount(content.length));
  assert.ok(arrivals?.every((times) => times >= 1) && arrivals.some((times) => times > 1));
  const mimeType = 'application/octet-stream';
  const media = new Api.InputMediaUploadedDocument({ file, mimeType, attributes: [] });
  await sendMedia(
    client,
    { chat, silent: true },
    { media, caption: '', entities: [], randomId: 5n, fits: () => false },
    signal,
  );
  const stored = [...files.all()].at(-1);
  assert.ok(stored);
  assert.equal(await files.sha256(stored), createHash('sha256').update(content).digest('hex'));
});

test('an abort ends a part at once, and a permanent refusal is thrown with a sentence', async () => {
  const uploader = partUploader(client, { connections: 1 });
  const part = { fileId: 9n, index: 0, total: 2, bytes: Buffer.alloc(PART_SIZE), big: true };
  const stop = new AbortController();
  weather.change({ latencyMs: 300 });
  const sending = uploader.savePart(part, stop.signal);
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await assert.rejects(sending, /enough/);
  weather.change({ latencyMs: 0 });
  await assert.rejects(uploader.savePart({ ...part, bytes: Buffer.alloc(1000) }, signal), {
    code: 'FILE_PART_SIZE_INVALID',
  });
  for (const connections of [0, 17, 1.5])
    assert.throws(() => partUploader(client, { connections }), /1 to 16/);
});

test("a photo is read in its largest size, and a document's thumbnail by its own size", async () => {
  const photo = files.add({ kind: 'photo', width: 1280, height: 960, dcId: 2 });
  const video = files.add({
    kind: 'document',
    size: 3 * PART_SIZE,
    mimeType: 'video/mp4',
    attributes: [],
    dcId: 2,
    thumb: { width: 320, height: 240 },
  });
  const ids = [
    world.post({ chat: group.id, from: ann.id, media: { kind: 'photo', fileId: photo.id, spoiler: false } })
      .id,
    world.post({
      chat: group.id,
      from: ann.id,
      media: { kind: 'document', fileId: video.id, spoiler: false },
    }).id,
  ];
  const [first, second] = await Promise.all(ids.map((id) => fetchMessage(client, chat, id, signal)));
  assert.ok(first && second);
  const largest = await readBack(first);
  assert.equal(createHash('sha256').update(largest).digest('hex'), await files.sha256(photo));
  assert.equal(thumbnailOf(first), undefined);
  assert.equal(fileOf(second)?.name, `${video.id}.mp4`);
  const thumb = thumbnailOf(second);
  assert.ok(thumb);
  const lease = new ByteBudget(MIB).lease();
  const parts: Buffer[] = [];
  const range = { offset: 0, limit: thumb.size };
  for await (const { bytes: part } of partSource(client, chat, { message: second, pick: thumbnailOf }).open(
    range,
    lease,
    signal,
  ))
    parts.push(part);
  assert.equal(Buffer.concat(parts).length, thumb.size);
  assert.equal(parts[0]?.subarray(0, 2).toString('hex'), 'ffd8', 'a JPEG');
});

test('connections that carried no part are not remembered as good', async () => {
  const idle = await clientOf(sandbox, ann);
  try {
    idle.parts.warm();
    assert.deepEqual(idle.parts.good, []);
  } finally {
    await idle.close();
  }
});
