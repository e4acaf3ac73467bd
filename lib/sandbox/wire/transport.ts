import type { Random } from '../../base/random.js';
import { ByteQueue } from './byte-queue.js';
import {
  abridgedFraming,
  type Framing,
  FramingError,
  fullFraming,
  intermediateFraming,
  type Packet,
  paddedIntermediateFraming,
} from './framing.js';
import { OBFUSCATION_HEADER_BYTES, type Obfuscation, openObfuscation } from './obfuscation.js';

const ABRIDGED = 0xef;
const INTERMEDIATE = 0xeeeeeeee;
const PADDED_INTERMEDIATE = 0xdddddddd;
const HTTP_VERBS = new Set(['GET ', 'POST', 'HEAD', 'OPTI']);

/** Turns a client's byte stream into packets and answers into bytes; recognises the transport by the first bytes. */
export class Transport {
  readonly #queue = new ByteQueue();
  readonly #random: Random;
  #framing: Framing | undefined;
  #obfuscation: Obfuscation | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The transport in use, for the log; undefined until enough bytes have arrived. */
  get name(): string | undefined {
    return this.#framing && `${this.#obfuscation ? 'obfuscated ' : ''}${this.#framing.name}`;
  }

  /** Takes bytes from the socket. Throws FramingError when they can't be MTProto. */
  push(bytes: Buffer): void {
    this.#queue.push(this.#obfuscation ? this.#obfuscation.decrypt(bytes) : bytes);
  }

  /** The next whole packet; undefined until it has arrived. Throws FramingError. */
  read(): Packet | undefined {
    this.#framing ??= this.#detect();
    return this.#framing?.read(this.#queue);
  }

  /** The bytes of a packet, in pieces. Nothing can be sent before the client's first packet. */
  write(payload: readonly Buffer[]): Buffer[] {
    if (!this.#framing) throw new FramingError('the client has not chosen a transport');
    return this.#obfuscate(this.#framing.write(payload));
  }

  /** The bytes of a quick acknowledgement; none if the transport has no such thing. */
  writeQuickAck(token: number): Buffer[] {
    const bytes = this.#framing?.writeQuickAck(token);
    return bytes ? this.#obfuscate([bytes]) : [];
  }

  #obfuscate(pieces: Buffer[]): Buffer[] {
    const obfuscation = this.#obfuscation;
    return obfuscation ? pieces.map((piece) => obfuscation.encrypt(piece)) : pieces;
  }

  #detect(): Framing | undefined {
    if (this.#queue.peek(1)?.readUInt8(0) === ABRIDGED) {
      this.#queue.skip(1);
      return abridgedFraming();
    }
    const head = this.#queue.peek(4);
    if (!head) return undefined;
    const plain = framingOf(head.readUInt32LE(0), this.#random);
    if (plain) {
      this.#queue.skip(4);
      return plain;
    }
    if (HTTP_VERBS.has(head.toString('latin1'))) throw new FramingError('this is HTTP, not MTProto over TCP');
    const sequence = this.#queue.peek(8)?.readUInt32LE(4);
    if (sequence === undefined) return undefined;
    return sequence === 0 ? fullFraming() : this.#detectObfuscated();
  }

  #detectObfuscated(): Framing | undefined {
    const header = this.#queue.read(OBFUSCATION_HEADER_BYTES);
    if (!header) return undefined;
    const obfuscation = openObfuscation(header);
    const framing =
      obfuscation.transport === 0xefefefef
        ? abridgedFraming()
        : framingOf(obfuscation.transport, this.#random);
    if (!framing) throw new FramingError('the first 64 bytes name no transport');
    const rest = this.#queue.read(this.#queue.length);
    this.#obfuscation = obfuscation;
    if (rest) this.#queue.push(obfuscation.decrypt(rest));
    return framing;
  }
}

function framingOf(identifier: number, random: Random): Framing | undefined {
  if (identifier === INTERMEDIATE) return intermediateFraming();
  if (identifier === PADDED_INTERMEDIATE) return paddedIntermediateFraming(random);
  return undefined;
}
