import { createHash } from 'node:crypto';
import { PART_SIZE } from '../base/bytes.js';
import { FailedError, UsageError } from '../base/errors.js';
import { abortUpload } from '../blobs/s3/multipart.js';
import { type ObjectToUpload, ObjectUpload, OtherPiece, uploadWhole } from '../blobs/s3/object-upload.js';
import { PIECE_SIZE } from '../blobs/s3/pieces.js';
import type { S3Object } from '../blobs/s3/requests.js';
import type { NotedUpload } from '../blobs/s3/upload-notes.js';
import { ByteBudget } from '../pace/byte-budget.js';
import { emptyFile } from '../transfer/errors.js';
import { appendParts } from './append-parts.js';
import {
  type Bucket,
  ContentHash,
  type ContentHashes,
  headersOf,
  isEqual,
  numberedObject,
  pathIn,
  withName,
} from './bucket.js';
import type { PlaceFile, ReceivedFile } from './place.js';

/** How many bytes of a file may be on their way from Telegram, besides the pieces on their way to S3. */
const MOST_AHEAD = 2 * PIECE_SIZE;
/** How often a name may be lost to somebody else at the last moment. */
const MOST_TRIES = 5;

/** A file on its way into a bucket. */
interface Incoming {
  readonly bucket: Bucket;
  readonly file: PlaceFile;
  /** Its name, without a number added. */
  readonly wanted: string;
}

/**
 * Writes one file into a bucket: source → tagged parts → pieces. It gets its name as a whole. A name that is taken by the same content
 * is the file's, and by another one gets a number. What an earlier process has sent of a file in pieces is kept: the file is
 * read again, and a piece that is there isn't sent again. Pieces count towards the byte budget, which gives all that a file needs
 * at once, so that files never wait for each other half-way.
 * @throws FailedError BLOB_NOT_READ, BLOB_NOT_WRITTEN; UsageError BUDGET_TOO_SMALL; otherwise as transferFile.
 */
export async function receiveObject(bucket: Bucket, file: PlaceFile, wanted: string): Promise<ReceivedFile> {
  const { name, size, budget, signal } = file;
  if (size === 0) throw emptyFile(name);
  signal.throwIfAborted();
  const isShort = size <= PIECE_SIZE;
  const ofPieces = isShort ? size : 2 * PIECE_SIZE;
  const ahead = Math.min(MOST_AHEAD, Math.max(size, PART_SIZE), budget.limitBytes - ofPieces);
  if (ahead < Math.min(size, PART_SIZE)) throw tooSmall(budget.limitBytes, ofPieces + PART_SIZE);
  const lease = budget.lease();
  try {
    await lease.acquire(ofPieces + ahead, signal);
    const incoming = { bucket, file: { ...file, budget: new ByteBudget(ahead) }, wanted };
    return await (isShort ? receiveShort(incoming) : receiveLong(incoming));
  } finally {
    lease.close();
  }
}

/** Held whole, so it needs no name before it has come. */
async function receiveShort(incoming: Incoming): Promise<ReceivedFile> {
  const { bucket, file, wanted } = incoming;
  const { size, signal } = file;
  const body = Buffer.allocUnsafeSlow(size);
  let parts = 0;
  file.onBegun?.(0);
  await appendParts(file, {
    get parts() {
      return parts;
    },
    async append(bytes) {
      bytes.copy(body, parts * PART_SIZE);
      parts += 1;
    },
  });
  const sha256 = createHash('sha256').update(body).digest('hex');
  const hashes = { size, sha256, etags: [createHash('md5').update(body).digest('hex')] };
  const headers = headersOf({ ...file, sha256 });
  let tries = 0;
  for (let number = 1; tries < MOST_TRIES; ) {
    const name = numberedObject(wanted, number);
    const known = bucket.taken.at(wanted, number);
    if (known && !(await isOwnContent(incoming, { name, found: known }, hashes))) {
      number += 1;
      continue;
    }
    const outcome = await withName(bucket, name, async () => {
      const path = pathIn(bucket, name);
      const found = await bucket.requests.find(name, signal);
      if (found) bucket.taken.note(wanted, number, found);
      if (found && !(await isOwnContent(incoming, { name, found }, hashes))) return 'other';
      if (!(await isWanted(file, sha256, path))) return received({ sha256 });
      if (found || (await uploadWhole(bucket.requests, { name, headers }, body, signal)) === 'done')
        return received({ sha256, path });
      return 'lost';
    });
    if (typeof outcome === 'object') return outcome;
    // A name that was lost at the last moment may have the same content now.
    if (outcome === 'lost') tries += 1;
    else number += 1;
  }
  throw nameLost(incoming);
}

/** In pieces, under a name that was free at the beginning. */
async function receiveLong(incoming: Incoming): Promise<ReceivedFile> {
  const { bucket } = incoming;
  const others = new Set<string>();
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const { name, noted, alike } = await freeName(incoming, others);
    try {
      const there = alike.length > 0 ? await sameAmong(incoming, alike) : undefined;
      if (there) return there;
      for (const twin of alike) others.add(twin.name);
      const done = await upload(incoming, name, noted);
      if (done) return done;
    } finally {
      bucket.busy.delete(name);
    }
  }
  throw nameLost(incoming);
}

interface Twin {
  readonly name: string;
  readonly found: S3Object;
}

/** The name counts as busy until the caller takes it back. `alike`: objects of the same size that have the names before it. `noted`: what an earlier process has sent under this name. */
async function freeName(
  { bucket, file, wanted }: Incoming,
  others: ReadonlySet<string>,
): Promise<{
  readonly name: string;
  readonly noted: NotedUpload | undefined;
  readonly alike: readonly Twin[];
}> {
  const alike: Twin[] = [];
  for (let number = 1; ; number += 1) {
    const known = bucket.taken.at(wanted, number);
    if (known && known.size !== file.size) continue;
    const name = numberedObject(wanted, number);
    if (bucket.busy.has(name) || others.has(name)) continue;
    bucket.busy.add(name);
    try {
      const found = await bucket.requests.find(name, file.signal);
      if (found) bucket.taken.note(wanted, number, found);
      if (!found) return { name, noted: await notedFor({ bucket, file, wanted }, name), alike };
      if (found.size === file.size) alike.push({ name, found });
    } catch (error) {
      bucket.busy.delete(name);
      throw error;
    }
    bucket.busy.delete(name);
  }
}

/** What was sent under another name than the one that is free now is removed. */
async function notedFor({ bucket, file, wanted }: Incoming, name: string): Promise<NotedUpload | undefined> {
  const object = { wanted, key: file.key };
  const noted = await bucket.notes.find(object);
  if (!noted || (noted.name === name && noted.size === file.size)) return noted;
  await abortUpload(bucket.requests, noted, file.signal);
  await bucket.notes.forget(object);
  return undefined;
}

/** Reads the file, and sends nothing: an object that looks like it is probably its own. */
async function sameAmong(incoming: Incoming, alike: readonly Twin[]): Promise<ReceivedFile | undefined> {
  const { bucket, file } = incoming;
  const hash = new ContentHash(file.size);
  file.onBegun?.(0);
  await appendParts(file, hash);
  const hashes: ContentHashes = hash.finish();
  for (const twin of alike) {
    if (!(await isOwnContent(incoming, twin, hashes))) continue;
    const path = pathIn(bucket, twin.name);
    const isKept = await isWanted(file, hashes.sha256, path);
    return received({ sha256: hashes.sha256, ...(isKept && { path }), bytesBefore: file.size });
  }
  return undefined;
}

/** Whether an object that is there has the file's content, and is nobody else's file. */
async function isOwnContent({ bucket, file }: Incoming, twin: Twin, hashes: ContentHashes): Promise<boolean> {
  if (!(await isEqual(bucket, twin, hashes, file.signal))) return false;
  return (await file.mayBe?.(pathIn(bucket, twin.name))) ?? true;
}

/** Undefined when the name was lost to somebody else, or the server has forgotten the upload. */
async function upload(
  { bucket, file, wanted }: Incoming,
  name: string,
  noted: NotedUpload | undefined,
): Promise<ReceivedFile | undefined> {
  const { size, key, signal } = file;
  const object: ObjectToUpload = { name, wanted, key, size, headers: headersOf(file) };
  const sent = await ObjectUpload.open(bucket, object, { noted, signal });
  try {
    file.onBegun?.(0);
    await appendParts(file, sent);
    await sent.arrive();
    const { sha256, bytesKept: bytesBefore } = sent;
    if (!(await isWanted(file, sha256, pathIn(bucket, name)))) {
      await sent.discard();
      return received({ sha256, bytesBefore });
    }
    if ((await sent.finish()) !== 'done') return undefined;
    return received({ sha256, bytesBefore, path: pathIn(bucket, name) });
  } catch (error) {
    if (!(error instanceof OtherPiece)) throw error;
    await sent.discard();
    return undefined;
  } finally {
    // What has arrived is for the next run.
    await sent.leave();
  }
}

async function isWanted(file: PlaceFile, sha256: string, path: string): Promise<boolean> {
  return (await file.onComplete?.(sha256, path)) ?? true;
}

function received({
  sha256,
  path,
  bytesBefore = 0,
}: {
  readonly sha256: string;
  readonly path?: string;
  readonly bytesBefore?: number;
}): ReceivedFile {
  return { path, sha256, bytesBefore };
}

function tooSmall(limitBytes: number, bytes: number): UsageError {
  return new UsageError(
    'BUDGET_TOO_SMALL',
    `The byte budget of ${limitBytes} bytes is too small for a file on its way to S3, which holds ${bytes} bytes: raise BUFFER_MB.`,
    { fields: { limitBytes, bytes } },
  );
}

function nameLost({ bucket, file, wanted }: Incoming): FailedError {
  return new FailedError(
    'BLOB_NOT_WRITTEN',
    `${pathIn(bucket, wanted)} can't be written: somebody else takes its name each time; run again when they have ended.`,
    { fields: { place: bucket.requests.words, name: file.name } },
  );
}
