import { randomFillSync, timingSafeEqual } from 'node:crypto';
import { sha1, sha256 } from './hashes.js';
import { decryptIge, encryptIge } from './ige.js';

/** An encrypted message with its cover off: core.telegram.org/mtproto/description. */
export interface Envelope {
  readonly salt: bigint;
  readonly sessionId: bigint;
  readonly msgId: bigint;
  readonly seqno: number;
  /** A view of the decrypted packet. */
  readonly body: Buffer;
  /** What a quick acknowledgement of this packet says: the first 31 bits of msg_key's hash. */
  readonly quickAckToken: number;
}

/** The packet can't be a message under its key; Telegram says nothing and closes. */
export class EnvelopeError extends Error {
  override name = 'EnvelopeError';
}

const HEAD_BYTES = 24;
const INNER_HEAD_BYTES = 32;
const MIN_PADDING = 12;
const MAX_PADDING = 1024;

/**
 * Opens a client's packet: auth_key_id, msg_key, then AES-IGE over salt, session_id, msg_id, seqno, length, body
 * and 12 to 1024 bytes of padding. `padded`: the transport may have added up to 15 bytes at the end.
 */
export function openEnvelope(packet: Buffer, key: Buffer, padded = false): Envelope {
  const loose = (packet.length - HEAD_BYTES) % 16;
  if (packet.length < HEAD_BYTES + INNER_HEAD_BYTES + 16 || (loose !== 0 && !padded)) {
    throw new EnvelopeError(`an encrypted message can't have ${packet.length} bytes`);
  }
  const msgKey = packet.subarray(8, HEAD_BYTES);
  const { aesKey, aesIv } = messageKeys(key, msgKey, 0);
  const plain = decryptIge(packet.subarray(HEAD_BYTES, packet.length - loose), aesKey, aesIv);
  const digest = sha256(key.subarray(88, 120), plain);
  if (!timingSafeEqual(digest.subarray(8, 24), msgKey))
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
export function sealEnvelope(message: Outgoing, keyId: bigint, key: Buffer): Buffer {
  const length = message.body.reduce((sum, piece) => sum + piece.length, 0);
  const used = INNER_HEAD_BYTES + length;
  const padding = MIN_PADDING + (-(used + MIN_PADDING) & 15);
  const plain = Buffer.allocUnsafe(used + padding);
  plain.writeBigInt64LE(message.salt, 0);
  plain.writeBigInt64LE(message.sessionId, 8);
  plain.writeBigInt64LE(message.msgId, 16);
  plain.writeInt32LE(message.seqno, 24);
  plain.writeInt32LE(length, 28);
  let at = INNER_HEAD_BYTES;
  for (const piece of message.body) at += piece.copy(plain, at);
  randomFillSync(plain, used, padding);
  const packet = Buffer.allocUnsafe(HEAD_BYTES + plain.length);
  packet.writeBigInt64LE(keyId, 0);
  sha256(key.subarray(96, 128), plain).copy(packet, 8, 8, 24);
  const { aesKey, aesIv } = messageKeys(key, packet.subarray(8, HEAD_BYTES), 8);
  encryptIge(plain, aesKey, aesIv, packet.subarray(HEAD_BYTES));
  return packet;
}

/** AES key and IV of MTProto 2.0; `x` is 0 for a client's message, 8 for a server's. */
export function messageKeys(key: Buffer, msgKey: Buffer, x: 0 | 8): { aesKey: Buffer; aesIv: Buffer } {
  const a = sha256(msgKey, key.subarray(x, x + 36));
  const b = sha256(key.subarray(x + 40, x + 76), msgKey);
  return {
    aesKey: Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
    aesIv: Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
  };
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
