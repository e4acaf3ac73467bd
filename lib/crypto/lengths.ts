import { AUTH_KEY_BYTES, MESSAGE_HEAD_BYTES } from './message-crypto.js';

/** Throws RangeError unless these can be the arguments of encryptIge and decryptIge. */
export function requireIge(data: Uint8Array, key: Uint8Array, iv: Uint8Array, out: Uint8Array): void {
  requireLength('key', key, 32);
  requireLength('IV', iv, 32);
  requireBlocks(data.length);
  requireSameLength(data.length, out);
}

/** As requireIge, for sealMessage. */
export function requireMessage(packet: Uint8Array, authKey: Uint8Array): void {
  requireLength('auth key', authKey, AUTH_KEY_BYTES);
  requireBlocks(packet.length - MESSAGE_HEAD_BYTES);
}

/** As requireIge, for openMessage. */
export function requireOpening(
  packet: Uint8Array,
  authKey: Uint8Array,
  plain: Uint8Array,
  digest: Uint8Array | undefined,
): void {
  requireMessage(packet, authKey);
  requireSameLength(packet.length - MESSAGE_HEAD_BYTES, plain);
  if (digest) requireLength('digest', digest, 32);
}

function requireBlocks(count: number): void {
  if (count < 0 || count % 16 !== 0)
    throw new RangeError(`AES-IGE works on blocks of 16 bytes, not on ${count} bytes.`);
}

function requireSameLength(count: number, out: Uint8Array): void {
  if (out.length !== count) throw new RangeError(`The output has ${out.length} bytes, the input ${count}.`);
}

function requireLength(what: string, bytes: Uint8Array, count: number): void {
  if (bytes.length !== count)
    throw new RangeError(`The ${what} must have ${count} bytes, not ${bytes.length}.`);
}
