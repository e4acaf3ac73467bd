import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { IGE } from 'telegram/crypto/IGE.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlReader, TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';
import { type ExchangeTwists, exchangeKey, type RawKey } from './raw-exchange.js';
import { type RawFraming, RawWire } from './raw-wire.js';

const sha256 = (...pieces: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(pieces)).digest();

/** A message of the server, taken out of its packet or container. */
export interface RawMessage {
  readonly msgId: bigint;
  readonly seqno: number;
  readonly kind: number;
  readonly body: Buffer;
  readonly inContainer: boolean;
}

/** The ways in which a test may make the client deviate from a good one. */
export interface Sent {
  readonly msgId?: bigint;
  readonly seqno?: number;
  readonly salt?: bigint;
  readonly sessionId?: bigint;
  readonly padding?: number;
  readonly length?: number;
  readonly breakMsgKey?: boolean;
  readonly quickAck?: boolean;
}

export interface RawClientOptions extends ExchangeTwists {
  readonly framing?: RawFraming;
  readonly obfuscated?: boolean;
  /** A key that was made before. */
  readonly key?: RawKey;
  readonly sessionId?: bigint;
}

/** A client that sends exactly what a test says, with its own framing, key exchange and encryption. */
export class RawClient {
  readonly wire: RawWire;
  readonly key: RawKey;
  readonly sessionId: bigint;
  salt: bigint;
  /** SHA256 of the last message sealed, of which msg_key is the middle. */
  lastKeyHash: Buffer = Buffer.alloc(32);
  #lastId = 0n;
  #content = 0;
  #inbox: RawMessage[] = [];

  private constructor(wire: RawWire, key: RawKey, sessionId: bigint) {
    this.wire = wire;
    this.key = key;
    this.sessionId = sessionId;
    this.salt = key.salt;
  }

  static async connect(port: number, pem: string, options: RawClientOptions = {}): Promise<RawClient> {
    const wire = await RawWire.open(port, options.framing ?? 'intermediate', options.obfuscated);
    const key = options.key ?? (await exchangeKey(wire, pem, options)).key;
    if (!key) throw new Error('the key exchange failed');
    return new RawClient(wire, key, options.sessionId ?? randomBytes(8).readBigInt64LE(0));
  }

  /** An id of the present time, above all others, shifted by `seconds`. */
  nextId(seconds = 0): bigint {
    const now = ((BigInt(Math.floor(Date.now() + seconds * 1000)) << 32n) / 1000n) & ~3n;
    if (seconds !== 0) return now;
    this.#lastId = now > this.#lastId ? now : this.#lastId + 4n;
    return this.#lastId;
  }

  nextSeqno(content: boolean): number {
    const seqno = this.#content * 2 + (content ? 1 : 0);
    if (content) this.#content += 1;
    return seqno;
  }

  /** Sends a content message; returns its id. */
  request(body: Buffer, sent: Sent = {}): bigint {
    return this.send(body, { seqno: this.nextSeqno(true), ...sent });
  }

  /** Sends a message that needs no acknowledgement. */
  notify(body: Buffer, sent: Sent = {}): bigint {
    return this.send(body, { seqno: this.nextSeqno(false), ...sent });
  }

  send(body: Buffer, sent: Sent): bigint {
    const msgId = sent.msgId ?? this.nextId();
    this.wire.send(this.seal(body, { ...sent, msgId }), sent.quickAck);
    return msgId;
  }

  /** Sends several messages in a container; returns their ids and, last, the container's. */
  container(
    messages: readonly { body: Buffer; content?: boolean; msgId?: bigint; seqno?: number }[],
    sent: Sent = {},
  ): bigint[] {
    const writer = new TlWriter().uint(Tl.msg_container).uint(messages.length);
    const ids = messages.map(
      ({ body, content = true, msgId = this.nextId(), seqno = this.nextSeqno(content) }) => {
        writer.long(msgId).uint(seqno).uint(body.length).raw(body);
        return msgId;
      },
    );
    return [...ids, this.notify(writer.finish(), sent)];
  }

  /** A message's packet. */
  seal(body: Buffer, { msgId = this.nextId(), seqno = 0, ...sent }: Sent): Buffer {
    const head = new TlWriter().long(sent.salt ?? this.salt).long(sent.sessionId ?? this.sessionId);
    head
      .long(msgId)
      .uint(seqno)
      .uint(sent.length ?? body.length);
    const used = 32 + body.length;
    const padding = sent.padding ?? 12 + (-(used + 12) & 15);
    const message = Buffer.concat([head.finish(), body, randomBytes(padding)]);
    const { key } = this.key;
    this.lastKeyHash = sha256(key.subarray(88, 120), message);
    const msgKey = Buffer.from(this.lastKeyHash.subarray(8, 24));
    if (sent.breakMsgKey) msgKey.writeUInt8(msgKey.readUInt8(0) ^ 1, 0);
    const [aesKey, aesIv] = keys(key, msgKey, 0);
    return Buffer.concat([
      new TlWriter().long(this.key.id).finish(),
      msgKey,
      new IGE(aesKey, aesIv).encryptIge(message),
    ]);
  }

  /** The next message; undefined when the server has closed. Throws TransportError for a transport error. */
  async receive(): Promise<RawMessage | undefined> {
    for (;;) {
      const waiting = this.#inbox.shift();
      if (waiting) return waiting;
      const packet = await this.wire.receive();
      if (!packet) return undefined;
      if (packet.length < 24) throw new TransportError(packet.readInt32LE(0));
      this.#open(packet);
    }
  }

  /** The next message with this constructor; earlier ones are passed over. */
  async expect(kind: number): Promise<TlReader & { message: RawMessage }> {
    for (;;) {
      const message = await this.receive();
      if (!message) throw new Error(`the server closed instead of sending ${kind.toString(16)}`);
      if (message.kind === kind) return Object.assign(new TlReader(message.body, 4), { message });
    }
  }

  /** The result of a request, unzipped; an rpc_error is thrown as RawRpcError. */
  async result(msgId: bigint): Promise<TlReader> {
    for (;;) {
      const reader = await this.expect(Tl.rpc_result);
      if (reader.long() !== msgId) continue;
      const body = reader.raw(reader.remaining);
      if (body.readUInt32LE(0) === Tl.gzip_packed)
        return new TlReader(gunzipSync(new TlReader(body, 4).string()));
      if (body.readUInt32LE(0) !== Tl.rpc_error) return new TlReader(body);
      const error = new TlReader(body, 4);
      throw new RawRpcError(error.int(), error.string().toString());
    }
  }

  async close(): Promise<void> {
    await this.wire.close();
  }

  #open(packet: Buffer): void {
    const { key } = this.key;
    const end = packet.length - ((packet.length - 24) % 16);
    const msgKey = packet.subarray(8, 24);
    const [aesKey, aesIv] = keys(key, msgKey, 8);
    const message = new IGE(aesKey, aesIv).decryptIge(Buffer.from(packet.subarray(24, end)));
    if (!sha256(key.subarray(96, 128), message).subarray(8, 24).equals(msgKey))
      throw new Error('wrong msg_key');
    const reader = new TlReader(message, 16);
    this.#read(reader, false);
  }

  #read(reader: TlReader, inContainer: boolean): void {
    const msgId = reader.long();
    const seqno = reader.int();
    const body = reader.raw(reader.int());
    const kind = body.readUInt32LE(0);
    if (kind !== Tl.msg_container) {
      this.#inbox.push({ msgId, seqno, kind, body, inContainer });
      return;
    }
    const inner = new TlReader(body, 4);
    for (let count = inner.int(); count > 0; count--) this.#read(inner, true);
  }
}

/** A transport error: four bytes instead of a packet. */
export class TransportError extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`transport error ${code}`);
    this.code = code;
  }
}

export class RawRpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function keys(key: Buffer, msgKey: Buffer, x: number): [Buffer, Buffer] {
  const a = sha256(msgKey, key.subarray(x, x + 36));
  const b = sha256(key.subarray(x + 40, x + 76), msgKey);
  return [
    Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
    Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
  ];
}
