import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Random } from '../../base/random.js';
import type { Framing } from '../framing.js';
import type { Tunnel } from './tunnel.js';

export interface ObfuscationOptions {
  readonly framing: Framing;
  /** The proxy's 16 bytes. */
  readonly secret: Buffer;
  /** The DC to reach: 1 and up, plus 10,000 for a test DC. */
  readonly dcId: number;
  readonly random: Random;
}

const HEADER_BYTES = 64;
const KEY_AT = 8;
const COUNTER_AT = 40;
const TAG_AT = 56;
const DC_AT = 60;
/** The first bytes of other transports, HTTP and TLS: HEAD, POST, GET, OPTI, identifiers, a TLS hello. */
const TAKEN = new Set([0x44414548, 0x54534f50, 0x20544547, 0x4954504f, 0xdddddddd, 0xeeeeeeee, 0x02010316]);
const ABRIDGED = 0xef;

/**
 * Transport obfuscation with a proxy's secret (core.telegram.org/mtproto/mtproto-transports#transport-obfuscation):
 * AES-256-CTR in both directions, by keys that a header of 64 random bytes carries. The header goes out with the first
 * bytes, as Telegram's own clients send it.
 */
export class Obfuscation implements Tunnel {
  readonly framing: Framing;
  readonly #cipher: ReturnType<typeof createCipheriv>;
  readonly #decipher: ReturnType<typeof createDecipheriv>;
  #header: Buffer | undefined;

  constructor({ framing, secret, dcId, random }: ObfuscationOptions) {
    this.framing = framing;
    const header = randomHeader(random);
    header.fill(framing.tag, TAG_AT, DC_AT);
    header.writeInt16LE(dcId, DC_AT);
    const sent = header.subarray(KEY_AT, TAG_AT);
    const received = Buffer.from(sent).reverse();
    this.#cipher = createCipheriv('aes-256-ctr', ...keyAndCounter(sent, secret));
    this.#decipher = createDecipheriv('aes-256-ctr', ...keyAndCounter(received, secret));
    // The key stream covers the header too, but only the header's last bytes are sent encrypted.
    this.#cipher.update(header).copy(header, TAG_AT, TAG_AT);
    this.#header = header;
  }

  wrap(bytes: readonly Buffer[]): Buffer[] {
    const header = this.#header;
    this.#header = undefined;
    return [...(header ? [header] : []), ...bytes.map((each) => this.#cipher.update(each))];
  }

  unwrap(bytes: Buffer, onPlain: (plain: Buffer) => void): void {
    onPlain(this.#decipher.update(bytes));
  }
}

function keyAndCounter(bytes: Buffer, secret: Buffer): [key: Buffer, counter: Buffer] {
  const key = bytes.subarray(0, COUNTER_AT - KEY_AT);
  return [createHash('sha256').update(key).update(secret).digest(), bytes.subarray(COUNTER_AT - KEY_AT)];
}

function randomHeader(random: Random): Buffer {
  for (;;) {
    const header = random.bytes(HEADER_BYTES);
    const isTaken = header[0] === ABRIDGED || TAKEN.has(header.readUInt32LE(0));
    if (!isTaken && header.readUInt32LE(4) !== 0) return header;
  }
}
