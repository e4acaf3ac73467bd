/**
 * Bytes as they come from a stream, read in lengths that the reader chooses. A read inside one chunk is a view of it;
 * one over several chunks copies each byte once, however many there are.
 */
export class ByteQueue {
  readonly #chunks: Buffer[] = [];
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next `count` bytes, left in place; undefined when fewer have arrived. */
  peek(count: number): Buffer | undefined {
    if (count > this.#length) return undefined;
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    if (first.length - this.#first >= count) return first.subarray(this.#first, this.#first + count);
    return this.#gather(count);
  }

  /** Takes the next `count` bytes; undefined, with nothing taken, when fewer have arrived. */
  read(count: number): Buffer | undefined {
    const bytes = this.peek(count);
    if (bytes) this.skip(count);
    return bytes;
  }

  /** Drops `count` bytes, which must have arrived, without reading them. */
  skip(count: number): void {
    this.#length -= count;
    let left = count + this.#first;
    let done = 0;
    for (const chunk of this.#chunks) {
      if (left < chunk.length) break;
      left -= chunk.length;
      done += 1;
    }
    this.#chunks.splice(0, done);
    this.#first = left;
  }

  #gather(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    let filled = 0;
    let from = this.#first;
    for (const chunk of this.#chunks) {
      filled += chunk.copy(bytes, filled, from, Math.min(chunk.length, from + count - filled));
      if (filled === count) break;
      from = 0;
    }
    return bytes;
  }
}
