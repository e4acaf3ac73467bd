import { createHash, randomUUID } from 'node:crypto';
import { type ArrivedPieces, type Completion, S3Multipart } from './multipart.js';
import { Pieces } from './pieces.js';
import { putNew } from './put-object.js';
import type { S3Requests } from './requests.js';
import type { NotedUpload, UploadNotes, WantedObject } from './upload-notes.js';

/** An object to write in pieces. */
export interface ObjectToUpload extends WantedObject {
  /** Below the prefix, with its number if it has one. */
  readonly name: string;
  /** In bytes; above PIECE_SIZE. */
  readonly size: number;
  /** Its type and metadata. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface UploadDoor {
  readonly requests: S3Requests;
  readonly notes: UploadNotes;
}

/** The metadata by which an upload knows its own object. */
const MARK = 'telepi-upload';

/** What has arrived is another content's, or the server's ETags don't say whose. Not every server takes a piece twice. */
export class OtherPiece extends Error {}

/**
 * Writes a long object under its own name, which it has when it is complete and not before. Another process may continue what one that
 * died has left: the parts come again from the first on, and a piece that has arrived with the same MD5 isn't sent again. It
 * holds two pieces at most.
 */
export class ObjectUpload {
  readonly #door: UploadDoor;
  readonly #object: ObjectToUpload;
  readonly #signal: AbortSignal;
  readonly #arrived: ArrivedPieces;
  readonly #hash = createHash('sha256');
  readonly #pieces: Pieces;
  readonly #mark: string;
  #multipart: S3Multipart | undefined;
  #parts = 0;
  #bytesKept = 0;

  private constructor(
    door: UploadDoor,
    object: ObjectToUpload,
    signal: AbortSignal,
    kept:
      | { readonly multipart: S3Multipart; readonly arrived: ArrivedPieces; readonly mark: string }
      | undefined,
  ) {
    this.#door = door;
    this.#object = object;
    this.#signal = signal;
    this.#multipart = kept?.multipart;
    this.#arrived = kept?.arrived ?? new Map();
    this.#mark = kept?.mark ?? randomUUID();
    this.#pieces = new Pieces(object.size, (number, piece) => this.#send(number, piece));
  }

  /** @param noted what UploadNotes knows of the object */
  static async open(
    door: UploadDoor,
    object: ObjectToUpload,
    { noted, signal }: { readonly noted: NotedUpload | undefined; readonly signal: AbortSignal },
  ): Promise<ObjectUpload> {
    if (!noted) return new ObjectUpload(door, object, signal, undefined);
    const multipart = new S3Multipart(door.requests, noted, signal);
    const arrived = await multipart.arrived();
    if (arrived) return new ObjectUpload(door, object, signal, { multipart, arrived, mark: noted.mark });
    await door.notes.forget(object);
    return new ObjectUpload(door, object, signal, undefined);
  }

  /** How many parts were appended. */
  get parts(): number {
    return this.#parts;
  }

  /** Bytes that needn't be sent again. */
  get bytesKept(): number {
    return this.#bytesKept;
  }

  /** Of what was appended, in lower-case hexadecimal. */
  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  /**
   * The next part, whose memory is free when this resolves.
   * @throws OtherPiece, here or in `arrive`: discard the upload, and begin another one.
   */
  async append(part: Buffer): Promise<void> {
    this.#signal.throwIfAborted();
    this.#hash.update(part);
    this.#parts += 1;
    await this.#pieces.add(part);
  }

  /** Resolves when every part has arrived. */
  arrive(): Promise<void> {
    return this.#pieces.sent();
  }

  /** Gives the object its name, unless that is taken. Nothing of the upload is left, whatever it came to. */
  async finish(): Promise<Completion> {
    await this.arrive();
    const multipart = this.#begun();
    const completion = await multipart.complete({
      isNew: true,
      isThere: async () => (await this.#found())?.size === this.#object.size,
      isOwn: () => this.#isOwn(multipart),
    });
    if (completion !== 'done') await multipart.abort();
    await this.#door.notes.forget(this.#object);
    return completion;
  }

  /** Removes what has arrived. Works after the signal has aborted, too. */
  async discard(): Promise<void> {
    await this.leave();
    await this.#multipart?.abort();
    await this.#door.notes.forget(this.#object);
  }

  /** Leaves what has arrived to the next upload of the object. Resolves when nothing is on its way any more. */
  async leave(): Promise<void> {
    await this.#pieces.sent().catch(() => undefined);
  }

  async #send(number: number, piece: Buffer): Promise<void> {
    const multipart = this.#multipart ?? (await this.#begin());
    const arrived = this.#arrived.get(number);
    if (!arrived) return multipart.put(number, piece);
    if (arrived.size !== piece.byteLength || arrived.etag !== md5Of(piece)) throw new OtherPiece();
    multipart.keep(number, arrived.etag);
    this.#bytesKept += piece.byteLength;
  }

  async #begin(): Promise<S3Multipart> {
    const { name, size, headers } = this.#object;
    const marked = { ...headers, [`x-amz-meta-${MARK}`]: this.#mark };
    this.#multipart = await S3Multipart.begin(this.#door.requests, { name, headers: marked }, this.#signal);
    await this.#door.notes.keep(this.#object, { ...this.#multipart.upload, mark: this.#mark, size });
    return this.#multipart;
  }

  #begun(): S3Multipart {
    if (!this.#multipart) throw new RangeError('nothing was appended');
    return this.#multipart;
  }

  /** By its mark; where a server keeps no metadata, by what it is made of. */
  async #isOwn(multipart: S3Multipart): Promise<boolean> {
    const found = await this.#found();
    if (!found) return false;
    const mark = found.metadata[MARK];
    if (mark !== undefined) return mark === this.#mark;
    return found.size === this.#object.size && found.etag === multipart.etag();
  }

  #found() {
    return this.#door.requests.find(this.#object.name, this.#signal);
  }
}

/** Writes a short object at once, under a name that must be free. */
export async function uploadWhole(
  requests: S3Requests,
  { name, headers }: Pick<ObjectToUpload, 'name' | 'headers'>,
  body: Buffer,
  signal: AbortSignal,
): Promise<Completion> {
  const mark = randomUUID();
  const marked = { ...headers, [`x-amz-meta-${MARK}`]: mark };
  const isOwn = async (): Promise<boolean> => {
    const found = await requests.find(name, signal);
    if (!found) return false;
    const known = found.metadata[MARK];
    return known === undefined ? found.etag === md5Of(body) : known === mark;
  };
  return putNew(requests, { name, headers: marked, body, isOwn }, signal);
}

function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
