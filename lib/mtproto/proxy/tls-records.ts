import type { Framing } from '../framing.js';
import type { Tunnel } from './tunnel.js';

/** The size at which Telegram's own clients cut them (TDLib's MAX_TLS_PACKET_LENGTH). */
const MOST_RECORD_BYTES = 2878;
const HEAD_BYTES = 5;
const APPLICATION_DATA = 0x17;
const CHANGE_CIPHER = 0x14;
const CHANGE_CIPHER_RECORD = Buffer.of(CHANGE_CIPHER, 3, 3, 0, 1, 1);

/** TLS records around another tunnel's bytes: application data, and one ChangeCipherSpec in front of the first. */
export class TlsRecords implements Tunnel {
  readonly framing: Framing;
  readonly #inner: Tunnel;
  #begun = false;
  /** The head of the current record, as far as it has arrived, and how many of the record's bytes are due. */
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headFilled = 0;
  #left = 0;

  constructor(inner: Tunnel) {
    this.framing = inner.framing;
    this.#inner = inner;
  }

  wrap(bytes: readonly Buffer[]): Buffer[] {
    const records: Buffer[] = this.#begun ? [] : [CHANGE_CIPHER_RECORD];
    this.#begun = true;
    let room = 0;
    let head: Buffer | undefined;
    for (const piece of this.#inner.wrap(bytes)) {
      for (let at = 0; at < piece.length; ) {
        if (room === 0 || !head) {
          head = Buffer.of(APPLICATION_DATA, 3, 3, 0, 0);
          records.push(head);
          room = MOST_RECORD_BYTES;
        }
        const slice = piece.subarray(at, at + room);
        records.push(slice);
        at += slice.length;
        room -= slice.length;
        head.writeUInt16BE(MOST_RECORD_BYTES - room, 3);
      }
    }
    return records;
  }

  unwrap(bytes: Buffer, onPlain: (plain: Buffer) => void): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left === 0) {
        at = this.#takeHead(bytes, at);
        continue;
      }
      const slice = bytes.subarray(at, at + this.#left);
      at += slice.length;
      this.#left -= slice.length;
      if (this.#head[0] === APPLICATION_DATA) this.#inner.unwrap(slice, onPlain);
    }
  }

  #takeHead(bytes: Buffer, at: number): number {
    const count = bytes.copy(this.#head, this.#headFilled, at);
    this.#headFilled += count;
    if (this.#headFilled < HEAD_BYTES) return at + count;
    this.#headFilled = 0;
    const [kind, major, minor] = this.#head;
    const isKnown = kind === APPLICATION_DATA || kind === CHANGE_CIPHER;
    if (!isKnown || major !== 3 || minor !== 3)
      throw new Error(`the proxy sent a TLS record of kind ${kind}`);
    this.#left = this.#head.readUInt16BE(3);
    return at + count;
  }
}
