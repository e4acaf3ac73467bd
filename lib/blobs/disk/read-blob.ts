import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PART_SIZE } from '../../base/bytes.js';
import { codeOf } from '../../base/system-errors.js';
import { addressOf } from '../address.js';
import { blobDamaged, blobMissing, blobNotRead } from '../errors.js';

export interface BlobSlice {
  readonly place: string;
  readonly sha256: string;
  /** The first byte. */
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
}

/** Reads a range of a blob. The file is open only from the first read until the stream ends or is destroyed. */
export function readBlob(slice: BlobSlice, signal: AbortSignal): Readable {
  return Readable.from(piecesOf(slice, signal), { objectMode: false, highWaterMark: PART_SIZE, signal });
}

async function* piecesOf(slice: BlobSlice, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { place, sha256, start, end } = slice;
  const path = join(place, addressOf(sha256));
  const handle = await openFile(path, slice);
  try {
    for (let at = start; at < end; ) {
      signal.throwIfAborted();
      const buffer = Buffer.allocUnsafe(Math.min(PART_SIZE, end - at));
      const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, at).catch((error: unknown) => {
        throw blobNotRead(path, error);
      });
      if (bytesRead === 0) throw blobDamaged(place, sha256, `it ends at byte ${at} of at least ${end}`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function openFile(path: string, { place, sha256 }: BlobSlice): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW = 0 } = constants;
  try {
    return await open(path, O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? blobMissing(place, sha256) : blobNotRead(path, error);
  }
}
