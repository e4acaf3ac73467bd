import { connect, type Socket } from 'node:net';
import { KIB, MIB } from '../base/bytes.js';
import type { PartBuffers } from './parts/buffers.js';

export interface PacketSocketOptions {
  readonly host: string;
  readonly port: number;
  readonly buffers: PartBuffers;
  /** The largest packet that is taken. Default: a mebibyte of file, heads and padding. Bytes. */
  readonly mostPacketBytes?: number;
  /**
   * One packet, its framing taken off. `kept`: it is the receiver's, in memory from `buffers`; otherwise it is gone
   * when the call returns. May throw: the connection closes with that error.
   */
  readonly onPacket: (packet: Buffer, kept: boolean) => void;
  readonly onOpen: () => void;
  /** Called once, however it ends. */
  readonly onClose: (reason: Error) => void;
}

/** In front of a frame's packet there is room for this many bytes of framing. */
export const FRAME_HEAD_BYTES = 4;

/** The largest packet that a server may send: a mebibyte of file, heads and padding. */
const MOST_PACKET_BYTES = MIB + 64 * KIB;
const SCRATCH_BYTES = 16 * KIB;
/** A packet that hasn't come whole and is larger than this is read into memory of its own. */
const SMALL_PACKET_BYTES = 2 * KIB;
/** Abridged framing (core.telegram.org/mtproto/mtproto-transports): a byte for up to 126 words, else 0x7f and three. */
const ABRIDGED = 0xef;
const LONG = 0x7f;

/**
 * A TCP connection in abridged framing, as the main connection has it. The kernel's bytes go straight to where they
 * are wanted: those of a large packet, but for its first few, into the packet's own memory.
 */
export class PacketSocket {
  readonly #options: PacketSocketOptions;
  readonly #socket: Socket;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  #scratchFilled = 0;
  #packet: Buffer | undefined;
  #packetFilled = 0;
  #closed = false;

  constructor(options: PacketSocketOptions) {
    this.#options = options;
    const { host, port, onOpen } = options;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: () => this.#space(),
        callback: (count) => this.#read(count),
      },
    });
    this.#socket.once('connect', () => {
      this.#socket.write(Buffer.of(ABRIDGED));
      onOpen();
    });
    this.#socket.once('error', (error) => this.close(error));
    this.#socket.once('end', () => this.close(new Error('the server closed the connection')));
    this.#socket.once('close', () => this.close(new Error('the connection closed')));
  }

  /** Bytes that have come from the kernel, and that it has taken. */
  get bytesMoved(): number {
    return bytesMoved(this.#socket);
  }

  /** Bytes that were written and that the kernel has not taken. */
  get bytesUnsent(): number {
    return this.#socket.writableLength;
  }

  /**
   * Sends `frame`'s packet, which begins at FRAME_HEAD_BYTES and whose length divides by 4. `sent` is called when the
   * frame's memory is free again, also after a failure. Answers how many bytes that are.
   */
  write(frame: Buffer, sent: () => void): number {
    const words = (frame.length - FRAME_HEAD_BYTES) / 4;
    const from = words < LONG ? FRAME_HEAD_BYTES - 1 : 0;
    if (from === 0) frame.writeUInt32LE(words * 256 + LONG, 0);
    else frame.writeUInt8(words, from);
    this.#socket.write(from === 0 ? frame : frame.subarray(from), sent);
    return frame.length - from;
  }

  close(reason: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.on('error', () => {});
    this.#socket.destroy();
    this.#options.onClose(reason);
  }

  /** Where the next bytes belong. Never past the end of a packet that is read into its own memory. */
  #space(): Buffer {
    return this.#packet?.subarray(this.#packetFilled) ?? this.#scratch.subarray(this.#scratchFilled);
  }

  #read(count: number): boolean {
    if (this.#closed) return false;
    try {
      if (this.#packet) this.#fill(this.#packet, count);
      else {
        this.#scratchFilled += count;
        this.#takeWhole();
      }
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
    }
    return !this.#closed;
  }

  #fill(packet: Buffer, count: number): void {
    this.#packetFilled += count;
    if (this.#packetFilled < packet.length) return;
    this.#packet = undefined;
    this.#options.onPacket(packet, true);
  }

  /** Hands out the packets that lie whole in the scratch, and begins with the one that doesn't. */
  #takeWhole(): void {
    let at = 0;
    while (!this.#closed) {
      const head = frameHead(this.#scratch, at, this.#scratchFilled, this.#options.mostPacketBytes);
      if (!head) break;
      const end = head.start + head.length;
      if (end <= this.#scratchFilled) {
        this.#options.onPacket(this.#scratch.subarray(head.start, end), false);
        at = end;
      } else if (head.length > SMALL_PACKET_BYTES) {
        this.#packet = this.#options.buffers.take(head.length);
        this.#packetFilled = this.#scratch.copy(this.#packet, 0, head.start, this.#scratchFilled);
        at = this.#scratchFilled;
        break;
      } else break;
    }
    this.#scratch.copyWithin(0, at, this.#scratchFilled);
    this.#scratchFilled -= at;
  }
}

/** Of the handle where there is one: it knows how much of a write the kernel has taken, which may take minutes. */
function bytesMoved(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const [read, written, queued] = ['bytesRead', 'bytesWritten', 'writeQueueSize'].map((name) =>
    typeof handle === 'object' && handle !== null ? Number(Reflect.get(handle, name)) : Number.NaN,
  );
  const moved = (read ?? 0) + (written ?? 0) - (queued ?? 0);
  return Number.isFinite(moved) ? moved : socket.bytesRead + socket.bytesWritten;
}

/** Where the packet that is framed at `at` begins, and its length; undefined when that hasn't come yet. */
function frameHead(
  data: Buffer,
  at: number,
  filled: number,
  mostBytes = MOST_PACKET_BYTES,
): { readonly start: number; readonly length: number } | undefined {
  if (at >= filled) return undefined;
  const first = data.readUInt8(at);
  // From 0x80 on it would be a quick acknowledgement, which nobody has asked for.
  if (first > LONG || first === 0) throw new Error(`no packet begins with the byte ${first}`);
  if (first < LONG) return { start: at + 1, length: first * 4 };
  if (at + FRAME_HEAD_BYTES > filled) return undefined;
  const length = data.readUIntLE(at + 1, 3) * 4;
  if (length > mostBytes) throw new Error(`a packet of ${length} bytes is too large`);
  return { start: at + FRAME_HEAD_BYTES, length };
}
