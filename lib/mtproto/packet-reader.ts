import { KIB } from '../base/bytes.js';
import type { Framing } from './framing.js';
import type { PartBuffers } from './parts/buffers.js';

export interface PacketReaderOptions {
  readonly framing: Framing;
  readonly buffers: PartBuffers;
  /** See Framing.head. */
  readonly mostPacketBytes: number | undefined;
  /** See PacketSocketOptions. */
  readonly onPacket: (packet: Buffer, kept: boolean) => void;
}

const SCRATCH_BYTES = 16 * KIB;
/** An incomplete packet that is larger than this is read into memory of its own. */
const SMALL_PACKET_BYTES = 2 * KIB;

/**
 * Reads packets out of a stream of bytes. The bytes of a large packet, except for its first few, go straight to the
 * packet's own memory.
 */
export class PacketReader {
  readonly #options: PacketReaderOptions;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #scratchFilled = 0;
  #packet: Buffer | undefined;
  #packetFilled = 0;
  #stopped = false;

  constructor(options: PacketReaderOptions) {
    this.#options = options;
  }

  /** Where the next bytes belong; never empty, and never past the end of a packet that has its own memory. */
  get space(): Buffer {
    return this.#packet?.subarray(this.#packetFilled) ?? this.#scratch.subarray(this.#scratchFilled);
  }

  /** Notes that `count` bytes have arrived in `space`. Throws for an impossible head, and the errors of onPacket. */
  filled(count: number): void {
    if (this.#packet) this.#fill(this.#packet, count);
    else {
      this.#scratchFilled += count;
      this.#takeWhole();
    }
  }

  /** Takes bytes from elsewhere. Throws as `filled` does. */
  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && !this.#stopped; ) {
      const count = bytes.copy(this.space, 0, at);
      at += count;
      this.filled(count);
    }
  }

  /** Stops handing out packets. */
  stop(): void {
    this.#stopped = true;
  }

  #fill(packet: Buffer, count: number): void {
    this.#packetFilled += count;
    if (this.#packetFilled < packet.length) return;
    this.#packet = undefined;
    this.#options.onPacket(this.#options.framing.bare(packet), true);
  }

  /** Hands out the packets that are complete in the scratch, and starts on the incomplete one. */
  #takeWhole(): void {
    const { framing, buffers, mostPacketBytes, onPacket } = this.#options;
    let at = 0;
    while (!this.#stopped) {
      const head = framing.head(this.#scratch, at, this.#scratchFilled, mostPacketBytes);
      if (!head) break;
      const end = head.start + head.length;
      if (end <= this.#scratchFilled) {
        onPacket(framing.bare(this.#scratch.subarray(head.start, end)), false);
        at = end;
      } else if (head.length > SMALL_PACKET_BYTES) {
        this.#packet = buffers.take(head.length);
        this.#packetFilled = this.#scratch.copy(this.#packet, 0, head.start, this.#scratchFilled);
        at = this.#scratchFilled;
        break;
      } else break;
    }
    this.#scratch.copyWithin(0, at, this.#scratchFilled);
    this.#scratchFilled -= at;
  }
}
