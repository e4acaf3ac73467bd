import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { KIB, MIB, PART_SIZE, partCount } from '../../lib/base/bytes.js';
import { seededRandom } from '../../lib/base/random.js';
import { drawJpeg } from '../../lib/sandbox/files/jpeg.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { fromLong, toLong } from '../../lib/sandbox/tl.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

const random = seededRandom('upload-send');
let own: SignedIn;
let lastId = 0;

before(async () => {
  own = await signedInClient({ seed: 'send' });
});
after(() => own.close());

interface Saved {
  readonly id: Api.long;
  readonly parts: number;
  readonly md5: string;
}

async function save(content: Buffer, big: boolean, skip: readonly number[] = []): Promise<Saved> {
  lastId += 1;
  const fileId = toLong(lastId);
  const parts = partCount(content.length);
  for (let filePart = 0; filePart < parts; filePart += 1) {
    if (skip.includes(filePart)) continue;
    await savePart(content, fileId, filePart, big);
  }
  return { id: fileId, parts, md5: createHash('md5').update(content).digest('hex') };
}

async function savePart(content: Buffer, fileId: Api.long, filePart: number, big: boolean): Promise<void> {
  const bytes = content.subarray(filePart * PART_SIZE, (filePart + 1) * PART_SIZE);
  const fileTotalParts = partCount(content.length);
  await own.client.invoke(
    big
      ? new Api.upload.SaveBigFilePart({ fileId, filePart, fileTotalParts, bytes })
      : new Api.upload.SaveFilePart({ fileId, filePart, bytes }),
  );
}

function small({ id, parts, md5 }: Saved, changes: { md5?: string; parts?: number } = {}): Api.InputFile {
  return new Api.InputFile({
    id,
    parts: changes.parts ?? parts,
    name: 'a.bin',
    md5Checksum: changes.md5 ?? md5,
  });
}

function big({ id, parts }: Saved): Api.InputFileBig {
  return new Api.InputFileBig({ id, parts, name: 'a.bin' });
}

function asDocument(file: Api.TypeInputFile, thumb?: Api.TypeInputFile): Api.TypeInputMedia {
  const mimeType = 'application/octet-stream';
  return new Api.InputMediaUploadedDocument({ file, mimeType, attributes: [], ...(thumb ? { thumb } : {}) });
}

function asPhoto(file: Api.TypeInputFile): Api.TypeInputMedia {
  return new Api.InputMediaUploadedPhoto({ file });
}

function send(media: Api.TypeInputMedia): Promise<Api.TypeUpdates> {
  const randomId = toLong(random.bytes(8).readBigInt64LE());
  return own.client.invoke(
    new Api.messages.SendMedia({ peer: new Api.InputPeerSelf(), media, message: '', randomId }),
  );
}

/** The file of the message that was just sent, as the sandbox keeps it. */
function sentFile(updates: Api.TypeUpdates): StoredFile {
  assert.ok('updates' in updates);
  for (const update of updates.updates) {
    const media =
      'message' in update && update.message instanceof Api.Message ? update.message.media : undefined;
    const file =
      (media instanceof Api.MessageMediaDocument && media.document) ||
      (media instanceof Api.MessageMediaPhoto && media.photo);
    if (file) return own.sandbox.files.get(fromLong(file.id)) ?? assert.fail();
  }
  return assert.fail('no file was sent');
}

test('a small file is sent with its md5, and kept byte by byte', async () => {
  const content = random.bytes(700_000);
  const file = sentFile(await send(asDocument(small(await save(content, false)))));
  assert.deepEqual(own.sandbox.files.read(file, 0, MIB), content);
  assert.equal(await own.sandbox.files.sha256(file), createHash('sha256').update(content).digest('hex'));
  assert.deepEqual(file.attributes, []);
});

test('MD5_CHECKSUM_INVALID: a wrong md5', async () => {
  const saved = await save(random.bytes(1000), false);
  await refused(send(asDocument(small(saved, { md5: '0'.repeat(32) }))), 'MD5_CHECKSUM_INVALID');
  await send(asDocument(small(saved, { md5: '' })));
  await send(asDocument(small(saved)));
});

test('FILE_PART_X_MISSING: a part that was never sent or has expired; once it is sent again, the send succeeds', async () => {
  const content = random.bytes(12 * MIB);
  const saved = await save(content, true, [3, 7]);
  await refused(send(asDocument(big(saved))), 'FILE_PART_3_MISSING');
  await savePart(content, saved.id, 3, true);
  await refused(send(asDocument(big(saved))), 'FILE_PART_7_MISSING');
  await savePart(content, saved.id, 7, true);
  own.sandbox.files.uploads.expireParts({ fileId: fromLong(saved.id), parts: [11] });
  await refused(send(asDocument(big(saved))), 'FILE_PART_11_MISSING');
  await savePart(content, saved.id, 11, true);
  const file = sentFile(await send(asDocument(big(saved))));
  assert.equal(file.size, content.length);
  assert.equal(await own.sandbox.files.sha256(file), createHash('sha256').update(content).digest('hex'));
  await refused(send(asDocument(big({ id: toLong(987_654), parts: 3, md5: '' }))), 'FILE_PART_0_MISSING');
});

test('a large file of unknown content can be read back; if it is larger than the sandbox keeps, only its proof remains', async () => {
  const content = random.bytes(10 * MIB + 1);
  const first = sentFile(await send(asDocument(big(await save(content, true)))));
  const { bytes } = (await own.client.invoke(readOf(first, 10 * MIB))) as Api.upload.File;
  assert.deepEqual(bytes, content.subarray(10 * MIB));
  const everybodys = own;
  own = await signedInClient({ seed: 'little room', keptUploadBytes: 10 * MIB });
  try {
    const second = sentFile(await send(asDocument(big(await save(content, true)))));
    assert.equal(second.size, content.length);
    await refused(own.client.invoke(readOf(second, 0)), 'UPLOAD_NOT_KEPT');
  } finally {
    await own.close();
    own = everybodys;
  }
});

function readOf(file: StoredFile, offset: number): Api.upload.GetFile {
  const location = new Api.InputDocumentFileLocation({
    id: toLong(file.id),
    accessHash: toLong(file.accessHash),
    fileReference: own.sandbox.files.referenceFor(file, 'a test'),
    thumbSize: '',
  });
  return new Api.upload.GetFile({ location, offset: toLong(offset), limit: MIB });
}

test('FILE_PARTS_INVALID: another number of parts than were saved, or none', async () => {
  const saved = await save(random.bytes(PART_SIZE + 1), false);
  await refused(send(asDocument(small(saved, { parts: 1 }))), 'FILE_PARTS_INVALID');
  await refused(send(asDocument(small(saved, { parts: 0 }))), 'FILE_PARTS_INVALID');
  await refused(send(asDocument(small(saved, { parts: 4001 }))), 'FILE_PARTS_INVALID');
  await refused(send(asDocument(small(saved, { parts: 3 }))), 'FILE_PART_2_MISSING');
  const large = await save(random.bytes(2 * PART_SIZE), true);
  await refused(send(asDocument(big({ ...large, parts: 1 }))), 'FILE_PARTS_INVALID');
});

test('FILE_PARTS_INVALID: more than 10 MiB as a small file; exactly 10 MiB is accepted', async () => {
  await refused(send(asDocument(small(await save(random.bytes(10 * MIB + 1), false)))), 'FILE_PARTS_INVALID');
  await send(asDocument(small(await save(random.bytes(10 * MIB), false))));
});

test('less than 10 MiB as a big file is accepted for a document, as uploads of unknown size need, but never for a photo', async () => {
  const content = drawJpeg('big', 640, 480);
  const saved = await save(content, true);
  const file = sentFile(await send(asDocument(big(saved))));
  assert.deepEqual(own.sandbox.files.read(file, 0, MIB), content);
  await refused(send(asPhoto(big(saved))), 'FILE_PARTS_INVALID');
});

test('a photo has to be a picture, and not too narrow', async () => {
  await refused(send(asPhoto(small(await save(random.bytes(1000), false)))), 'IMAGE_PROCESS_FAILED');
  const thin = await save(drawJpeg('thin', 2100, 100), false);
  await refused(send(asPhoto(small(thin))), 'PHOTO_INVALID_DIMENSIONS');
  const wide = await save(drawJpeg('wide', 9000, 1001), false);
  await refused(send(asPhoto(small(wide))), 'PHOTO_INVALID_DIMENSIONS');
  const content = drawJpeg('good', 800, 600);
  const photo = sentFile(await send(asPhoto(small(await save(content, false)))));
  assert.deepEqual(own.sandbox.files.read(photo, 0, MIB), content);
  assert.deepEqual(
    photo.sizes.map(({ type, width, height }) => [type, width, height]),
    [
      ['m', 320, 240],
      ['x', 800, 600],
    ],
  );
});

test('a thumbnail is kept with its document', async () => {
  const thumb = drawJpeg('thumb', 90, 60);
  const document = small(await save(random.bytes(50_000), false));
  const file = sentFile(await send(asDocument(document, small(await save(thumb, false)))));
  assert.deepEqual(
    file.sizes.map(({ type, width, height }) => [type, width, height]),
    [['m', 90, 60]],
  );
  assert.deepEqual(own.sandbox.files.read(file, 0, 64 * KIB, 'm'), thumb);
});

test('an uploaded copy of a seeded source file is recognised and can be read', async () => {
  const source = own.sandbox.files.add({
    kind: 'document',
    size: 11 * MIB + 5,
    dcId: 2,
    mimeType: 'video/mp4',
    attributes: [],
  });
  const content = own.sandbox.files.read(source, 0, source.size) ?? assert.fail();
  const copy = sentFile(await send(asDocument(big(await save(content, true)))));
  assert.notEqual(copy.id, source.id);
  assert.equal(await own.sandbox.files.sha256(copy), await own.sandbox.files.sha256(source));
  assert.deepEqual(own.sandbox.files.read(copy, 5 * MIB, MIB), own.sandbox.files.read(source, 5 * MIB, MIB));
});

test("the second use of a one-shot upload, file or thumbnail, is refused in the weather's way", async (t) => {
  const { weather } = own.sandbox;
  t.after(() => weather.change({ oneShotUploads: 'none' }));
  const upload = (media: Api.TypeInputMedia) =>
    own.client.invoke(new Api.messages.UploadMedia({ peer: new Api.InputPeerSelf(), media }));
  const content = random.bytes(1000);
  const saved = await save(content, false);
  const thumb = await save(drawJpeg('once', 90, 60), false);
  weather.change({ oneShotUploads: 'MEDIA_EMPTY' });
  await refused(send(asPhoto(small(saved))), 'IMAGE_PROCESS_FAILED');
  const made = await upload(asDocument(small(saved), small(thumb)));
  await refused(send(asDocument(small(saved))), 'MEDIA_EMPTY');
  await refused(upload(asDocument(small(saved))), 'MEDIA_EMPTY');
  await savePart(content, saved.id, 0, false);
  await refused(send(asDocument(small(saved))), 'MEDIA_EMPTY');
  weather.change({ oneShotUploads: 'FILE_PARTS_INVALID' });
  const other = small(await save(content, false));
  await refused(send(asDocument(other, small(thumb))), 'FILE_PARTS_INVALID');
  sentFile(await send(asDocument(other)));
  assert.ok(made instanceof Api.MessageMediaDocument && made.document instanceof Api.Document);
  const { id, accessHash, fileReference } = made.document;
  const byId = new Api.InputMediaDocument({ id: new Api.InputDocument({ id, accessHash, fileReference }) });
  assert.equal(sentFile(await send(byId)).id, fromLong(id));
  assert.equal(sentFile(await send(byId)).id, fromLong(id));
  assert.equal(weather.report().faults['used-upload'], 4);
});
