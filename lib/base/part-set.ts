/**
 * A set of parts of a file: a bitmap over the indices 0 to `total` - 1. The part of index i is bit i % 8, counted from
 * the lowest, of byte i / 8: 500 bytes represent a file of 4,000 parts.
 */
export class PartSet implements Iterable<number> {
  /** How many parts the file has. */
  readonly total: number;
  readonly #bits: Buffer;
  #size = 0;

  /** `total`: a whole number, 0 or more; else a RangeError. */
  constructor(total: number) {
    if (!Number.isSafeInteger(total) || total < 0) {
      throw new RangeError(`A file has a whole number of parts, 0 or more, not ${total}.`);
    }
    this.total = total;
    this.#bits = Buffer.alloc(Math.ceil(total / 8));
  }

  /** The set of `indices`, in any order. Throws a RangeError as `add` does. */
  static of(total: number, indices: Iterable<number>): PartSet {
    const set = new PartSet(total);
    for (const index of indices) set.add(index);
    return set;
  }

  /** The set of all parts of a file that has `total` parts. */
  static full(total: number): PartSet {
    return PartSet.of(total, Array(total).keys());
  }

  /** The set that `toBytes` wrote for a file of `total` parts; a RangeError when it can't have. */
  static fromBytes(total: number, bytes: Uint8Array): PartSet {
    const set = new PartSet(total);
    if (bytes.length !== set.#bits.length) {
      throw new RangeError(
        `The bitmap of ${total} parts has ${set.#bits.length} bytes, not ${bytes.length}.`,
      );
    }
    for (let index = 0; index < bytes.length * 8; index += 1) {
      if (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) set.add(index);
    }
    return set;
  }

  /** How many parts are in it. */
  get size(): number {
    return this.#size;
  }

  /** False for an index that the file doesn't have. */
  has(index: number): boolean {
    return this.#covers(index) && this.#bit(index);
  }

  /** Throws a RangeError when the file has no part `index`. */
  add(index: number): void {
    this.#require(index);
    if (this.#bit(index)) return;
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) | (1 << (index & 7));
    this.#size += 1;
  }

  /** Throws a RangeError when the file has no part `index`. */
  delete(index: number): void {
    this.#require(index);
    if (!this.#bit(index)) return;
    this.#bits[index >> 3] = (this.#bits[index >> 3] ?? 0) & ~(1 << (index & 7));
    this.#size -= 1;
  }

  /** The indices in it, ascending. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let index = 0; index < this.total; index += 1) if (this.#bit(index)) yield index;
  }

  /** The stretches that are missing from it, ascending and as long as possible: `count` parts from `first` on. */
  *missing(): IterableIterator<{ readonly first: number; readonly count: number }> {
    for (let first = 0; first < this.total; first += 1) {
      if (this.#bit(first)) continue;
      let end = first + 1;
      while (end < this.total && !this.#bit(end)) end += 1;
      yield { first, count: end - first };
      first = end;
    }
  }

  /** A copy of the bitmap: total / 8 bytes, rounded up; bits beyond the last part are 0. */
  toBytes(): Buffer {
    return Buffer.from(this.#bits);
  }

  #covers(index: number): boolean {
    return Number.isSafeInteger(index) && index >= 0 && index < this.total;
  }

  #require(index: number): void {
    if (!this.#covers(index)) throw new RangeError(`A file of ${this.total} parts has no part ${index}.`);
  }

  #bit(index: number): boolean {
    return (((this.#bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
  }
}
