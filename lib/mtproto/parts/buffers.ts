import { KIB, PART_SIZE } from '../../base/bytes.js';
import type { FilePart } from '../../base/file-parts.js';

/** A part with what its message has around it: at most 1,024 bytes of padding, and heads. */
const CAPACITY = PART_SIZE + 4 * KIB;
/** What is less than half a buffer gets memory of its own length: a budget's bytes are to be the process's bytes. */
const LEAST = CAPACITY / 2;
/** Free buffers that are kept: 16 MiB. More are left to the garbage collector. */
const MOST_FREE = 32;

/**
 * Memory for messages with parts in them, used again and again: allocating half a megabyte for each part would make the
 * garbage collector run for every 64 MB that pass.
 */
export class PartBuffers {
  readonly #free: ArrayBufferLike[] = [];

  /** `length` bytes with whatever was in them. */
  take(length: number): Buffer {
    if (length > CAPACITY || length < LEAST) return Buffer.allocUnsafeSlow(length);
    return Buffer.from(this.#free.pop() ?? Buffer.allocUnsafeSlow(CAPACITY).buffer, 0, length);
  }

  /** `buffer` came from `take`, and nobody reads it any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.buffer.byteLength === CAPACITY && this.#free.length < MOST_FREE)
      this.#free.push(buffer.buffer);
  }

  /**
   * `bytes` lie in a buffer from `take`, alone. It comes back when the part is released; if it is never released, it
   * stays away.
   */
  part(bytes: Buffer): FilePart {
    let owned = true;
    const release = (): void => {
      if (owned) this.giveBack(bytes);
      owned = false;
    };
    return { bytes, release };
  }
}
