import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import { RpcError } from '../rpc.js';
import { Contents } from './contents.js';
import { headBytes, headFor } from './head.js';
import { imageSize } from './image-size.js';
import { InFlight } from './in-flight.js';
import { drawnAgain } from './jpeg.js';
import { KeptBytes } from './kept-bytes.js';
import { drawnSize, photoSizes, THUMB_BYTES } from './photo-sizes.js';
import { FileReferences } from './references.js';
import type { ContentHead, DocumentAttribute, PhotoSize, StoredFile } from './stored-file.js';
import { type AssembledFile, type UploadedFileRef, type Uploader, Uploads } from './uploads.js';

export interface FileStoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** How many reads a file reference lives for, asked at every read; 0 (default): for ever. */
  readonly referencesExpireAfterReads?: () => number;
  /** How to refuse an upload that was used before, asked at each use; undefined (default): it isn't refused. */
  readonly usedUpload?: () => RpcError | undefined;
  /** How long a request and its answer are on the way, in milliseconds: twice the latency. Default: 0. */
  readonly roundTripMs?: () => number;
  /**
   * How many bytes of uploads with unknown content are kept, all together, so that they can be read back; of any more
   * there is only the proof. Default: KEPT_UPLOAD_BYTES.
   */
  readonly keptUploadBytes?: number;
  /** Whether uploaded photos are drawn again, as Telegram does: other bytes, the same picture. Default: false. */
  readonly redrawsPhotos?: boolean;
  /** How long uploaded parts wait to be sent. Default: 3 hours. */
  readonly partLifetimeMs?: number;
}

/** A file that exists from the beginning, its content a function of a seed. */
export type SourceFile = {
  readonly dcId: number;
  /** Default: a random one. The same seed, type and size give the same content. */
  readonly seed?: string;
} & (
  | {
      readonly kind: 'document';
      /** In bytes, 0 to 4 GiB. */
      readonly size: number;
      readonly mimeType: string;
      readonly attributes: readonly DocumentAttribute[];
      /** Draws a thumbnail of this size in pixels. */
      readonly thumb?: { readonly width: number; readonly height: number };
    }
  | {
      readonly kind: 'photo';
      readonly width: number;
      readonly height: number;
      /** In bytes. Default: as much as the picture needs, which is also the minimum. */
      readonly size?: number;
      readonly hasStickers?: boolean;
    }
);

/** What to make of an upload: TL inputMediaUploadedPhoto, inputMediaUploadedDocument. */
export type UploadedAs =
  | { readonly kind: 'photo'; readonly dcId: number; readonly hasStickers?: boolean }
  | {
      readonly kind: 'document';
      readonly dcId: number;
      readonly mimeType: string;
      readonly attributes: readonly DocumentAttribute[];
      readonly thumb?: UploadedFileRef;
    };

/** All files of the sandbox: the original content, and the uploads. */
export class FileStore {
  readonly uploads: Uploads;
  /** Calls of upload.getFile and upload.getFileHashes that are being answered. */
  readonly downloads: InFlight;
  /** See FileStoreOptions. */
  readonly redrawsPhotos: boolean;
  readonly #files = new Map<bigint, StoredFile>();
  readonly #made: ((id: bigint) => StoredFile | undefined)[] = [];
  readonly #hashes = new Map<bigint, Promise<string | undefined>>();
  readonly #contents = new Contents();
  readonly #references: FileReferences;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(options: FileStoreOptions) {
    const { clock, random, partLifetimeMs, usedUpload } = options;
    this.#clock = clock;
    this.redrawsPhotos = options.redrawsPhotos ?? false;
    this.#random = random;
    this.#references = new FileReferences(options.referencesExpireAfterReads ?? (() => 0));
    const time = { clock, roundTripMs: options.roundTripMs ?? (() => 0) };
    this.downloads = new InFlight(time);
    this.uploads = new Uploads({
      contents: this.#contents,
      time,
      kept: new KeptBytes(options.keptUploadBytes),
      ...(partLifetimeMs === undefined ? {} : { partLifetimeMs }),
      ...(usedUpload ? { usedUpload } : {}),
    });
  }

  add(source: SourceFile): StoredFile {
    const seed = source.seed ?? this.#random.bytes(12).toString('hex');
    return this.put(
      source.kind === 'photo' ? this.#sourcePhoto(source, seed) : this.#sourceDocument(source, seed),
    );
  }

  /** Adds a file as it is: one of `add`'s, or one from an earlier run's `all()`. */
  put(file: StoredFile): StoredFile {
    this.#files.set(file.id, file);
    if (file.content.kind === 'seed') this.#contents.remember(file.content, file.size);
    return file;
  }

  /** Adds files that nobody holds: each is made whenever it is asked for, always the same. */
  addMade(make: (id: bigint) => StoredFile | undefined): void {
    this.#made.push(make);
  }

  get(id: bigint): StoredFile | undefined {
    const made = (): (StoredFile | undefined)[] => this.#made.map((make) => make(id));
    return this.#files.get(id) ?? made().find((file) => file !== undefined);
  }

  all(): IterableIterator<StoredFile> {
    return this.#files.values();
  }

  /**
   * `length` bytes from `offset` on; of a photo's size or a document's thumbnail if `sizeType` names one. Undefined
   * when there is no such size, or the bytes are lost.
   */
  read(file: StoredFile, offset: number, length: number, sizeType = ''): Buffer | undefined {
    const piece = pieceOf(file, sizeType);
    return piece && this.#contents.read(piece.content, piece.size, offset, length);
  }

  /** Whether its bytes are lost: an upload larger than the sandbox keeps. */
  isLost(file: StoredFile, sizeType = ''): boolean {
    return pieceOf(file, sizeType)?.content.kind === 'lost';
  }

  /**
   * SHA-256 in hexadecimal. A source file's is computed once, in steps that let others run; an upload's was computed
   * from its parts as they came. Undefined when it can't be known: see Upload.sha256.
   */
  async sha256(file: StoredFile): Promise<string | undefined> {
    return this.#hashes.get(file.id) ?? this.#contents.sha256(file.content, file.size);
  }

  /** The valid reference of a file in a message, or a fresh one. `origin` names the message, for example `-1001/42`. */
  referenceFor(file: StoredFile, origin: string): Buffer {
    return this.#references.referenceFor(file.id, origin);
  }

  /** The message in which the file was seen. Refuses with FILE_REFERENCE_EMPTY, _INVALID or _EXPIRED. */
  checkReference(file: StoredFile, reference: Buffer): string {
    return this.#references.check(file.id, reference);
  }

  /** As checkReference, and counts one read by upload.getFile. */
  readReference(file: StoredFile, reference: Buffer): void {
    this.#references.read(file.id, reference);
  }

  /** Expires the references of one file, or all. */
  expireReferences(file?: StoredFile): void {
    this.#references.expire(file?.id);
  }

  /**
   * Turns an upload into a photo or document, for messages.sendMedia and messages.uploadMedia. Refuses as
   * Uploads.assemble does; a photo is also refused with FILE_PARTS_INVALID when it comes as inputFileBig (never for
   * photos: core.telegram.org/api/files, "Streamed uploads"), IMAGE_PROCESS_FAILED when it isn't a picture, and
   * PHOTO_INVALID_DIMENSIONS when width and height make more than 10,000 or their ratio is above 20.
   */
  finish(uploader: Uploader, ref: UploadedFileRef, as: UploadedAs): StoredFile {
    if (as.kind === 'photo' && ref.big) throw new RpcError(400, 'FILE_PARTS_INVALID');
    const assembled = this.uploads.assemble(uploader, ref);
    const file =
      as.kind === 'photo'
        ? this.#uploadedPhoto(assembled, as)
        : this.#uploadedDocument(uploader, assembled, as);
    this.uploads.used(assembled);
    // Known content, proved part by part, has its hash at its source; a photo that was drawn again has another.
    const isAsUploaded = as.kind !== 'photo' || !this.redrawsPhotos;
    if (file.content.kind !== 'seed' && isAsUploaded) this.#hashes.set(file.id, assembled.sha256());
    return this.put(file);
  }

  #sourceDocument(source: SourceFile & { kind: 'document' }, seed: string): StoredFile {
    const { size, mimeType, attributes, dcId, thumb } = source;
    const content = { kind: 'seed', seed, head: headFor(mimeType) } as const;
    const sizes = thumb ? [drawnSize('m', `${seed}/thumb`, thumb)] : [];
    return { kind: 'document', ...this.#identity(), dcId, size, mimeType, attributes, sizes, content };
  }

  #sourcePhoto(source: SourceFile & { kind: 'photo' }, seed: string): StoredFile {
    const { width, height, dcId } = source;
    const head: ContentHead = { kind: 'jpeg', width, height };
    const least = headBytes(head, seed).length;
    const size = source.size ?? least;
    if (size < least)
      throw new RangeError(`A photo of ${width} × ${height} needs ${least} bytes, not ${size}.`);
    const content = { kind: 'seed', seed, head } as const;
    const file = this.#photo(seed, { width, height }, { content, size }, dcId);
    return { ...file, attributes: stickersOf(source) };
  }

  #uploadedPhoto(assembled: AssembledFile, as: UploadedAs & { kind: 'photo' }): StoredFile {
    const { content, size, key } = assembled;
    const bytes = this.#contents.read(content, size, 0, size);
    const image = bytes && imageSize(bytes);
    if (!image) throw new RpcError(400, 'IMAGE_PROCESS_FAILED');
    const [short, long] = [Math.min(image.width, image.height), Math.max(image.width, image.height)];
    if (short < 1 || short + long > 10_000 || long > 20 * short) {
      throw new RpcError(400, 'PHOTO_INVALID_DIMENSIONS');
    }
    const kept = this.redrawsPhotos ? redrawn(assembled, bytes) : { content: assembled.keep(), size };
    const seed = content.kind === 'seed' ? content.seed : key;
    return { ...this.#photo(seed, image, kept, as.dcId), attributes: stickersOf(as), uploadKey: key };
  }

  #photo(
    seed: string,
    image: { width: number; height: number },
    whole: Pick<StoredFile, 'content' | 'size'>,
    dcId: number,
  ): StoredFile {
    const sizes = photoSizes(seed, image, whole.content, whole.size);
    const mimeType = 'image/jpeg';
    return { kind: 'photo', ...this.#identity(), dcId, ...whole, mimeType, attributes: [], sizes };
  }

  #uploadedDocument(
    uploader: Uploader,
    assembled: AssembledFile,
    as: UploadedAs & { kind: 'document' },
  ): StoredFile {
    const thumb = as.thumb && this.#uploadedThumb(uploader, as.thumb);
    return {
      kind: 'document',
      ...this.#identity(),
      dcId: as.dcId,
      size: assembled.size,
      mimeType: as.mimeType || 'application/octet-stream',
      // inputFile.name doesn't become an attribute: voice messages and a phone's videos come without a filename.
      attributes: as.attributes,
      sizes: thumb ? [thumb] : [],
      content: assembled.keep(),
      uploadKey: assembled.key,
    };
  }

  /** Anything other than a small picture is left out, as Telegram does. */
  #uploadedThumb(uploader: Uploader, ref: UploadedFileRef): PhotoSize | undefined {
    const assembled = this.uploads.assemble(uploader, ref);
    this.uploads.used(assembled);
    const { content, size } = assembled;
    if (size > THUMB_BYTES) return undefined;
    const bytes = this.#contents.read(content, size, 0, size);
    const image = bytes && imageSize(bytes);
    return image && { type: 'm', ...image, size, content: assembled.keep() };
  }

  #identity(): Pick<StoredFile, 'id' | 'accessHash' | 'date'> {
    const long = (): bigint => this.#random.bytes(8).readBigUInt64BE() >> 1n;
    return { id: long(), accessHash: long(), date: Math.floor(this.#clock.now() / 1000) };
  }
}

/** The same picture with other bytes. */
function redrawn(
  { content, keep, size }: AssembledFile,
  bytes: Buffer,
): Pick<StoredFile, 'content' | 'size'> {
  if (content.kind === 'seed' && content.head.kind === 'jpeg') {
    const head = { ...content.head, drawn: (content.head.drawn ?? 0) + 1 };
    return { content: { ...content, head }, size: headBytes(head, content.seed).length };
  }
  const kept = keep();
  if (kept.kind === 'lost') return { content: kept, size };
  const again = drawnAgain(bytes);
  return { content: { kind: 'bytes', bytes: again }, size: again.length };
}

function stickersOf({ hasStickers }: { readonly hasStickers?: boolean }): DocumentAttribute[] {
  return hasStickers ? [{ type: 'has-stickers' }] : [];
}

/** The file, or one of its sizes. */
function pieceOf(file: StoredFile, sizeType: string): Pick<StoredFile, 'content' | 'size'> | undefined {
  return sizeType === '' ? file : file.sizes.find(({ type }) => type === sizeType);
}
