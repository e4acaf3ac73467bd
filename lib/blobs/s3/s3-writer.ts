import { createHash } from 'node:crypto';
import { MIB, PART_SIZE, partCount } from '../../base/bytes.js';
import { addressOf } from '../address.js';
import { checkComplete, checkPart } from '../check-parts.js';
import { blobDiffers } from '../errors.js';
import type { BlobWriter, NewBlob } from '../store.js';
import { S3Multipart } from './multipart.js';
import type { S3Requests } from './requests.js';

/** S3 takes no piece under 5 MiB but the last, and 10,000 of them: this is enough for 78 GiB. */
const PIECE_SIZE = 8 * MIB;

/**
 * Writes one blob into a bucket. What fits into one piece goes there by one request. Anything longer is a multipart upload under a
 * name of its own, one piece on its way while the next is filled (so it holds 16 MiB at most), and is copied to its address
 * by the server when its hash is known.
 */
export class S3Writer implements BlobWriter {
  readonly #requests: S3Requests;
  readonly #content: NewBlob;
  readonly #signal: AbortSignal;
  readonly #upload: S3Multipart;
  readonly #hash = createHash('sha256');
  #piece: Buffer[] = [];
  #parts = 0;

  constructor(requests: S3Requests, content: NewBlob, name: string, signal: AbortSignal) {
    this.#requests = requests;
    this.#content = content;
    this.#signal = signal;
    this.#upload = new S3Multipart(requests, name, signal);
  }

  get parts(): number {
    return this.#parts;
  }

  async append(bytes: Buffer): Promise<void> {
    this.#signal.throwIfAborted();
    checkPart(this.#content, this.#parts, bytes);
    this.#piece.push(bytes);
    this.#hash.update(bytes);
    this.#parts += 1;
    const isLast = this.#parts === partCount(this.#content.size);
    if (this.#content.size <= PIECE_SIZE) return;
    if (!isLast && this.#piece.length * PART_SIZE < PIECE_SIZE) return;
    const piece = Buffer.concat(this.#piece);
    this.#piece = [];
    await this.#upload.put(piece);
  }

  async finish(): Promise<string> {
    const { key, size, sha256: due } = this.#content;
    checkComplete(this.#content, this.#parts);
    const found = this.#hash.copy().digest('hex');
    if (due !== undefined && due !== found) throw blobDiffers(key, { due, found });
    const name = addressOf(found);
    if (size <= PIECE_SIZE)
      await this.#requests.text({ method: 'PUT', name, body: Buffer.concat(this.#piece) }, this.#signal);
    else await this.#upload.finish(name, size);
    return found;
  }

  async close(): Promise<void> {
    this.#piece = [];
    await this.#upload.close();
  }
}
