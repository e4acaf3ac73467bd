import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Api } from 'telegram';
import { KIB, PART_SIZE } from '../../lib/base/bytes.js';
import { toLong } from '../../lib/sandbox/tl.js';
import { refused, type SignedIn, signedInClient } from '../support/signed-in-client.js';

let own: SignedIn;
let lastFileId = 0;

before(async () => {
  own = await signedInClient({ seed: 'save-part' });
});
after(() => own.close());

function newFileId(): number {
  lastFileId += 1;
  return lastFileId;
}

function saveSmall(fileId: number, filePart: number, size: number): Promise<boolean> {
  const bytes = Buffer.alloc(size, filePart);
  return own.client.invoke(new Api.upload.SaveFilePart({ fileId: toLong(fileId), filePart, bytes }));
}

function saveBig(fileId: number, filePart: number, fileTotalParts: number, size: number): Promise<boolean> {
  const bytes = Buffer.alloc(size, filePart);
  return own.client.invoke(
    new Api.upload.SaveBigFilePart({ fileId: toLong(fileId), filePart, fileTotalParts, bytes }),
  );
}

test('every part size that divides 512 KiB and is a multiple of 1 KiB is accepted', async () => {
  for (let size = KIB; size <= PART_SIZE; size *= 2) {
    const id = newFileId();
    assert.equal(await saveSmall(id, 0, size), true);
    assert.equal(await saveSmall(id, 1, size), true);
    const big = newFileId();
    assert.equal(await saveBig(big, 0, 3, size), true);
    assert.equal(await saveBig(big, 2, 3, 1), true);
  }
});

test('FILE_PART_INVALID: an index below 0, at or above the total, or above the account’s limit', async () => {
  await refused(saveSmall(newFileId(), -1, KIB), 'FILE_PART_INVALID');
  await refused(saveSmall(newFileId(), 4000, KIB), 'FILE_PART_INVALID');
  assert.equal(await saveSmall(newFileId(), 3999, KIB), true);
  await refused(saveBig(newFileId(), -1, 20, KIB), 'FILE_PART_INVALID');
  await refused(saveBig(newFileId(), 20, 20, KIB), 'FILE_PART_INVALID');
  await refused(saveBig(newFileId(), 4000, -1, KIB), 'FILE_PART_INVALID');
});

test('a Premium account has 8000 parts', async () => {
  await refused(saveBig(newFileId(), 0, 4001, PART_SIZE), 'FILE_PARTS_INVALID');
  own.me.premium = true;
  try {
    assert.equal(await saveBig(newFileId(), 7999, 8000, KIB), true);
    await refused(saveBig(newFileId(), 0, 8001, KIB), 'FILE_PARTS_INVALID');
    await refused(saveSmall(newFileId(), 8000, KIB), 'FILE_PART_INVALID');
  } finally {
    own.me.premium = false;
  }
});

test('FILE_PARTS_INVALID: a total that is out of range, or differs from an earlier one', async () => {
  for (const total of [0, -2, 4001]) await refused(saveBig(newFileId(), 0, total, KIB), 'FILE_PARTS_INVALID');
  const id = newFileId();
  await saveBig(id, 0, 20, PART_SIZE);
  await refused(saveBig(id, 1, 21, PART_SIZE), 'FILE_PARTS_INVALID');
});

test('FILE_PART_EMPTY and FILE_PART_TOO_BIG', async () => {
  await refused(saveSmall(newFileId(), 0, 0), 'FILE_PART_EMPTY');
  await refused(saveBig(newFileId(), 0, 20, 0), 'FILE_PART_EMPTY');
  await refused(saveSmall(newFileId(), 0, PART_SIZE + 1), 'FILE_PART_TOO_BIG');
  await refused(saveBig(newFileId(), 0, 20, PART_SIZE + KIB), 'FILE_PART_TOO_BIG');
});

test("FILE_PART_SIZE_INVALID: a part before the last whose size doesn't divide 512 KiB", async () => {
  for (const size of [1, 1000, 3 * KIB, 511 * KIB]) {
    await refused(saveBig(newFileId(), 0, 20, size), 'FILE_PART_SIZE_INVALID');
  }
  const id = newFileId();
  assert.equal(await saveSmall(id, 0, 3 * KIB), true);
  await refused(saveSmall(id, 1, 3 * KIB), 'FILE_PART_SIZE_INVALID');
});

test('FILE_PART_SIZE_CHANGED: parts of two sizes, except for a shorter last one', async () => {
  const small = newFileId();
  await saveSmall(small, 0, 64 * KIB);
  await refused(saveSmall(small, 1, 128 * KIB), 'FILE_PART_SIZE_CHANGED');
  assert.equal(await saveSmall(small, 2, 64 * KIB), true);
  await refused(saveSmall(small, 1, 32 * KIB), 'FILE_PART_SIZE_CHANGED');
  assert.equal(await saveSmall(small, 3, 1000), true);
  await refused(saveSmall(small, 4, 64 * KIB), 'FILE_PART_SIZE_CHANGED');
  const big = newFileId();
  await saveBig(big, 0, 20, 64 * KIB);
  await refused(saveBig(big, 1, 20, 32 * KIB), 'FILE_PART_SIZE_CHANGED');
  assert.equal(await saveBig(big, 19, 20, 1), true);
});

test('the last part may come first', async () => {
  const id = newFileId();
  for (const index of [2, 0, 1]) assert.equal(await saveSmall(id, index, index === 2 ? 77 : PART_SIZE), true);
  await refused(saveSmall(id, 3, PART_SIZE), 'FILE_PART_SIZE_CHANGED');
});

test('an upload of unknown size comes in order, and its last part shows the total', async () => {
  const id = newFileId();
  await saveBig(id, 0, -1, PART_SIZE);
  await refused(saveBig(id, 2, -1, PART_SIZE), 'FILE_PART_SIZE_INVALID');
  await saveBig(id, 1, -1, PART_SIZE);
  await refused(saveBig(id, 0, 1, PART_SIZE), 'FILE_PARTS_INVALID');
  assert.equal(await saveBig(id, 2, 3, 10), true);
  await refused(saveBig(id, 3, -1, PART_SIZE), 'FILE_PART_INVALID');
});

test('the report contains each part that came, how often, and its hash', async () => {
  const id = newFileId();
  for (const index of [0, 1, 1]) await saveBig(id, index, 20, PART_SIZE);
  const report = own.sandbox.files.uploads.report().find(({ fileId }) => fileId === String(id));
  assert.deepEqual(report?.arrivals, [1, 2]);
  assert.deepEqual([report?.userId, report?.big, report?.total], [own.me.id, true, 20]);
  assert.equal(
    own.sandbox.files.uploads.partHash(own.me.id, BigInt(id), 1),
    createHash('sha256').update(Buffer.alloc(PART_SIZE, 1)).digest('hex'),
  );
});
