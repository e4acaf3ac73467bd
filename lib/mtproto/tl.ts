/** Constructor numbers that a connection uses (core.telegram.org/schema/mtproto, core.telegram.org/schema). */
export const Tl = {
  msg_container: 0x73f1f8dc,
  gzip_packed: 0x3072cfa1,
  rpc_result: 0xf35c6d01,
  rpc_error: 0x2144ca19,
  msgs_ack: 0x62d6b459,
  ping: 0x7abe77ec,
  ping_delay_disconnect: 0xf3427b8c,
  pong: 0x347773c5,
  new_session_created: 0x9ec20908,
  bad_server_salt: 0xedab447b,
  bad_msg_notification: 0xa7eff811,
  get_future_salts: 0xb921bd04,
  future_salts: 0xae500895,
  msg_detailed_info: 0x276d3ec6,
  msg_new_detailed_info: 0x809db6df,
  msgs_state_req: 0xda69fb52,
  msgs_state_info: 0x04deb57d,
  msgs_all_info: 0x8cc0d131,
  msg_resend_req: 0x7d861a08,
  invokeWithLayer: 0xda9b0d0d,
  initConnection: 0xc1cd5ea9,
  'upload.getFile': 0xbe5335be,
  'upload.saveFilePart': 0xb304a621,
  'upload.saveBigFilePart': 0xde7b673d,
  'upload.file': 0x096a18d5,
  'upload.fileCdnRedirect': 0xf18cda44,
  boolTrue: 0x997275b5,
  boolFalse: 0xbc799737,
  vector: 0x1cb5c415,
} as const;

/** Writes TL values one after another into a growing buffer. For heads and service messages, not for parts. */
export class TlWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  /** A constructor number or an int that is never negative. */
  uint(value: number): this {
    this.#length = this.#room(4).writeUInt32LE(value >>> 0, this.#length);
    return this;
  }

  long(value: bigint): this {
    this.#length = this.#room(8).writeBigInt64LE(BigInt.asIntN(64, value), this.#length);
    return this;
  }

  longs(values: readonly bigint[]): this {
    this.uint(Tl.vector).uint(values.length);
    for (const value of values) this.long(value);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** TL's `string` and `bytes`. */
  string(value: string | Uint8Array): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    return this.bytesHead(bytes.length)
      .raw(bytes)
      .raw(Buffer.alloc(bytesTail(bytes.length)));
  }

  /** The bytes in front of `length` bytes of TL's `bytes`; their tail is `bytesTail(length)` zeros. */
  bytesHead(length: number): this {
    if (length < 254) this.#length = this.#room(1).writeUInt8(length, this.#length);
    else this.uint(length * 256 + 254);
    return this;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(count: number): Buffer {
    if (this.#length + count > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.#length + count));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

/** How many zeros follow `length` bytes of TL's `bytes`, so that head, bytes and tail together are a multiple of 4. */
export function bytesTail(length: number): number {
  return -(length + (length < 254 ? 1 : 4)) & 3;
}

/** Where TL's `bytes` at `at` begin and end. Throws RangeError when they don't lie before `limit`. */
export function bytesAt(
  data: Buffer,
  at: number,
  limit: number,
): { readonly start: number; readonly end: number } {
  const short = data.readUInt8(at);
  const start = short < 254 ? at + 1 : at + 4;
  const end = start + (short < 254 ? short : data.readUIntLE(at + 1, 3));
  if (end > limit) throw new RangeError(`TL bytes end at ${end}, their message at ${limit}`);
  return { start, end };
}
