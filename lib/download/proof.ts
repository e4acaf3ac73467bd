import { createHash } from 'node:crypto';
import type { RangeHash } from '../base/file-parts.js';
import type { PartSource } from '../transfer/transfer.js';
import type { FilePlace } from './place.js';

export interface Proof {
  readonly place: Pick<FilePlace, 'read'>;
  readonly path: string;
  /** Of both, in bytes. */
  readonly size: number;
  readonly source: PartSource;
  readonly signal: AbortSignal;
}

/**
 * Whether a file that lies here has the content that Telegram's hashes say (upload.getFileHashes). Undefined when Telegram
 * has no hashes of all of it: photos have none.
 */
export async function isProvenSame({
  place,
  path,
  size,
  source,
  signal,
}: Proof): Promise<boolean | undefined> {
  if (!source.hashes) return undefined;
  for (let at = 0; at < size; ) {
    const ranges = coverFrom(at, await source.hashes(at, signal));
    if (ranges.length === 0) return undefined;
    for (const range of ranges) {
      const length = Math.min(range.length, size - range.offset);
      const hash = createHash('sha256');
      for await (const piece of place.read(path, { offset: range.offset, length }, signal))
        hash.update(piece);
      if (!hash.digest().equals(range.sha256)) return false;
      at = range.offset + length;
    }
  }
  return true;
}

/** How many bytes at the beginning of a file, of which `size` are there, are what Telegram's hashes say. */
export async function provenLength({ place, path, size, source, signal }: Proof): Promise<number> {
  let at = 0;
  while (source.hashes && at < size) {
    const ranges = coverFrom(at, await source.hashes(at, signal));
    const whole = ranges.filter(({ offset, length }) => offset + length <= size);
    if (whole.length === 0) break;
    for (const { offset, length, sha256 } of whole) {
      const hash = createHash('sha256');
      for await (const piece of place.read(path, { offset, length }, signal)) hash.update(piece);
      if (!hash.digest().equals(sha256)) return at;
      at = offset + length;
    }
  }
  return at;
}

/** The ranges that follow one another from `offset` on. */
function coverFrom(offset: number, ranges: readonly RangeHash[]): readonly RangeHash[] {
  const cover: RangeHash[] = [];
  let at = offset;
  for (const range of [...ranges].sort((one, other) => one.offset - other.offset)) {
    if (range.offset !== at || range.length < 1) continue;
    cover.push(range);
    at += range.length;
  }
  return cover;
}
