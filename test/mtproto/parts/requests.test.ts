import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'telegram';
import { getFile, savePart } from '../../../lib/mtproto/parts/request.js';
import { introduction, lengthOf } from '../../../lib/mtproto/request.js';
import { bytesTail } from '../../../lib/mtproto/tl.js';
import { toLong } from '../../../lib/telegram/long.js';
import { IDENTITY } from '../../support/part-scene.js';

const location = new Api.InputDocumentFileLocation({
  id: toLong(-5n),
  accessHash: toLong(2n ** 62n),
  fileReference: Buffer.from('reference'),
  thumbSize: 'm',
});
const fileId = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

/** The whole of a request, as it lies in its message. */
function bytesOf(request: ReturnType<typeof savePart>): Buffer {
  const { head, payload = Buffer.alloc(0) } = request;
  const tail = request.payload ? bytesTail(payload.length) : 0;
  const whole = Buffer.concat([head, payload, Buffer.alloc(tail)]);
  assert.equal(whole.length, lengthOf(request));
  return whole;
}

test("upload.getFile has the same bytes as the library's, and is precise only if necessary", () => {
  const kib = fc.integer({ min: 0, max: 4 * 2 ** 20 }).map((count) => count * 1024);
  fc.assert(
    fc.property(kib, fc.constantFrom(1024, 4096, 65_536, 524_288, 1_048_576), (offset, limit) => {
      const precise = offset % 4096 !== 0 || limit % 4096 !== 0;
      const theirs = new Api.upload.GetFile({ location, offset: toLong(offset), limit, precise });
      const ours = getFile({ location: location.getBytes(), offset, limit });
      assert.ok(bytesOf(ours).equals(theirs.getBytes()), `${limit} bytes from ${offset}`);
    }),
  );
});

test("upload.saveFilePart and saveBigFilePart have the same bytes as the library's, at any length", () => {
  const length = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 70_000 }));
  fc.assert(
    fc.property(fileId, fc.nat(7999), length, fc.boolean(), (id, index, count, big) => {
      const bytes = randomBytes(count);
      const part = { fileId: toLong(id), filePart: index, bytes };
      const theirs = big
        ? new Api.upload.SaveBigFilePart({ ...part, fileTotalParts: 8000 })
        : new Api.upload.SaveFilePart(part);
      const ours = savePart({ fileId: id, index, total: 8000, bytes, big });
      assert.ok(bytesOf(ours).equals(theirs.getBytes()));
    }),
  );
});

test("the introduction has the same bytes as the library's invokeWithLayer and initConnection", () => {
  const { layer, ...rest } = IDENTITY;
  const query = new Api.help.GetConfig();
  const theirs = new Api.InvokeWithLayer({ layer, query: new Api.InitConnection({ ...rest, query }) });
  assert.ok(Buffer.concat([introduction(IDENTITY), query.getBytes()]).equals(theirs.getBytes()));
});
