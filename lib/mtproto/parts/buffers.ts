import { KIB, MIB, PART_SIZE } from '../../base/bytes.js';
import type { FilePart } from '../../base/file-parts.js';

/** Room for a part and the rest of its message: at most 1,024 bytes of padding, and heads. */
const LARGEST = PART_SIZE + 4 * KIB;
/**
 * What buffers hold, smallest first: each is at least half full, so that a budget's bytes are the process's bytes, within a
 * factor of two. What is shorter still gets memory of its own.
 */
const CAPACITIES = [16, 8, 4, 2, 1].map((share) => LARGEST / share);
const LEAST = LARGEST / 32;
/** How many bytes of free buffers are kept. More are left to the garbage collector. */
const MOST_FREE = 16 * MIB;

/**
 * Memory for messages that carry parts, used again and again: allocating memory for each part would make the garbage
 * collector run for every 64 MB transferred.
 */
export class PartBuffers {
  readonly #free = new Map<number, ArrayBufferLike[]>(CAPACITIES.map((capacity) => [capacity, []]));
  #freeBytes = 0;

  /** `length` bytes with arbitrary content. */
  take(length: number): Buffer {
    const capacity = CAPACITIES.find((each) => length <= each);
    if (capacity === undefined || length < LEAST) return Buffer.allocUnsafeSlow(length);
    const free = this.#free.get(capacity)?.pop();
    if (free) this.#freeBytes -= capacity;
    return Buffer.from(free ?? Buffer.allocUnsafeSlow(capacity).buffer, 0, length);
  }

  /** Returns `buffer`, which came from `take` and which nobody reads any more. */
  giveBack({ buffer }: Buffer): void {
    const free = this.#free.get(buffer.byteLength);
    if (!free || this.#freeBytes + buffer.byteLength > MOST_FREE) return;
    free.push(buffer);
    this.#freeBytes += buffer.byteLength;
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
