import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { GIB, KIB, MIB } from '../../lib/base/bytes.js';
import type { StoredFile } from '../../lib/sandbox/files/stored-file.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { libraryClient } from '../support/library-client.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let file: StoredFile;
let photo: StoredFile;

before(async () => {
  own = await signedInClient({ seed: 'get-file' });
  file = addDocument(3 * MIB + 1000, 1);
  photo = own.sandbox.files.add({ kind: 'photo', width: 1000, height: 500, size: 90_000, dcId: 1 });
});
after(() => own.close());

function addDocument(size: number, dcId: number): StoredFile {
  const thumb = { width: 90, height: 60 };
  return own.sandbox.files.add({
    kind: 'document',
    size,
    dcId,
    mimeType: 'video/mp4',
    attributes: [],
    thumb,
  });
}

interface Changes {
  readonly id?: bigint;
  readonly accessHash?: bigint;
  readonly reference?: Buffer;
  readonly size?: string;
}

function locationOf(of: StoredFile, changes: Changes = {}): Api.TypeInputFileLocation {
  const fields = {
    id: toLong(changes.id ?? of.id),
    accessHash: toLong(changes.accessHash ?? of.accessHash),
    fileReference: changes.reference ?? own.sandbox.files.referenceFor(of, 'a test'),
    thumbSize: changes.size ?? (of.kind === 'photo' ? 'y' : ''),
  };
  return of.kind === 'photo'
    ? new Api.InputPhotoFileLocation(fields)
    : new Api.InputDocumentFileLocation(fields);
}

async function read(
  location: Api.TypeInputFileLocation,
  offset: number,
  limit: number,
  options: { readonly precise?: boolean; readonly dcId?: number } = {},
): Promise<Api.upload.File> {
  const request = new Api.upload.GetFile({
    location,
    offset: toLong(offset),
    limit,
    precise: options.precise ?? false,
    cdnSupported: true,
  });
  const answer = await own.client.invoke(request, options.dcId);
  assert.ok(answer instanceof Api.upload.File);
  return answer;
}

function bytesOf(of: StoredFile, offset: number, limit: number, size?: string): Buffer {
  return own.sandbox.files.read(of, offset, limit, size) ?? assert.fail();
}

test('a file is read block by block; its end is short, and past the end there is nothing', async () => {
  const location = locationOf(file);
  for (let offset = 0; offset < 5 * MIB; offset += MIB) {
    const answer = await read(location, offset, MIB);
    assert.deepEqual(answer.bytes, bytesOf(file, offset, MIB));
    assert.ok(answer.type instanceof Api.storage.FileMp4);
  }
  assert.equal((await read(location, 4 * MIB, MIB)).bytes.length, 0);
});

test('offset and limit must obey their rules', async () => {
  const location = locationOf(file);
  const allowed = [
    [4 * KIB, 4 * KIB],
    [512 * KIB, 512 * KIB],
    [MIB - 16 * KIB, 16 * KIB],
  ] as const;
  for (const [offset, limit] of allowed) {
    assert.deepEqual((await read(location, offset, limit)).bytes, bytesOf(file, offset, limit));
  }
  for (const offset of [1, 1000, KIB, 4 * KIB + 1, -4 * KIB]) {
    await refused(read(location, offset, 4 * KIB), 'OFFSET_INVALID');
  }
  for (const limit of [0, -4096, 1, KIB, 12 * KIB, 384 * KIB, 2 * MIB]) {
    await refused(read(location, 0, limit), 'LIMIT_INVALID');
  }
  await refused(read(location, 768 * KIB, 512 * KIB), 'LIMIT_INVALID');
});

test('a precise read has its own rules', async () => {
  const location = locationOf(file);
  for (const [offset, limit] of [
    [KIB, KIB],
    [3 * KIB, 700 * KIB],
    [MIB + KIB, 1023 * KIB],
  ] as const) {
    const { bytes } = await read(location, offset, limit, { precise: true });
    assert.deepEqual(bytes, bytesOf(file, offset, limit));
  }
  await refused(read(location, 512, KIB, { precise: true }), 'OFFSET_INVALID');
  await refused(read(location, 0, 1000, { precise: true }), 'LIMIT_INVALID');
  await refused(read(location, 0, MIB + KIB, { precise: true }), 'LIMIT_INVALID');
  await refused(read(location, KIB, MIB, { precise: true }), 'LIMIT_INVALID');
});

test('a wrong location is refused with the reason', async () => {
  const get = (location: Api.TypeInputFileLocation) => read(location, 0, 4 * KIB);
  await refused(get(locationOf(file, { id: 5n })), 'FILE_ID_INVALID');
  await refused(get(locationOf(file, { accessHash: 5n })), 'LOCATION_INVALID');
  await refused(get(locationOf(file, { size: 'q' })), 'LOCATION_INVALID');
  await refused(get(locationOf(photo, { size: '' })), 'LOCATION_INVALID');
  await refused(get(locationOf({ ...file, kind: 'photo' })), 'FILE_ID_INVALID');
  await refused(get(new Api.InputTakeoutFileLocation()), 'LOCATION_INVALID');
});

test('a file reference is required, and can be stale', async () => {
  const get = (reference: Buffer) => read(locationOf(file, { reference }), 0, 4 * KIB);
  await refused(get(Buffer.alloc(0)), 'FILE_REFERENCE_EMPTY');
  await refused(get(Buffer.from('nonsense')), 'FILE_REFERENCE_INVALID');
  await refused(get(own.sandbox.files.referenceFor(photo, 'a test')), 'FILE_REFERENCE_INVALID');
  const reference = own.sandbox.files.referenceFor(file, 'a test');
  own.sandbox.files.expireReferences(file);
  await refused(get(reference), 'FILE_REFERENCE_EXPIRED');
  await get(own.sandbox.files.referenceFor(file, 'a test'));
});

test('a file on another DC is refused with its DC, and is read there', async () => {
  const far = addDocument(100_000, 2);
  await refused(read(locationOf(far), 0, MIB), 'FILE_MIGRATE_2');
  const answer = await read(locationOf(far), 0, MIB, { dcId: 2 });
  assert.deepEqual(answer.bytes, bytesOf(far, 0, MIB));
});

test("an account that is not signed in can't read anything", async () => {
  const stranger = libraryClient(own.sandbox.server);
  await stranger.connect();
  try {
    const request = new Api.upload.GetFile({ location: locationOf(file), offset: toLong(0), limit: MIB });
    await refused(stranger.invoke(request), 'AUTH_KEY_UNREGISTERED');
    const part = new Api.upload.SaveFilePart({ fileId: toLong(1), filePart: 0, bytes: Buffer.alloc(1) });
    await refused(stranger.invoke(part), 'AUTH_KEY_UNREGISTERED');
  } finally {
    await stranger.disconnect();
  }
});

test('photos and thumbnails are read by their size', async () => {
  for (const { type } of photo.sizes) {
    const answer = await read(locationOf(photo, { size: type }), 0, MIB);
    assert.deepEqual(answer.bytes, bytesOf(photo, 0, MIB, type));
    assert.ok(answer.type instanceof Api.storage.FileJpeg);
  }
  const thumb = await read(locationOf(file, { size: 'm' }), 0, MIB);
  assert.deepEqual(thumb.bytes, bytesOf(file, 0, MIB, 'm'));
});

test('getFileHashes gives the SHA-256 of each 128 KiB', async () => {
  const hashesAt = (offset: number): Promise<Api.FileHash[]> =>
    own.client.invoke(new Api.upload.GetFileHashes({ location: locationOf(file), offset: toLong(offset) }));
  let seen = 0;
  while (seen < file.size) {
    const hashes = await hashesAt(seen);
    assert.ok(hashes.length > 0);
    for (const { offset, limit, hash } of hashes) {
      assert.equal(offset.toJSNumber(), seen);
      assert.equal(limit, Math.min(128 * KIB, file.size - seen));
      assert.deepEqual(
        hash,
        createHash('sha256')
          .update(bytesOf(file, seen, limit))
          .digest(),
      );
      seen += limit;
    }
  }
  assert.equal(seen, file.size);
  await refused(hashesAt(-1), 'OFFSET_INVALID');
});

test('the end of a file of 4 GiB is read as quickly as its beginning', async () => {
  const huge = addDocument(4 * GIB, 1);
  const answer = await read(locationOf(huge), 4 * GIB - MIB, MIB);
  assert.deepEqual(answer.bytes, bytesOf(huge, 4 * GIB - MIB, MIB));
});
