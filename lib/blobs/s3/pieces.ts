import { MIB } from '../../base/bytes.js';

/** S3 takes no piece under 5 MiB but the last, and 10,000 of them: this is enough for 78 GiB. */
export const PIECE_SIZE = 8 * MIB;

/**
 * Makes pieces of a file's parts, and has one on its way while the next is filled. The parts are copied, so their memory is free as
 * soon as they are added.
 */
export class Pieces {
  readonly #size: number;
  readonly #send: (number: number, piece: Buffer) => Promise<void>;
  #filling: Buffer;
  #spare: Buffer | undefined;
  #filled = 0;
  #added = 0;
  #number = 0;
  #underWay: Promise<void> = Promise.resolve();

  /**
   * @param size the whole file's, in bytes
   * @param send sends a piece, whose number counts from 1 and whose bytes change once it has resolved
   */
  constructor(size: number, send: (number: number, piece: Buffer) => Promise<void>) {
    this.#size = size;
    this.#send = send;
    this.#filling = Buffer.allocUnsafeSlow(Math.min(size, PIECE_SIZE));
  }

  /** Resolves when there is room for the next part. Rejects when a piece could not be sent. */
  async add(part: Buffer): Promise<void> {
    part.copy(this.#filling, this.#filled);
    this.#filled += part.byteLength;
    this.#added += part.byteLength;
    if (this.#filled < PIECE_SIZE && this.#added < this.#size) return;
    await this.#underWay;
    const piece = this.#filling.subarray(0, this.#filled);
    const left = this.#size - this.#added;
    const next =
      left === 0 ? Buffer.alloc(0) : (this.#spare ?? Buffer.allocUnsafeSlow(Math.min(left, PIECE_SIZE)));
    this.#spare = this.#filling;
    this.#filling = next;
    this.#filled = 0;
    this.#number += 1;
    this.#underWay = this.#send(this.#number, piece);
    // A failure is thrown by whatever comes next.
    this.#underWay.catch(() => undefined);
  }

  /** Resolves when every piece has arrived. */
  sent(): Promise<void> {
    return this.#underWay;
  }
}
