/** The destination that a proxy is asked for. */
export interface Target {
  /** A name, which the proxy looks up, or an address. */
  readonly host: string;
  readonly port: number;
}

/** The next step after the proxy's bytes. */
export interface Step {
  /** To be sent at once. */
  readonly send?: Buffer;
  /** There is a way through; these bytes that came are what lies behind the proxy's last. Undefined: not yet. */
  readonly rest?: Buffer;
}

/** One connection's talk with a proxy before MTProto's first byte: bytes in, bytes out. */
export interface Passage {
  /** The first bytes to send. */
  begin(): Buffer;
  /** Takes bytes of the proxy, cut anywhere; they may be overwritten afterwards. Throws ProxyError. */
  take(bytes: Buffer): Step;
}

/** Bytes that have come and wait for more of their kind. */
export class Gathered {
  #bytes: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** All of them, left in place. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** The next `count`; undefined, and nothing taken, when fewer have come. */
  take(count: number): Buffer | undefined {
    if (this.#bytes.length < count) return undefined;
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }
}
