import { timingSafeEqual } from 'node:crypto';
import { sha1 } from '../hashes.js';
import { RpcError } from '../rpc.js';
import { Tl } from './constructors.js';
import { messageKeysV1 } from './envelope.js';
import { decryptIge } from './ige.js';
import type { KeyStore, StoredKey } from './key-store.js';
import { TlReader } from './tl-bytes.js';

/** The fields of auth.bindTempAuthKey, and the message it came in. */
export interface BindRequest {
  readonly permAuthKeyId: bigint;
  readonly nonce: bigint;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly encryptedMessage: Buffer;
  /** Of the message that carries the request, and of its session. */
  readonly msgId: bigint;
  readonly sessionId: bigint;
}

/**
 * auth.bindTempAuthKey: from now on `temporary` stands for the permanent key. Refuses with TEMP_AUTH_KEY_EMPTY when
 * the request didn't come under a temporary key, EXPIRES_AT_INVALID, TEMP_AUTH_KEY_ALREADY_BOUND, and
 * ENCRYPTED_MESSAGE_INVALID when the proof under the permanent key is not what the request says.
 */
export function bindTempKey(temporary: StoredKey, request: BindRequest, keys: KeyStore, now: number): void {
  if (temporary.expiresAt === undefined) throw new RpcError(400, 'TEMP_AUTH_KEY_EMPTY');
  if (request.expiresAt <= now) throw new RpcError(400, 'EXPIRES_AT_INVALID');
  const permanent = keys.find(request.permAuthKeyId, now);
  if (!permanent?.owner || permanent.expiresAt !== undefined || !isProven(temporary, permanent, request)) {
    throw new RpcError(400, 'ENCRYPTED_MESSAGE_INVALID');
  }
  if (temporary.owner && temporary.owner !== permanent.owner) {
    throw new RpcError(400, 'TEMP_AUTH_KEY_ALREADY_BOUND');
  }
  temporary.owner = permanent.owner;
  temporary.expiresAt = request.expiresAt;
}

/** Opens bind_auth_key_inner, sealed by MTProto 1.0 under the permanent key, and compares each of its fields. */
function isProven(temporary: StoredKey, permanent: StoredKey, request: BindRequest): boolean {
  const message = request.encryptedMessage;
  if (message.length < 24 + 32 || (message.length - 24) % 16 !== 0) return false;
  if (message.readBigInt64LE(0) !== permanent.id) return false;
  const msgKey = message.subarray(8, 24);
  const { aesKey, aesIv } = messageKeysV1(permanent.key, msgKey);
  const plain = decryptIge(message.subarray(24), aesKey, aesIv);
  try {
    const reader = new TlReader(plain, 16);
    const msgId = reader.long();
    const seqno = reader.int();
    const inner = new TlReader(reader.raw(reader.int()));
    const digest = sha1(plain.subarray(0, reader.offset)).subarray(4, 20);
    return (
      timingSafeEqual(digest, msgKey) &&
      reader.remaining < 16 &&
      msgId === request.msgId &&
      seqno === 0 &&
      inner.uint() === Tl.bind_auth_key_inner &&
      inner.long() === request.nonce &&
      inner.long() === temporary.id &&
      inner.long() === permanent.id &&
      inner.long() === request.sessionId &&
      inner.int() === request.expiresAt &&
      inner.remaining === 0
    );
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
