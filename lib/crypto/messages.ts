import { createHash, timingSafeEqual } from 'node:crypto';
import { requireIge, requireMessage, requireOpening } from './lengths.js';
import {
  type CryptoName,
  type IgeCipher,
  MESSAGE_HEAD_BYTES,
  type MessageCrypto,
  type Sender,
  type ToOpen,
} from './message-crypto.js';

/** Message crypto over a cipher that only provides IGE; OpenSSL hashes. */
export function messageCryptoOf(name: CryptoName, detail: string, cipher: IgeCipher): MessageCrypto {
  const crypto: MessageCrypto = {
    name,
    detail,
    encryptIge(plain, key, iv, out) {
      requireIge(plain, key, iv, out);
      cipher.encryptIge(plain, key, iv, out);
    },
    decryptIge(encrypted, key, iv, out) {
      requireIge(encrypted, key, iv, out);
      cipher.decryptIge(encrypted, key, iv, out);
    },
    sealMessage(packet, authKey, sender) {
      requireMessage(packet, authKey);
      const plain = packet.subarray(MESSAGE_HEAD_BYTES);
      const msgKey = packet.subarray(8, MESSAGE_HEAD_BYTES);
      msgKey.set(messageDigest(plain, authKey, sender).subarray(8, 24));
      const { key, iv } = messageKeys(authKey, msgKey, sender);
      cipher.encryptIge(plain, key, iv, plain);
    },
    openMessage(packet, authKey, sender, plain, digest) {
      requireOpening(packet, authKey, plain, digest);
      const encrypted = packet.subarray(MESSAGE_HEAD_BYTES);
      // Decrypting in place leaves the head as it is.
      const msgKey = packet.subarray(8, MESSAGE_HEAD_BYTES);
      const { key, iv } = messageKeys(authKey, msgKey, sender);
      cipher.decryptIge(encrypted, key, iv, plain);
      const found = messageDigest(plain, authKey, sender);
      digest?.set(found);
      return timingSafeEqual(found.subarray(8, 24), msgKey);
    },
    sealTwo(one, other, sender) {
      requireMessage(one.packet, one.authKey);
      requireMessage(other.packet, other.authKey);
      for (const { packet, authKey } of [one, other]) crypto.sealMessage(packet, authKey, sender);
    },
    openTwo(one, other, sender) {
      for (const { packet, authKey, plain } of [one, other])
        requireOpening(packet, authKey, plain, undefined);
      const opened = ({ packet, authKey, plain }: ToOpen): boolean =>
        crypto.openMessage(packet, authKey, sender, plain);
      return [opened(one), opened(other)];
    },
  };
  return crypto;
}

/** The AES key and IV of an MTProto 2.0 message. */
export function messageKeys(
  authKey: Uint8Array,
  msgKey: Uint8Array,
  sender: Sender,
): { key: Buffer; iv: Buffer } {
  const x = sender === 'client' ? 0 : 8;
  const a = sha256(msgKey, authKey.subarray(x, x + 36));
  const b = sha256(authKey.subarray(x + 40, x + 76), msgKey);
  return {
    key: Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
    iv: Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
  };
}

/** msg_key_large: its bytes 8 to 24 are msg_key. */
function messageDigest(plain: Uint8Array, authKey: Uint8Array, sender: Sender): Buffer {
  const x = sender === 'client' ? 88 : 96;
  return sha256(authKey.subarray(x, x + 32), plain);
}

function sha256(first: Uint8Array, second: Uint8Array): Buffer {
  return createHash('sha256').update(first).update(second).digest();
}
