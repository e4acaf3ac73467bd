import { Tl } from './constructors.js';

/**
 * The few TL constructors of MTProto itself are read and written here by hand: the sandbox must not share the client
 * library's mistakes in the layer that carries everything; here nonces are bytes and ids native numbers.
 */
export class TlReader {
  readonly bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  int(): number {
    const value = this.bytes.readInt32LE(this.offset);
    this.offset += 4;
    return value;
  }

  uint(): number {
    return this.int() >>> 0;
  }

  long(): bigint {
    const value = this.bytes.readBigInt64LE(this.offset);
    this.offset += 8;
    return value;
  }

  /** `count` bytes as a view. Throws RangeError when there are fewer. */
  raw(count: number): Buffer {
    if (count < 0 || count > this.remaining)
      throw new RangeError(`${count} bytes are wanted, ${this.remaining} left`);
    const bytes = this.bytes.subarray(this.offset, this.offset + count);
    this.offset += count;
    return bytes;
  }

  /** TL `bytes` or `string`, as a view. */
  string(): Buffer {
    const first = this.raw(1).readUInt8(0);
    const length = first === 254 ? this.raw(3).readUIntLE(0, 3) : first;
    const value = this.raw(length);
    this.raw(bytesTail(length).length);
    return value;
  }

  longs(): bigint[] {
    if (this.uint() !== Tl.vector) throw new RangeError('a Vector<long> is wanted');
    const count = this.int();
    if (count < 0 || count * 8 > this.remaining)
      throw new RangeError(`a vector can't have ${count} longs here`);
    return Array.from({ length: count }, () => this.long());
  }
}

export class TlWriter {
  readonly #pieces: Buffer[] = [];

  uint(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    return this.raw(bytes);
  }

  long(value: bigint): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt.asIntN(64, value));
    return this.raw(bytes);
  }

  raw(bytes: Buffer): this {
    this.#pieces.push(bytes);
    return this;
  }

  string(value: Buffer | string): this {
    const bytes = Buffer.from(value);
    return this.bytesHead(bytes.length).raw(bytes).raw(bytesTail(bytes.length));
  }

  /** Writes the bytes in front of a `string` of `length` bytes. */
  bytesHead(length: number): this {
    return length < 254 ? this.raw(Buffer.of(length)) : this.uint(length * 256 + 254);
  }

  longs(values: readonly bigint[]): this {
    this.uint(Tl.vector).uint(values.length);
    for (const value of values) this.long(value);
    return this;
  }

  finish(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

/** The bytes after a `string` of `length` bytes. */
export function bytesTail(length: number): Buffer {
  return Buffer.alloc(-(length + (length < 254 ? 1 : 4)) & 3);
}
