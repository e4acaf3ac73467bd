import { crc32 } from 'node:zlib';
import type { Random } from '../../base/random.js';
import type { ByteQueue } from './byte-queue.js';

/** One packet of a transport, without its framing. */
export interface Packet {
  readonly payload: Buffer;
  /** Whether the client asked for a quick acknowledgement. */
  readonly quickAck: boolean;
  /** Whether up to 15 bytes at the payload's end may be the transport's own padding. */
  readonly padded: boolean;
}

/** How packets lie in a byte stream: one of the transports of core.telegram.org/mtproto/mtproto-transports. */
export interface Framing {
  readonly name: 'abridged' | 'intermediate' | 'padded intermediate' | 'full';
  /** Takes the next whole packet; undefined until all of it has arrived. Throws FramingError when it can't be one. */
  read(queue: ByteQueue): Packet | undefined;
  /** The packet of a payload given in pieces, as pieces. The payload's length is a multiple of 4. */
  write(payload: readonly Buffer[]): Buffer[];
  /** A quick acknowledgement's token, its top bit set; undefined if the transport has none. */
  writeQuickAck(token: number): Buffer | undefined;
}

/** The stream is not what its first bytes announced, or a packet is larger than any that Telegram accepts. */
export class FramingError extends Error {
  override name = 'FramingError';
}

/** The largest accepted packet, in bytes. A container holds at most 1,044,456 bytes, a part 524,288. */
export const MAX_PACKET_BYTES = 2 * 1024 * 1024;

const QUICK_ACK = 0x80000000;

export function abridgedFraming(): Framing {
  return {
    name: 'abridged',
    read(queue) {
      const short = queue.peek(1);
      if (!short) return undefined;
      const words = short.readUInt8(0) & 0x7f;
      const quickAck = short.readUInt8(0) > 0x7f;
      if (words < 0x7f) return take(queue, 1, words * 4, quickAck, false);
      const head = queue.peek(4);
      return head && take(queue, 4, head.readUIntLE(1, 3) * 4, quickAck, false);
    },
    write(payload) {
      const words = byteLength(payload) / 4;
      const head = Buffer.alloc(words < 0x7f ? 1 : 4, Math.min(words, 0x7f));
      if (words >= 0x7f) head.writeUIntLE(words, 1, 3);
      return [head, ...payload];
    },
    writeQuickAck(token) {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE((token | QUICK_ACK) >>> 0);
      return bytes;
    },
  };
}

export function intermediateFraming(): Framing {
  return {
    name: 'intermediate',
    read: (queue) => readIntermediate(queue, false),
    write: (payload) => [uint32(byteLength(payload)), ...payload],
    writeQuickAck: (token) => uint32((token | QUICK_ACK) >>> 0),
  };
}

/** Each packet ends in 0 to 15 random bytes, which its length counts. */
export function paddedIntermediateFraming(random: Random): Framing {
  return {
    name: 'padded intermediate',
    read: (queue) => readIntermediate(queue, true),
    write(payload) {
      const padding = random.bytes(random.integer(0, 15));
      return [uint32(byteLength(payload) + padding.length), ...payload, padding];
    },
    writeQuickAck: (token) => uint32((token | QUICK_ACK) >>> 0),
  };
}

/** Length, sequence number and CRC32 around each packet; both sides count packets from 0. */
export function fullFraming(): Framing {
  let received = 0;
  let sent = 0;
  return {
    name: 'full',
    read(queue) {
      const total = queue.peek(4)?.readUInt32LE(0);
      if (total === undefined) return undefined;
      if (total < 12 || total % 4 !== 0) throw new FramingError(`a full packet can't have ${total} bytes`);
      checkSize(total);
      const packet = queue.read(total);
      if (!packet) return undefined;
      if (packet.readUInt32LE(4) !== received) throw new FramingError(`packet ${received} is missing`);
      if (packet.readUInt32LE(total - 4) !== crc32(packet.subarray(0, total - 4))) {
        throw new FramingError(`packet ${received} fails its CRC32`);
      }
      received += 1;
      return { payload: packet.subarray(8, total - 4), quickAck: false, padded: false };
    },
    write(payload) {
      const head = Buffer.alloc(8);
      head.writeUInt32LE(byteLength(payload) + 12, 0);
      head.writeUInt32LE(sent, 4);
      sent += 1;
      const crc = [head, ...payload].reduce((sum, piece) => crc32(piece, sum), 0);
      return [head, ...payload, uint32(crc)];
    },
    writeQuickAck: () => undefined,
  };
}

function readIntermediate(queue: ByteQueue, padded: boolean): Packet | undefined {
  const length = queue.peek(4)?.readUInt32LE(0);
  if (length === undefined) return undefined;
  return take(queue, 4, length & ~QUICK_ACK, length >= QUICK_ACK, padded);
}

function take(
  queue: ByteQueue,
  headLength: number,
  length: number,
  quickAck: boolean,
  padded: boolean,
): Packet | undefined {
  checkSize(length);
  if (queue.length < headLength + length) return undefined;
  queue.skip(headLength);
  return { payload: queue.read(length) ?? Buffer.alloc(0), quickAck, padded };
}

function checkSize(length: number): void {
  if (length > MAX_PACKET_BYTES) throw new FramingError(`a packet of ${length} bytes is too large`);
}

function byteLength(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
