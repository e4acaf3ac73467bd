import { createReadStream } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { DiskBlobs } from '../../blobs/disk/disk-blobs.js';
import { isS3Address, s3Place } from '../../blobs/s3/place.js';
import { S3Blobs } from '../../blobs/s3/s3-blobs.js';
import type { BlobStore, OpenBlob } from '../../blobs/store.js';
import { isInBucket, isShared } from '../../download/bucket-path.js';
import { Prover } from '../../erase/prove.js';
import type { Settings } from '../../settings/settings.js';
import type { OpenStore } from '../../store/open-store.js';
import type { FileCopy } from '../../store/tables/file-copies.js';
import type { CommandContext } from '../command.js';
import { Buckets } from '../export/buckets.js';
import { givenPath } from '../given-path.js';
import { BLOBS_FOLDER, sizeOnDisk } from '../kept-on-disk.js';

/** Proves what this machine keeps: in the places of blobs, on its disk, and in buckets. Whoever makes it closes it. */
export function openProver(
  { flags, clock, signal, sources }: Pick<CommandContext, 'flags' | 'clock' | 'signal' | 'sources'>,
  { dataDir, s3 }: Pick<Settings, 'dataDir' | 's3'>,
  { db }: Pick<OpenStore, 'db'>,
  accountId: number,
): { readonly prover: Prover; close(): void } {
  const given = flags['blobs'] as string | undefined;
  const blobs: BlobStore[] = [new DiskBlobs(resolve(dataDir, BLOBS_FOLDER))];
  const bucket =
    given !== undefined && isS3Address(given)
      ? new S3Blobs(s3Place(given, s3, '--blobs'), { clock })
      : undefined;
  if (bucket) blobs.push(bucket);
  else if (given !== undefined) blobs.push(new DiskBlobs(givenPath({ sources }, given)));
  const buckets = new Buckets(s3, clock);
  const openCopy = (copy: FileCopy, signal: AbortSignal) => openFile(buckets, copy, signal);
  return {
    prover: new Prover({ db, accountId, blobs, openCopy, signal }),
    close() {
      buckets.close();
      bucket?.close();
    },
  };
}

async function openFile(
  buckets: Buckets,
  { host, path }: FileCopy,
  signal: AbortSignal,
): Promise<OpenBlob | undefined> {
  if (host !== hostname() && !isShared(path)) return undefined;
  if (isInBucket(path)) {
    const found = await buckets.find(path, signal);
    return found && { size: found.size, stream: await found.open(signal) };
  }
  const size = await sizeOnDisk(path);
  return size === undefined ? undefined : { size, stream: createReadStream(path, { signal }) };
}
