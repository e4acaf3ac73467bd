import { createReadStream } from 'node:fs';
import { blobNotRead } from '../../blobs/errors.js';
import type { BlobStore } from '../../blobs/store.js';
import { isInBucket, isShared } from '../../download/bucket-path.js';
import type { KeptFile } from '../../erase/restore/kept-file.js';
import type { FindKept } from '../../erase/restore/kept-files.js';
import type { OpenStore } from '../../store/open-store.js';
import {
  copiesOfContent,
  copiesOfMedia,
  type FileCopy,
  hashesOfMedia,
} from '../../store/tables/file-copies.js';
import type { Buckets } from '../export/buckets.js';
import { sizeOnDisk } from '../kept-on-disk.js';

export interface FindKeptOptions {
  readonly db: OpenStore['db'];
  readonly accountId: number;
  /** This machine. */
  readonly host: string;
  readonly blobs: readonly BlobStore[];
  readonly buckets: Buckets;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds where a file rests: where a download has put it on this machine's disk, among the blobs, or in a bucket that the settings of
 * S3 reach. A copy whose SHA-256 nobody has noted proves nothing, and isn't used.
 */
export function findKept(options: FindKeptOptions): FindKept {
  const { db, accountId } = options;
  return async (mediaId, signal) => {
    const sha256 = (await hashesOfMedia(db, accountId, [mediaId])).get(mediaId);
    const copies = [
      ...(await copiesOfMedia(db, accountId, [mediaId])),
      ...(sha256 === undefined ? [] : await copiesOfContent(db, [sha256])),
    ].filter(({ state }) => state === 'there');
    const onDisks: KeptFile[] = [];
    const inBuckets: KeptFile[] = [];
    const elsewhere = new Set<string>();
    for (const copy of distinct(copies)) {
      const file = await reached(options, copy, sha256, signal);
      if (!file) elsewhere.add(isShared(copy.path) ? copy.path : `${copy.host}: ${copy.path}`);
      else if (isInBucket(copy.path)) inBuckets.push(file);
      else onDisks.push(file);
    }
    const hashes = new Set([sha256, ...copies.map((copy) => copy.sha256)]);
    const known = [...hashes].filter((each) => each !== undefined);
    const blobs = await amongBlobs(options, known, signal);
    return { places: [...onDisks, ...blobs, ...inBuckets], elsewhere: [...elsewhere] };
  };
}

function distinct(copies: readonly FileCopy[]): readonly FileCopy[] {
  return [...new Map(copies.map((copy) => [`${copy.host} ${copy.path}`, copy])).values()];
}

async function reached(
  { host, buckets }: FindKeptOptions,
  copy: FileCopy,
  noted: string | undefined,
  signal: AbortSignal,
): Promise<KeptFile | undefined> {
  const { path } = copy;
  const sha256 = noted ?? copy.sha256;
  if (sha256 === undefined || !(copy.host === host || isShared(path))) return undefined;
  if (!isInBucket(path)) return onDisk(path, sha256);
  const found = await buckets.find(path, signal);
  if (!found) return undefined;
  return { place: path, size: found.size, sha256, read: (range, reading) => found.read(range, reading) };
}

async function onDisk(path: string, sha256: string): Promise<KeptFile | undefined> {
  const size = await sizeOnDisk(path);
  if (size === undefined) return undefined;
  return { place: path, size, sha256, read: (range, reading) => bytesOf(path, range, reading) };
}

async function* bytesOf(
  path: string,
  { start, end }: Range,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (end <= start) return;
  try {
    yield* createReadStream(path, { start, end: end - 1, signal }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    signal.throwIfAborted();
    throw blobNotRead(path, error);
  }
}

async function amongBlobs(
  { blobs }: FindKeptOptions,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<readonly KeptFile[]> {
  const files: KeptFile[] = [];
  for (const store of blobs) {
    for (const sha256 of hashes) {
      if (!(await store.has(sha256, signal))) continue;
      // The size is that of the whole blob, whatever the range.
      const { size, stream } = await store.open(sha256, { start: 0, end: 0 }, signal);
      stream.destroy();
      const place = `${store.place}: ${sha256}`;
      files.push({ place, size, sha256, read: (range, reading) => blobBytes(store, sha256, range, reading) });
    }
  }
  return files;
}

async function* blobBytes(
  store: BlobStore,
  sha256: string,
  range: Range,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { stream } = await store.open(sha256, range, signal);
  yield* stream as AsyncIterable<Uint8Array>;
}
