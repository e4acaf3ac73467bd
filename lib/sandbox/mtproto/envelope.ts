import { randomFillSync } from 'node:crypto';
import { MESSAGE_HEAD_BYTES, type MessageCrypto } from '../../crypto/message-crypto.js';
import { sha1 } from '../hashes.js';

/** A decrypted message: core.telegram.org/mtproto/description. */
export interface Envelope {
  readonly salt: bigint;
  readonly sessionId: bigint;
  readonly msgId: bigint;
  readonly seqno: number;
  /** A view of the decrypted packet. */
  readonly body: Buffer;
  /** The token for a quick acknowledgement of this packet: the first 31 bits of msg_key's hash. */
  readonly quickAckToken: number;
}

/** The packet can't be a message under its key; Telegram closes without a word. */
export class EnvelopeError extends Error {
  override name = 'EnvelopeError';
}

const INNER_HEAD_BYTES = 32;
const MIN_PADDING = 12;
const MAX_PADDING = 1024;

/**
 * Opens a client's packet: auth_key_id, msg_key, then AES-IGE over salt, session_id, msg_id, seqno, length, body and 12
 * to 1024 bytes of padding. `padded`: the transport may have added up to 15 bytes at the end. Afterwards the body lies
 * in the packet's own memory.
 */
export function openEnvelope(crypto: MessageCrypto, packet: Buffer, key: Buffer, padded = false): Envelope {
  const loose = (packet.length - MESSAGE_HEAD_BYTES) % 16;
  if (packet.length < MESSAGE_HEAD_BYTES + INNER_HEAD_BYTES + 16 || (loose !== 0 && !padded)) {
    throw new EnvelopeError(`an encrypted message can't have ${packet.length} bytes`);
  }
  const message = packet.subarray(0, packet.length - loose);
  const plain = message.subarray(MESSAGE_HEAD_BYTES);
  const digest = Buffer.allocUnsafe(32);
  if (!crypto.openMessage(message, key, 'client', plain, digest))
    throw new EnvelopeError('msg_key is not the hash of the message');
  const length = plain.readInt32LE(28);
  const padding = plain.length - INNER_HEAD_BYTES - length;
  if (length < 0 || length % 4 !== 0 || padding < MIN_PADDING || padding > MAX_PADDING) {
    throw new EnvelopeError(`a message of ${length} bytes can't have ${padding} bytes of padding`);
  }
  return {
    salt: plain.readBigInt64LE(0),
    sessionId: plain.readBigInt64LE(8),
    msgId: plain.readBigInt64LE(16),
    seqno: plain.readInt32LE(24),
    body: plain.subarray(INNER_HEAD_BYTES, INNER_HEAD_BYTES + length),
    quickAckToken: digest.readUInt32LE(0) & 0x7fffffff,
  };
}

export interface Outgoing {
  readonly salt: bigint;
  readonly sessionId: bigint;
  readonly msgId: bigint;
  readonly seqno: number;
  readonly body: readonly Buffer[];
}

/** Seals a message for the client, as one packet. */
export function sealEnvelope(crypto: MessageCrypto, message: Outgoing, keyId: bigint, key: Buffer): Buffer {
  const length = message.body.reduce((sum, piece) => sum + piece.length, 0);
  const used = INNER_HEAD_BYTES + length;
  const padding = MIN_PADDING + (-(used + MIN_PADDING) & 15);
  const packet = Buffer.allocUnsafe(MESSAGE_HEAD_BYTES + used + padding);
  packet.writeBigInt64LE(keyId, 0);
  const plain = packet.subarray(MESSAGE_HEAD_BYTES);
  plain.writeBigInt64LE(message.salt, 0);
  plain.writeBigInt64LE(message.sessionId, 8);
  plain.writeBigInt64LE(message.msgId, 16);
  plain.writeInt32LE(message.seqno, 24);
  plain.writeInt32LE(length, 28);
  let at = INNER_HEAD_BYTES;
  for (const piece of message.body) at += piece.copy(plain, at);
  randomFillSync(plain, used, padding);
  crypto.sealMessage(packet, key, 'server');
  return packet;
}

/** AES key and IV of MTProto 1.0 for a client's message: only auth.bindTempAuthKey still uses it. */
export function messageKeysV1(key: Buffer, msgKey: Buffer): { aesKey: Buffer; aesIv: Buffer } {
  const a = sha1(msgKey, key.subarray(0, 32));
  const b = sha1(key.subarray(32, 48), msgKey, key.subarray(48, 64));
  const c = sha1(key.subarray(64, 96), msgKey);
  const d = sha1(msgKey, key.subarray(96, 128));
  return {
    aesKey: Buffer.concat([a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16)]),
    aesIv: Buffer.concat([a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8)]),
  };
}
