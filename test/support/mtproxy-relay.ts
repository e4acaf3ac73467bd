import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { ObfuscatedEnd, record, serverHello, timeInHello } from './mtproxy-end.js';

const HELLO_BYTES = 517;
const HEADER_BYTES = 64;
const RECORD_HEAD_BYTES = 5;
/** How a TLS hello begins; the random bytes of a plain header never do. */
const HELLO_START = 0x16030102;
const MOST_RECORD_BYTES = 16_384;

/**
 * An MTProxy in front of one server, for machines without a real one: it accepts each cover, and is silent to a wrong
 * secret.
 */
export class MtProxyRelay {
  readonly #secret: Buffer;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(secret: Buffer, target: number) {
    this.#secret = secret;
    this.#target = target;
    this.#server = createServer(
      (client) => void this.#serve(this.#keep(client)).catch(() => client.destroy()),
    );
  }

  static async start(secret: Buffer, target: number): Promise<MtProxyRelay> {
    const relay = new MtProxyRelay(secret, target);
    await once(relay.#server.listen(0, '127.0.0.1'), 'listening');
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(client: Socket): Promise<void> {
    const bytes = new Incoming(client);
    const inTls = (await bytes.peek(4)).readUInt32BE() === HELLO_START;
    if (inTls) {
      const hello = await bytes.read(HELLO_BYTES);
      if (timeInHello(hello, this.#secret) === undefined) return;
      client.write(serverHello(hello, this.#secret));
    }
    const plain = inTls ? await firstRecord(bytes) : await bytes.read(HEADER_BYTES);
    const end = new ObfuscatedEnd(plain.subarray(0, HEADER_BYTES), this.#secret);
    const { tag } = end.header;
    if (tag !== 0xefefefef && tag !== 0xdddddddd) return;
    const server = this.#keep(connect(this.#target, '127.0.0.1'));
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    server.on('data', (data: Buffer) => client.write(inTls ? inRecords(end.seal(data)) : end.seal(data)));
    server.write(tag === 0xefefefef ? Buffer.of(0xef) : Buffer.alloc(4, 0xdd));
    server.write(end.open(plain.subarray(HEADER_BYTES)));
    for (;;) server.write(end.open(inTls ? await nextRecord(bytes) : await bytes.some()));
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    return socket.on('close', () => this.#sockets.delete(socket));
  }
}

/** A socket's bytes, in lengths that the reader chooses. */
class Incoming {
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]();
  }

  async peek(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) await this.#more();
    return this.#bytes.subarray(0, count);
  }

  async some(): Promise<Buffer> {
    await this.peek(1);
    return this.read(this.#bytes.length);
  }

  async read(count: number): Promise<Buffer> {
    const read = await this.peek(count);
    this.#bytes = this.#bytes.subarray(count);
    return read;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next();
    if (done) throw new Error('the client has gone');
    this.#bytes = Buffer.concat([this.#bytes, value]);
  }
}

/** A client sends ChangeCipherSpec first. */
async function firstRecord(bytes: Incoming): Promise<Buffer> {
  await nextRecord(bytes);
  return nextRecord(bytes);
}

async function nextRecord(bytes: Incoming): Promise<Buffer> {
  const head = await bytes.read(RECORD_HEAD_BYTES);
  return bytes.read(head.readUInt16BE(3));
}

function inRecords(bytes: Buffer): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += MOST_RECORD_BYTES)
    records.push(record(0x17, bytes.subarray(at, at + MOST_RECORD_BYTES)));
  return Buffer.concat(records);
}
