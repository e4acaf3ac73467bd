import { KIB, LARGEST_REQUEST, MIB, PART_SIZE, partCount } from '../../base/bytes.js';
import type { FilePart } from '../../base/file-parts.js';

/** Room for the rest of a message that carries parts: at most 1,024 bytes of padding, and heads. */
const REST = 4 * KIB;
/** Room for a part. */
const OF_PART = PART_SIZE + REST;
/**
 * What buffers hold, smallest first: each is at least half full, so that a budget's bytes are the process's bytes, within a
 * factor of two. What is shorter still gets memory of its own.
 */
const CAPACITIES = [...[16, 8, 4, 2, 1].map((share) => OF_PART / share), LARGEST_REQUEST + REST];
const LEAST = OF_PART / 32;
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
   * The parts, each of PART_SIZE except the last, of `bytes` that alone lie in a buffer from `take`. The buffer comes back when
   * all of them are released; if that never happens, it is lost to the pool.
   */
  parts(bytes: Buffer): FilePart[] {
    let owned = partCount(bytes.length);
    return Array.from({ length: owned }, (_, index) => {
      let isOwned = true;
      const release = (): void => {
        if (!isOwned) return;
        isOwned = false;
        owned -= 1;
        if (owned === 0) this.giveBack(bytes);
      };
      return { bytes: bytes.subarray(index * PART_SIZE, (index + 1) * PART_SIZE), release };
    });
  }
}
