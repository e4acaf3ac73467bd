import { createHash } from 'node:crypto';
import { addressOf } from '../address.js';
import { checkComplete, checkPart } from '../check-parts.js';
import { blobDiffers } from '../errors.js';
import type { BlobWriter, NewBlob } from '../store.js';
import { notKept } from './errors.js';
import { S3Multipart } from './multipart.js';
import { PIECE_SIZE, Pieces } from './pieces.js';
import type { S3Requests } from './requests.js';

/** How long the removal of what isn't wanted any more may take, in ms. */
const REMOVAL_MS = 10_000;

/**
 * Writes one blob into a bucket. What fits into one piece goes there by one request. Anything longer is a multipart upload under a
 * name of its own, and is copied to its address by the server when its hash is known.
 */
export class S3Writer implements BlobWriter {
  readonly #requests: S3Requests;
  readonly #content: NewBlob;
  readonly #name: string;
  readonly #signal: AbortSignal;
  readonly #pieces: Pieces;
  readonly #hash = createHash('sha256');
  #upload: S3Multipart | undefined;
  #whole: Buffer = Buffer.alloc(0);
  #hasObject = false;
  #parts = 0;

  constructor(requests: S3Requests, content: NewBlob, name: string, signal: AbortSignal) {
    this.#requests = requests;
    this.#content = content;
    this.#name = name;
    this.#signal = signal;
    this.#pieces = new Pieces(content.size, (number, piece) => this.#send(number, piece));
  }

  get parts(): number {
    return this.#parts;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#signal.throwIfAborted();
    checkPart(this.#content, this.#parts, bytes);
    this.#hash.update(bytes);
    this.#parts += 1;
    await this.#pieces.add(bytes);
  }

  async finish(): Promise<string> {
    const { key, sha256: due } = this.#content;
    checkComplete(this.#content, this.#parts);
    await this.#pieces.sent();
    const found = this.#hash.copy().digest('hex');
    if (due !== undefined && due !== found) throw blobDiffers(key, { due, found });
    const name = addressOf(found);
    if (this.#upload) await this.#publish(this.#upload, name);
    else await this.#requests.text({ method: 'PUT', name, body: this.#whole }, this.#signal);
    return found;
  }

  /** Leaves nothing under the upload's own name. Works after the signal has aborted, too. */
  async close(): Promise<void> {
    await this.#pieces.sent().catch(() => undefined);
    const upload = this.#upload;
    const hasObject = this.#hasObject;
    this.#upload = undefined;
    this.#hasObject = false;
    await upload?.abort();
    if (!hasObject) return;
    const request = { method: 'DELETE', name: this.#name, expected: [404] } as const;
    await this.#requests.text(request, AbortSignal.timeout(REMOVAL_MS));
  }

  async #send(number: number, piece: Buffer): Promise<void> {
    if (this.#content.size <= PIECE_SIZE) {
      this.#whole = piece;
      return;
    }
    this.#upload ??= await S3Multipart.begin(this.#requests, { name: this.#name }, this.#signal);
    await this.#upload.put(number, piece);
  }

  async #publish(upload: S3Multipart, name: string): Promise<void> {
    this.#hasObject = true;
    const isThere = () => this.#isThere(this.#name);
    if ((await upload.complete({ isNew: false, isThere, isOwn: isThere })) !== 'done')
      throw notKept(this.#requests.words);
    this.#upload = undefined;
    const headers = { 'x-amz-copy-source': this.#requests.source(this.#name) };
    await this.#requests.text({ method: 'PUT', name, headers, isSlow: true }, this.#signal);
    if (!(await this.#isThere(name))) throw notKept(this.#requests.words);
  }

  /** The name of its own has no other object, so its length says enough. */
  async #isThere(name: string): Promise<boolean> {
    return (await this.#requests.find(name, this.#signal))?.size === this.#content.size;
  }
}
