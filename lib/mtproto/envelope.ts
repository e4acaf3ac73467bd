import type { Random } from '../base/random.js';
import { MESSAGE_HEAD_BYTES } from '../crypto/message-crypto.js';

/** An authorization key, and the id that a packet begins with. */
export interface SessionKey {
  /** 8 bytes. */
  readonly id: Buffer;
  /** 256 bytes. */
  readonly key: Buffer;
}

export interface EnvelopeHead {
  readonly salt: bigint;
  readonly sessionId: bigint;
  readonly msgId: bigint;
  readonly seqno: number;
}

/** A server's decrypted message: `packet` from `start` to `end` is its body. */
export interface Opened {
  readonly sessionId: bigint;
  readonly msgId: bigint;
  readonly seqno: number;
  readonly start: number;
  readonly end: number;
}

/** The packet isn't a message under this key: the connection has become useless. */
export class EnvelopeError extends Error {
  override name = 'EnvelopeError';
}

/** The server ended the connection with a code: -404 when it doesn't know the key, -429 for too many connections. */
export class TransportError extends Error {
  override name = 'TransportError';
  readonly code: number;

  constructor(code: number) {
    super(`the server refused the connection with ${code}`);
    this.code = code;
  }
}

/** Whether the reason is -404: the server doesn't know the key. */
export function isUnknownKey(reason: unknown): boolean {
  return reason instanceof TransportError && reason.code === UNKNOWN_KEY;
}

/** Where a packet's body begins: after auth_key_id, msg_key, salt, session_id, msg_id, seqno and length. */
export const BODY_AT = MESSAGE_HEAD_BYTES + 32;
const UNKNOWN_KEY = -404;
const LEAST_PADDING = 12;
const MOST_PADDING = 1024;

/** The length in bytes of a packet with a body of `length` bytes. */
export function packetLength(length: number): number {
  return BODY_AT + length + paddingOf(length);
}

/** Prepares a packet for sealing; its body of `length` bytes is already there, from BODY_AT on. */
export function layOut(
  packet: Buffer,
  length: number,
  head: EnvelopeHead,
  { key, random }: { readonly key: SessionKey; readonly random: Random },
): void {
  key.id.copy(packet, 0);
  packet.writeBigInt64LE(head.salt, 24);
  packet.writeBigInt64LE(head.sessionId, 32);
  packet.writeBigInt64LE(head.msgId, 40);
  packet.writeInt32LE(head.seqno, 48);
  packet.writeInt32LE(length, 52);
  packet.set(random.bytes(paddingOf(length)), BODY_AT + length);
}

/**
 * Throws TransportError for a refusal, and EnvelopeError for a packet that can't be a server's message under this key.
 */
export function requireMessage(packet: Buffer, key: SessionKey): void {
  if (packet.length === 4) throw new TransportError(packet.readInt32LE(0));
  if (packet.length < BODY_AT + LEAST_PADDING || (packet.length - MESSAGE_HEAD_BYTES) % 16 !== 0) {
    throw new EnvelopeError(`an encrypted message can't have ${packet.length} bytes`);
  }
  if (packet.compare(key.id, 0, 8, 0, 8) !== 0) throw new EnvelopeError('a message under another key');
}

/** Reads a server's packet that has been opened in place. Throws EnvelopeError. */
export function readOpened(packet: Buffer): Opened {
  const length = packet.readInt32LE(52);
  const padding = packet.length - BODY_AT - length;
  if (length < 4 || length % 4 !== 0 || padding < LEAST_PADDING || padding > MOST_PADDING) {
    throw new EnvelopeError(`a message of ${length} bytes can't have ${padding} bytes of padding`);
  }
  return {
    sessionId: packet.readBigInt64LE(32),
    msgId: packet.readBigInt64LE(40),
    seqno: packet.readInt32LE(48),
    start: BODY_AT,
    end: BODY_AT + length,
  };
}

function paddingOf(length: number): number {
  return LEAST_PADDING + (-(BODY_AT - MESSAGE_HEAD_BYTES + length + LEAST_PADDING) & 15);
}
