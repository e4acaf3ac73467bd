import { createHash } from 'node:crypto';
import { Api } from 'telegram/tl/index.js';
import { MIB } from '../base/bytes.js';
import type { RangeHash } from '../base/file-parts.js';
import { together } from '../base/together.js';
import type { FileReference as NamedFile } from '../messages/document/file.js';
import type { ByteBudget } from '../pace/byte-budget.js';
import { classify } from '../refusals/classify.js';
import { TelegramError } from '../refusals/telegram-error.js';
import type { TelepiClient } from '../telegram/client.js';
import { fileHashes } from '../telegram/file-hashes.js';
import { FileReference } from '../telegram/file-reference.js';
import { toLong } from '../telegram/long.js';

/** A file of one side, and how its reference is renewed when it expires. */
export interface LocatedFile {
  readonly named: NamedFile;
  /** The same file in its message as it is now; undefined when the message holds another file by now. */
  readonly renew: (signal: AbortSignal) => Promise<NamedFile | undefined>;
}

export interface ByteReading {
  readonly client: TelepiClient;
  readonly budget: ByteBudget;
  /** Called for the bytes of each part that is read. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Whether two files have the same bytes, by SHA-256: of the server's ranges (upload.getFileHashes) when both sides have
 * the same ones for the whole file, otherwise of everything that is read. Nothing touches the disk, and no more is held
 * than the budget allows.
 */
export async function haveSameBytes(
  reading: ByteReading,
  source: LocatedFile,
  copy: LocatedFile,
  signal: AbortSignal,
): Promise<boolean> {
  const [one, other] = [source, copy].map(referenceOf) as [Reference, Reference];
  const known = await compareHashes(reading.client, one, other, source.named.size, signal);
  if (known !== undefined) return known;
  const [left, right] = await together(signal, (linked) => [
    sha256Of(reading, one, linked),
    sha256Of(reading, other, linked),
  ]);
  return left === right;
}

/** The whole content of a file of at most `most` bytes; undefined when it is longer. */
export async function readWhole(
  reading: ByteReading,
  file: LocatedFile,
  most: number,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  if (file.named.size > most) return undefined;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of partsOf(reading, referenceOf(file), signal)) {
    length += part.length;
    if (length > most) return undefined;
    parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}

interface Reference {
  readonly reference: FileReference;
  readonly dcId: number;
}

function referenceOf({ named, renew }: LocatedFile): Reference {
  const reference = new FileReference(locationOf(named), async (signal) => {
    const fresh = await renew(signal);
    // Without a newer reference the refusal stands.
    return locationOf(fresh ?? named);
  });
  return { reference, dcId: named.dc };
}

function locationOf({
  source,
  id,
  accessHash,
  fileReference,
  variant = '',
}: NamedFile): Api.TypeInputFileLocation {
  const fields = {
    id: toLong(BigInt(id)),
    accessHash: toLong(BigInt(accessHash)),
    fileReference: Buffer.from(fileReference, 'base64'),
    thumbSize: variant,
  };
  return source === 'photo'
    ? new Api.InputPhotoFileLocation(fields)
    : new Api.InputDocumentFileLocation(fields);
}

/** Undefined when the server doesn't give both sides the same ranges. */
async function compareHashes(
  client: TelepiClient,
  one: Reference,
  other: Reference,
  size: number,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  for (let offset = 0; offset < size; ) {
    const at = offset;
    const [left, right] = await together(signal, (linked) => [
      hashesOf(client, one, at, linked),
      hashesOf(client, other, at, linked),
    ]);
    let end = offset;
    for (const [index, range] of left.entries()) {
      const twin = right[index];
      if (!twin || !covers(range, end) || twin.offset !== range.offset || twin.length !== range.length)
        return undefined;
      if (!twin.sha256.equals(range.sha256)) return false;
      end = range.offset + range.length;
    }
    if (end === offset || left.length !== right.length) return undefined;
    offset = end;
  }
  return true;
}

/** None when the server refuses to give any. */
async function hashesOf(
  client: TelepiClient,
  file: Reference,
  offset: number,
  signal: AbortSignal,
): Promise<readonly RangeHash[]> {
  try {
    return await fileHashes(client, file, offset, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TelegramError && classify(error).kind === 'permanent') return [];
    throw error;
  }
}

function covers({ offset, length }: RangeHash, from: number): boolean {
  return offset === from && length > 0 && length <= MIB;
}

async function sha256Of(reading: ByteReading, file: Reference, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of partsOf(reading, file, signal)) hash.update(part);
  return hash.digest('hex');
}

/** The parts of a file in order; each may be used until the next one is taken. */
async function* partsOf(
  { client, budget, onBytes }: ByteReading,
  { reference, dcId }: Reference,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const lease = budget.lease();
  try {
    const { location } = reference;
    for await (const part of client.iterDownload(location, { dcId, reference, lease, signal })) {
      onBytes(part.length);
      yield part;
      lease.release(part.length);
    }
  } finally {
    lease.close();
  }
}
