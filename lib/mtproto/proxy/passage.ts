/** The destination that a proxy is asked to reach. */
export interface Target {
  /** A name, which the proxy looks up, or an address. */
  readonly host: string;
  readonly port: number;
}

/** What to do after the proxy's bytes. */
export interface Step {
  /** Bytes to send at once. */
  readonly send?: Buffer;
  /** Present when there is a way through: the bytes that came after the proxy's last. Undefined: not yet. */
  readonly rest?: Buffer;
}

/** One connection's exchange with a proxy before MTProto's first byte: bytes in, bytes out. */
export interface Passage {
  /** The first bytes to send. */
  begin(): Buffer;
  /** Takes bytes from the proxy, split anywhere; they may be overwritten afterwards. Throws ProxyError. */
  take(bytes: Buffer): Step;
}

/** Bytes that have arrived and wait for the rest. */
export class Gathered {
  #bytes: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  /** All of them, left in place. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Takes the next `count`; undefined, with nothing taken, when fewer have arrived. */
  take(count: number): Buffer | undefined {
    if (this.#bytes.length < count) return undefined;
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }
}
