import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../lib/base/clock.js';
import { systemRandom } from '../../lib/base/random.js';
import { chooseCrypto } from '../../lib/crypto/choose.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { openEnvelope, sealEnvelope } from '../../lib/sandbox/mtproto/envelope.js';
import { serverMsgId } from '../../lib/sandbox/mtproto/outbox.js';
import { TlReader, TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import { unwrap } from '../../lib/sandbox/mtproto/wrappers.js';
import type { TlObject } from '../../lib/sandbox/tl.js';
import { Transport } from '../../lib/sandbox/wire/transport.js';

const crypto = chooseCrypto('js');

/** A client's message as it came. */
export interface Heard {
  readonly from: ServerEnd;
  readonly msgId: bigint;
  readonly seqno: number;
  readonly salt: bigint;
  readonly sessionId: bigint;
  readonly kind: number;
  readonly body: Buffer;
  /** An upload.* request without its wrappers. */
  readonly request: TlObject | undefined;
  /** Whether it came inside invokeWithLayer and initConnection. */
  readonly introduced: boolean;
}

/** The ways in which a test may make the server deviate from a good one. */
export interface Said {
  readonly msgId?: bigint;
  readonly seqno?: number;
  readonly sessionId?: bigint;
  readonly key?: Buffer;
  readonly keyId?: bigint;
  /** Changes the packet before it is framed. */
  readonly twist?: (packet: Buffer) => Buffer;
}

/** A server that says what a test makes it say: the far end of part connections. */
export class PartServer {
  readonly key = randomBytes(256);
  readonly keyId = createHash('sha1').update(this.key).digest().readBigInt64LE(12);
  readonly ends: ServerEnd[] = [];
  /** Called for each message; by default nothing is answered. */
  onMessage: (heard: Heard) => void = () => {};
  onConnection: (end: ServerEnd) => void = () => {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => {
      const end = new ServerEnd(this, socket);
      this.ends.push(end);
      this.onConnection(end);
    });
  }

  static async start(): Promise<PartServer> {
    const server = new PartServer();
    await once(server.#server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Messages of a kind, oldest first. */
  heard(kind: number): Heard[] {
    return this.ends.flatMap(({ heard }) => heard.filter((one) => one.kind === kind));
  }

  /** upload.* requests, oldest first. */
  requests(): Heard[] {
    return this.ends.flatMap(({ heard }) => heard.filter(({ request }) => request !== undefined));
  }

  async close(): Promise<void> {
    for (const { socket } of this.ends) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One connection, seen from the server. */
export class ServerEnd {
  readonly heard: Heard[] = [];
  readonly socket: Socket;
  readonly #server: PartServer;
  readonly #transport = new Transport(systemRandom);
  #lastId = 0n;
  #content = 0;

  constructor(server: PartServer, socket: Socket) {
    this.#server = server;
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      this.#transport.push(bytes);
      for (let packet = this.#transport.read(); packet; packet = this.#transport.read()) {
        const { payload, padded } = packet;
        this.#hear(padded ? payload.subarray(0, payload.length - ((payload.length - 24) % 16)) : payload);
      }
    });
  }

  get sessionId(): bigint {
    return this.heard.at(-1)?.sessionId ?? 0n;
  }

  nextId(): bigint {
    this.#lastId = serverMsgId(systemClock, this.#lastId, true);
    return this.#lastId;
  }

  nextSeqno(content: boolean): number {
    const seqno = this.#content * 2 + (content ? 1 : 0);
    if (content) this.#content += 1;
    return seqno;
  }

  /** Sends a content message; returns its id. */
  send(body: Buffer | readonly Buffer[], said: Said = {}): bigint {
    const message = {
      salt: 0n,
      sessionId: said.sessionId ?? this.sessionId,
      msgId: said.msgId ?? this.nextId(),
      seqno: said.seqno ?? this.nextSeqno(true),
      body: Buffer.isBuffer(body) ? [body] : body,
    };
    const packet = sealEnvelope(
      crypto,
      message,
      said.keyId ?? this.#server.keyId,
      said.key ?? this.#server.key,
    );
    this.sendPacket(said.twist ? said.twist(packet) : packet);
    return message.msgId;
  }

  /** Sends a service message, which needs no acknowledgement. */
  notify(body: Buffer, said: Said = {}): bigint {
    return this.send(body, { seqno: this.nextSeqno(false), ...said });
  }

  sendPacket(packet: Buffer): void {
    for (const piece of this.#transport.write([packet])) this.socket.write(piece);
  }

  /** Sends several messages in one; returns their ids. */
  container(bodies: readonly Buffer[]): bigint[] {
    const writer = new TlWriter().uint(Tl.msg_container).uint(bodies.length);
    const ids = bodies.map((body) => {
      const msgId = this.nextId();
      writer.long(msgId).uint(this.nextSeqno(true)).uint(body.length).raw(body);
      return msgId;
    });
    this.notify(writer.finish());
    return ids;
  }

  #hear(packet: Buffer): void {
    const { salt, sessionId, msgId, seqno, body } = openEnvelope(crypto, packet, this.#server.key);
    const kind = body.readUInt32LE(0);
    const unwrapped = isRequest(body) ? unwrap(Buffer.from(body)) : undefined;
    const heard: Heard = {
      from: this,
      msgId,
      seqno,
      salt,
      sessionId,
      kind,
      body: Buffer.from(body),
      request: unwrapped?.request,
      introduced: unwrapped?.initialises ?? false,
    };
    this.heard.push(heard);
    this.#server.onMessage(heard);
  }
}

/** Whether it is upload.* or a wrapper around it, rather than a message of MTProto's own. */
function isRequest(body: Buffer): boolean {
  const own: readonly number[] = Object.entries(Tl)
    .filter(([name]) => !/^(?:invoke|init)/.test(name))
    .map(([, id]) => id);
  return !own.includes(body.readUInt32LE(0));
}

/** rpc_result. */
export function result(requestId: bigint, answer: Buffer): Buffer {
  return new TlWriter().uint(Tl.rpc_result).long(requestId).raw(answer).finish();
}

/** upload.file. */
export function file(bytes: Buffer): Buffer {
  return new TlWriter().uint(0x096a18d5).uint(0x40bc6f52).uint(1).string(bytes).finish();
}

export function boolean(value: boolean): Buffer {
  return new TlWriter().uint(value ? 0x997275b5 : 0xbc799737).finish();
}

export function rpcError(code: number, message: string): Buffer {
  return new TlWriter().uint(Tl.rpc_error).uint(code).string(message).finish();
}

export function gzipped(body: Buffer): Buffer {
  return new TlWriter().uint(Tl.gzip_packed).string(gzipSync(body)).finish();
}

export function badSalt(msgId: bigint, salt: bigint): Buffer {
  return new TlWriter().uint(Tl.bad_server_salt).long(msgId).uint(1).uint(48).long(salt).finish();
}

export function badMessage(msgId: bigint, code: number): Buffer {
  return new TlWriter().uint(Tl.bad_msg_notification).long(msgId).uint(1).uint(code).finish();
}

export function newSession(firstMsgId: bigint, salt: bigint): Buffer {
  return new TlWriter().uint(Tl.new_session_created).long(firstMsgId).long(5n).long(salt).finish();
}

/** The ids in a message of a constructor and a Vector<long>: msgs_ack, msg_resend_req. */
export function idsIn({ body }: Heard): bigint[] {
  return new TlReader(body, 4).longs();
}
