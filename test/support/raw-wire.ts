import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { crc32 } from 'node:zlib';

export type RawFraming = 'abridged' | 'intermediate' | 'padded' | 'full';

const TAGS = { abridged: 0xefefefef, intermediate: 0xeeeeeeee, padded: 0xdddddddd, full: undefined };

/** A client's side of a transport, written separately from the server's, for tests of the wire. */
export class RawWire {
  readonly #socket: Socket;
  readonly #framing: RawFraming;
  #encrypt = (bytes: Buffer): Buffer => bytes;
  #decrypt = (bytes: Buffer): Buffer => bytes;
  #buffer = Buffer.alloc(0);
  #sent = 0;
  #wake = (): void => {};
  #ended = false;
  /** Why the connection broke, if it did. */
  error: NodeJS.ErrnoException | undefined;

  private constructor(socket: Socket, framing: RawFraming) {
    this.#socket = socket;
    this.#framing = framing;
    socket.on('data', (bytes) => {
      this.#buffer = Buffer.concat([this.#buffer, this.#decrypt(bytes)]);
      this.#wake();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  static async open(port: number, framing: RawFraming, obfuscated = false): Promise<RawWire> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    const wire = new RawWire(socket, framing);
    if (obfuscated) wire.#obfuscate();
    else if (framing === 'abridged') socket.write(Buffer.of(0xef));
    else if (framing !== 'full') socket.write(uint32(TAGS[framing] ?? 0));
    return wire;
  }

  /** The bytes of a packet as this transport sends them. */
  frame(payload: Buffer, quickAck = false): Buffer {
    const flag = quickAck ? 0x80000000 : 0;
    if (this.#framing === 'abridged') {
      const words = payload.length / 4;
      const top = quickAck ? 0x80 : 0;
      const head =
        words < 127 ? Buffer.of(words | top) : Buffer.of(127 | top, words, words >> 8, words >> 16);
      return Buffer.concat([head, payload]);
    }
    if (this.#framing === 'intermediate')
      return Buffer.concat([uint32((payload.length | flag) >>> 0), payload]);
    if (this.#framing === 'padded') {
      const padding = randomBytes(payload.length % 16);
      return Buffer.concat([uint32(((payload.length + padding.length) | flag) >>> 0), payload, padding]);
    }
    const body = Buffer.concat([uint32(payload.length + 12), uint32(this.#sent), payload]);
    this.#sent += 1;
    return Buffer.concat([body, uint32(crc32(body))]);
  }

  send(payload: Buffer, quickAck = false): void {
    this.sendRaw(this.frame(payload, quickAck));
  }

  /** Sends bytes that are framed already, or framed wrongly. */
  sendRaw(bytes: Buffer): void {
    this.#socket.write(this.#encrypt(bytes));
  }

  /** The next packet's payload; undefined when the server has closed the connection. */
  async receive(): Promise<Buffer | undefined> {
    for (;;) {
      const packet = this.#take();
      if (packet || this.#ended) return packet;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** The next `count` bytes, whatever they are. */
  async receiveRaw(count: number): Promise<Buffer> {
    while (this.#buffer.length < count && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#cut(count);
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  #take(): Buffer | undefined {
    const { length } = this.#buffer;
    if (this.#framing === 'abridged') {
      const short = length > 0 ? this.#buffer.readUInt8(0) : undefined;
      if (short === undefined || (short === 127 && length < 4)) return undefined;
      const [head, size] = short === 127 ? [4, this.#buffer.readUIntLE(1, 3) * 4] : [1, short * 4];
      return length < head + size ? undefined : this.#cut(head + size).subarray(head);
    }
    if (length < 4) return undefined;
    const size = this.#buffer.readUInt32LE(0);
    if (this.#framing !== 'full') return length < 4 + size ? undefined : this.#cut(4 + size).subarray(4);
    if (length < size) return undefined;
    const packet = this.#cut(size);
    if (crc32(packet.subarray(0, -4)) !== packet.readUInt32LE(size - 4))
      throw new Error('the server sent a wrong CRC32');
    return packet.subarray(8, -4);
  }

  #cut(count: number): Buffer {
    const bytes = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return bytes;
  }

  #obfuscate(): void {
    const header = randomBytes(64);
    header.writeUInt32LE(0x12345678, 0);
    header.writeUInt32LE(0x9abcdef0, 4);
    const reversed = Buffer.from(header.subarray(8, 56)).reverse();
    const cipher = createCipheriv('aes-256-ctr', header.subarray(8, 40), header.subarray(40, 56));
    const decipher = createDecipheriv('aes-256-ctr', reversed.subarray(0, 32), reversed.subarray(32));
    header.writeUInt32LE(TAGS[this.#framing] ?? 0, 56);
    header.writeInt16LE(1, 60);
    cipher.update(header).copy(header, 56, 56);
    this.#socket.write(header);
    this.#encrypt = (bytes) => cipher.update(bytes);
    this.#decrypt = (bytes) => decipher.update(bytes);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
