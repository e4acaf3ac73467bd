import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { OpenDatabase } from '../store/open-database.js';
import type { StoreWriter } from '../store/store-writer.js';
import { equalCopies } from '../store/tables/equal-copies.js';
import { copiesAt, copiesOfContent, type FileCopy } from '../store/tables/file-copies.js';
import type { StoreTables } from '../store/tables/schema.js';
import { chunked } from '../store/values.js';
import { isInBucket, isShared } from './bucket-path.js';
import { type FoundFile, fileAt, type WalkOptions, walkFiles } from './walk-files.js';

/** Files of the same content. */
export interface EqualFiles {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Of each, in bytes. */
  readonly size: number;
  readonly files: readonly EqualFile[];
  /** Bytes that would be free if one of them were kept, of all or of this host's. Names of one file take no bytes. */
  readonly saved: number;
  readonly savedHere: number;
}

export interface EqualFile {
  readonly host: string;
  /** Absolute, or in a bucket (`bucketRoot`). */
  readonly path: string;
  /** Another name of a file that is listed before it. */
  readonly isLink: boolean;
}

export interface DuplicatesOptions extends WalkOptions {
  readonly db: OpenDatabase<StoreTables>['db'];
  readonly writer: Pick<StoreWriter, 'noteCopy'>;
  /** This machine, as rows name it. */
  readonly host: string;
}

/** Files that are known to be equal, on all hosts. Files of this host that are no longer there, or have another size, are left out. */
export async function* knownDuplicates(options: DuplicatesOptions): AsyncGenerator<EqualFiles> {
  for await (const copies of equalCopies(options.db)) {
    const found = await equalFiles(options, copies);
    if (found) yield found;
  }
}

/** What a search reads: files whose hash nobody has noted. */
export interface ToHash {
  readonly files: number;
  readonly bytes: number;
}

/**
 * Equal files of which at least one is in `folder`, an absolute path. Files without a hash are read if another one there has their size; the hashes of
 * files that the store knows are noted.
 */
export async function* folderDuplicates(
  options: DuplicatesOptions,
  folder: string,
  onHashing: (toHash: ToHash) => void,
): AsyncGenerator<EqualFiles> {
  const files = await ofRepeatedSizes(options, folder);
  const known = new Map<string, FileCopy>();
  for (const chunk of chunked(files)) {
    const paths = chunk.map(({ path }) => path);
    for (const copy of await copiesAt(options.db, options.host, paths)) known.set(copy.path, copy);
  }
  const hashes = new Map<string, string>();
  const toHash: FoundFile[] = [];
  for (const file of files) {
    const sha256 = hashOf(file, known.get(file.path));
    if (sha256 === undefined) toHash.push(file);
    else hashes.set(file.path, sha256);
  }
  if (toHash.length > 0) {
    onHashing({ files: toHash.length, bytes: toHash.reduce((sum, { size }) => sum + size, 0) });
  }
  await hashAll(options, toHash, known, hashes);
  yield* grouped(options, files, hashes);
}

/** A file that was written to since its hash was noted may have another one. */
function hashOf({ size, modified }: FoundFile, copy: FileCopy | undefined): string | undefined {
  return copy?.size === size && copy.modified === modified ? copy.sha256 : undefined;
}

async function ofRepeatedSizes(options: WalkOptions, folder: string): Promise<readonly FoundFile[]> {
  const bySize = new Map<number, FoundFile[]>();
  for await (const file of walkFiles(folder, options)) {
    if (file.size === 0) continue;
    const others = bySize.get(file.size);
    if (others) others.push(file);
    else bySize.set(file.size, [file]);
  }
  return [...bySize.values()].filter(({ length }) => length > 1).flat();
}

async function hashAll(
  { writer, signal }: DuplicatesOptions,
  files: readonly FoundFile[],
  known: ReadonlyMap<string, FileCopy>,
  hashes: Map<string, string>,
): Promise<void> {
  const ofIdentity = new Map<string, string>();
  for (const file of files) {
    const sha256 = ofIdentity.get(file.identity) ?? (await sha256Of(file.path, signal));
    ofIdentity.set(file.identity, sha256);
    // Written to while it was read: another search finds it.
    const now = await fileAt(file.path);
    if (now?.size !== file.size || now.modified !== file.modified) continue;
    hashes.set(file.path, sha256);
    const copy = known.get(file.path);
    if (copy?.size === file.size && copy.state === 'there') {
      await writer.noteCopy({ ...copy, modified: file.modified, sha256 });
    }
  }
}

/** SHA-256 of a file, in lower-case hexadecimal. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { signal, highWaterMark: PIECE })) hash.update(piece);
  return hash.digest('hex');
}

const PIECE = 1024 * 1024;

async function* grouped(
  options: DuplicatesOptions,
  files: readonly FoundFile[],
  hashes: ReadonlyMap<string, string>,
): AsyncGenerator<EqualFiles> {
  const byHash = new Map<string, FoundFile[]>();
  for (const file of files) {
    const sha256 = hashes.get(file.path);
    if (sha256 === undefined) continue;
    const others = byHash.get(sha256);
    if (others) others.push(file);
    else byHash.set(sha256, [file]);
  }
  for (const chunk of chunked([...byHash])) {
    const elsewhere = await copiesOfContent(
      options.db,
      chunk.map(([sha256]) => sha256),
    );
    for (const [sha256, here] of chunk) {
      const own = here.map(({ path, size }) => ({ host: options.host, path, size, sha256 }));
      const paths = new Set(here.map(({ path }) => path));
      const others = elsewhere.filter(
        (copy) =>
          copy.sha256 === sha256 &&
          copy.state === 'there' &&
          !(copy.host === options.host && paths.has(copy.path)),
      );
      const found = await equalFiles(options, [...own, ...others]);
      if (found) yield found;
    }
  }
}

type Candidate = Pick<FileCopy, 'host' | 'path' | 'size' | 'sha256'>;

/** Undefined when only one of them is there, or all are names of one file. */
async function equalFiles(
  { host, signal }: DuplicatesOptions,
  candidates: readonly Candidate[],
): Promise<EqualFiles | undefined> {
  signal.throwIfAborted();
  const files: EqualFile[] = [];
  const here = new Set<string>();
  const inBuckets = new Set<string>();
  let elsewhere = 0;
  for (const { host: of, path, size } of candidates) {
    if (isInBucket(path)) {
      // A path that all hosts share is one file, whichever of them know it.
      const place = isShared(path) ? path : `${of} ${path}`;
      if (inBuckets.has(place)) continue;
      inBuckets.add(place);
      files.push({ host: of, path, isLink: false });
    } else if (of === host) {
      const file = await fileAt(path);
      if (file?.size !== size) continue;
      files.push({ host: of, path, isLink: here.has(file.identity) });
      here.add(file.identity);
    } else {
      elsewhere += 1;
      files.push({ host: of, path, isLink: false });
    }
  }
  const contents = here.size + inBuckets.size + elsewhere;
  const [first] = candidates;
  if (contents < 2 || first?.sha256 === undefined) return undefined;
  const { size, sha256 } = first;
  return { sha256, size, files, saved: size * (contents - 1), savedHere: size * Math.max(0, here.size - 1) };
}
