import { KIB, MIB } from '../base/bytes.js';
import type { Random } from '../base/random.js';

/** How packets lie in a byte stream: a transport of core.telegram.org/mtproto/mtproto-transports. */
export interface Framing {
  /** The transport's identifier: an obfuscated header contains four of these bytes. */
  readonly tag: number;
  /**
   * Frames the packet that begins in `frame` at FRAME_HEAD_BYTES and whose length is a multiple of 4: writes the head
   * in front of it. Returns where the head begins, and the bytes to send after the packet, if any.
   */
  frame(frame: Buffer): { readonly from: number; readonly tail: Buffer | undefined };
  /**
   * Where the packet that is framed at `at` begins, and its length; undefined until that has arrived. Throws for an
   * impossible head and for a packet of more than `mostBytes`: by default a mebibyte of file, heads and padding.
   */
  head(data: Buffer, at: number, filled: number, mostBytes?: number): PacketPlace | undefined;
  /** A packet without the bytes that the transport has put after it. */
  bare(packet: Buffer): Buffer;
}

export interface PacketPlace {
  readonly start: number;
  readonly length: number;
}

/** A frame has room for this many bytes of framing in front of its packet. */
export const FRAME_HEAD_BYTES = 4;

const MOST_PACKET_BYTES = MIB + 64 * KIB;
/** Abridged: one byte for up to 126 words, else 0x7f and three bytes. */
const LONG = 0x7f;

/** One or four bytes in front of each packet, which count words of four bytes. */
export const abridged: Framing = {
  tag: 0xef,
  frame(frame) {
    const words = (frame.length - FRAME_HEAD_BYTES) / 4;
    const from = words < LONG ? FRAME_HEAD_BYTES - 1 : 0;
    if (from === 0) frame.writeUInt32LE(words * 256 + LONG, 0);
    else frame.writeUInt8(words, from);
    return { from, tail: undefined };
  },
  head(data, at, filled, mostBytes) {
    if (at >= filled) return undefined;
    const first = data.readUInt8(at);
    // From 0x80 on it would be a quick acknowledgement, which is never requested.
    if (first > LONG || first === 0) throw new Error(`no packet begins with the byte ${first}`);
    if (first < LONG) return { start: at + 1, length: first * 4 };
    if (at + FRAME_HEAD_BYTES > filled) return undefined;
    return place(at, data.readUIntLE(at + 1, 3) * 4, mostBytes);
  },
  bare: (packet) => packet,
};

/** The shortest packet: an error's code. */
const LEAST_PACKET_BYTES = 4;
const MOST_PADDING = 15;
/** auth_key_id and msg_key, followed by whole AES blocks. */
const ENCRYPTED_HEAD_BYTES = 24;
const BLOCK_BYTES = 16;
/** auth_key_id, msg_id and the length of the rest. */
const PLAIN_HEAD_BYTES = 20;

/** Four bytes of length in front of each packet, and up to 15 random bytes after it, which the length includes. */
export function paddedIntermediate(random: Random): Framing {
  return {
    tag: 0xdd,
    frame(frame) {
      const tail = random.bytes(random.integer(0, MOST_PADDING));
      frame.writeUInt32LE(frame.length - FRAME_HEAD_BYTES + tail.length, 0);
      return { from: 0, tail: tail.length > 0 ? tail : undefined };
    },
    head(data, at, filled, mostBytes) {
      if (at + FRAME_HEAD_BYTES > filled) return undefined;
      // With its top bit set it would be a quick acknowledgement, which is never requested.
      return place(at, data.readUInt32LE(at), mostBytes);
    },
    bare: (packet) => packet.subarray(0, bareLength(packet)),
  };
}

function place(at: number, length: number, mostBytes = MOST_PACKET_BYTES): PacketPlace {
  if (length < LEAST_PACKET_BYTES || length > mostBytes) {
    throw new Error(`a packet can't have ${length} bytes`);
  }
  return { start: at + FRAME_HEAD_BYTES, length };
}

/** The padding's length isn't written anywhere: the packet's kind shows how many bytes are too many. */
function bareLength(packet: Buffer): number {
  if (packet.length < PLAIN_HEAD_BYTES) return LEAST_PACKET_BYTES;
  if (packet.readBigInt64LE(0) === 0n) {
    return Math.min(packet.length, PLAIN_HEAD_BYTES + packet.readUInt32LE(PLAIN_HEAD_BYTES - 4));
  }
  if (packet.length < ENCRYPTED_HEAD_BYTES) return packet.length;
  return packet.length - ((packet.length - ENCRYPTED_HEAD_BYTES) % BLOCK_BYTES);
}
