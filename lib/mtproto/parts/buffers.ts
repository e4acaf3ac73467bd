import { KIB, PART_SIZE } from '../../base/bytes.js';
import type { FilePart } from '../../base/file-parts.js';

/** Room for a part and the rest of its message: at most 1,024 bytes of padding, and heads. */
const CAPACITY = PART_SIZE + 4 * KIB;
/**
 * Anything shorter than half a buffer gets memory of its own length, so that a budget's bytes are the process's bytes.
 */
const LEAST = CAPACITY / 2;
/** How many free buffers are kept: 16 MiB. More are left to the garbage collector. */
const MOST_FREE = 32;

/**
 * Memory for messages that carry parts, used again and again: allocating half a megabyte for each part would make the
 * garbage collector run for every 64 MB transferred.
 */
export class PartBuffers {
  readonly #free: ArrayBufferLike[] = [];

  /** `length` bytes with arbitrary content. */
  take(length: number): Buffer {
    if (length > CAPACITY || length < LEAST) return Buffer.allocUnsafeSlow(length);
    return Buffer.from(this.#free.pop() ?? Buffer.allocUnsafeSlow(CAPACITY).buffer, 0, length);
  }

  /** Returns `buffer`, which came from `take` and which nobody reads any more. */
  giveBack(buffer: Buffer): void {
    if (buffer.buffer.byteLength === CAPACITY && this.#free.length < MOST_FREE)
      this.#free.push(buffer.buffer);
  }

  /**
   * A part whose `bytes` alone lie in a buffer from `take`. The buffer comes back when the part is released; if that
   * never happens, it is lost to the pool.
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
