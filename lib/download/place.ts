import type { SourceOptions } from '../transfer/options.js';

/** A file to receive. */
export interface PlaceFile extends Omit<SourceOptions, 'sinkParts'> {
  /** Its path under the place: safe components with `/` between them. If it is taken, a number is added to the name. */
  readonly path: string;
  /** Names the content, in the name of the file under way: short, and without separators. */
  readonly key: string;
  /** The file's modification time, in unix seconds. */
  readonly modified: number;
  /** What its sender says of its type, such as `image/jpeg`: not to be trusted. */
  readonly mime?: string | undefined;
  /** With `verifySource`: part `index` doesn't match its hash and is going to be read again. */
  readonly onMisread?: (index: number) => void;
  /** How many of its bytes an earlier process has left; called before the first is read. */
  readonly onBegun?: (bytesBefore: number) => void;
  /** Called when all bytes have come, and what follows needs no network. */
  readonly onReceived?: () => void;
  /**
   * Awaited when the content is durable, and before it gets the name at `path` (absolute, as `ReceivedFile.path`). Called
   * again for each further name, when that one turns out to be taken. False: it isn't wanted, and is removed.
   */
  readonly onComplete?: (sha256: string, path: string) => Promise<boolean>;
  /** Whether a file of the same content that has the name at `path` may be this one; not if it is another message's. Default: it may. */
  readonly mayBe?: (path: string) => Promise<boolean>;
}

export interface ReceivedFile {
  /** Where it lies now: absolute, or in a bucket (`bucketRoot`). Undefined: it wasn't wanted. */
  readonly path: string | undefined;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** How many of its bytes an earlier process had left. */
  readonly bytesBefore: number;
}

/** A second name for a file that lies there already. */
export interface SecondName {
  /** Where the file lies: absolute, or in a bucket (`bucketRoot`). */
  readonly from: string;
  /** As PlaceFile.path. */
  readonly wanted: string;
  /** The modification time of a copy, in unix seconds. A link has its file's. */
  readonly modified: number;
  /** Names the content, as PlaceFile.key. */
  readonly key: string;
  /** Names the message's file that it is for: what was copied for another one is left to that one. */
  readonly owner: string;
  /** Awaited before the file gets the name at `path`, as PlaceFile.onComplete. */
  readonly onName: (path: string) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Named {
  readonly path: string;
  /** A link falls back to a copy where the file system has no links, or the file lies on another one. */
  readonly how: 'linked' | 'copied';
}

/** Where a download puts its files: a folder, or a bucket. Paths that it returns and takes are absolute, or in a bucket (`bucketRoot`). */
export interface FilePlace {
  /** Names it for people: the folder's path, or `s3://bucket/prefix`. */
  readonly words: string;
  /** Whether a path of an earlier download is one that this place can read, whether or not a file lies there now. */
  holds(path: string): boolean;
  /** What `PlaceFile.path` stands for, before any number is added. */
  pathOf(relative: string): string;
  /** Writes a file, and never over another one. However it ends, nothing stays open. */
  receive(file: PlaceFile): Promise<ReceivedFile>;
  /** Removes what an earlier process has left of a file under way, whose content lies under a name already. */
  discard(file: Pick<PlaceFile, 'path' | 'key'>): Promise<void>;
  /**
   * Frees an absolute path that a process had announced at `at` (milliseconds since the epoch) and kept for its file, when it died
   * before the file had it. Where a name is given in one step there is nothing to free.
   */
  freeName?(announced: { readonly path: string; readonly at: number }): Promise<void>;
  /** Removes a complete file at an absolute path, which has been announced and is another host's. In a bucket that has the same name. */
  remove?(path: string): Promise<void>;
  /** A file's size in bytes and its time in unix seconds; undefined when no file lies there. */
  stat(
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly size: number; readonly modified?: number } | undefined>;
  /** A file's bytes from `offset` on, `length` of them, in pieces of any size. */
  read(
    path: string,
    range: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
  /** The files of that size in bytes that lie here. The place is looked through once, when this is first asked. */
  filesOfSize(size: number, signal: AbortSignal): Promise<readonly string[]>;
  link(name: SecondName): Promise<Named>;
  copy(name: SecondName): Promise<Named>;
  /**
   * Begins a download into it: from now on nobody moves files there. Resolves with the function that ends it.
   * @throws UsageError ORGANISE_RUNS
   */
  hold?(signal: AbortSignal): Promise<() => Promise<void>>;
  /** Removes what an earlier process has left, under whatever path, of content that needs no download. */
  tidy?(key: string): Promise<void>;
  /** Ends its work: removes what it kept for itself. */
  close(): Promise<void>;
}
