/** The implementations: our own C with the processor's instructions, WebAssembly, or JavaScript and OpenSSL. */
export type CryptoName = 'native' | 'wasm' | 'js';

/** The sender of a message, which decides which bytes of the auth key count (x = 0 or 8). */
export type Sender = 'client' | 'server';

/**
 * AES-256 in IGE mode. `out` is as long as the input, and either the same memory or separate from it. Throws RangeError
 * when a length is wrong: keys and IVs have 32 bytes (an IV is c[-1], then p[-1]), data a multiple of 16.
 */
export interface IgeCipher {
  encryptIge(plain: Uint8Array, key: Uint8Array, iv: Uint8Array, out: Uint8Array): void;
  decryptIge(encrypted: Uint8Array, key: Uint8Array, iv: Uint8Array, out: Uint8Array): void;
}

/**
 * The crypto of an MTProto 2.0 message (core.telegram.org/mtproto/description): auth_key_id (8 bytes), msg_key (16),
 * then AES-256-IGE over salt, session_id, msg_id, seqno, length, body and padding. Auth keys have 256 bytes.
 */
export interface MessageCrypto extends IgeCipher {
  readonly name: CryptoName;
  /** The means used, for people: `AES-NI and SHA-NI`. */
  readonly detail: string;
  /**
   * Seals a packet in place: from byte 24 on it holds the plaintext, padding included, a multiple of 16 bytes. Writes
   * msg_key to bytes 8 to 24 and encrypts the rest; the caller writes auth_key_id. Throws RangeError when a length is
   * wrong.
   */
  sealMessage(packet: Uint8Array, authKey: Uint8Array, sender: Sender): void;
  /**
   * Decrypts a packet from byte 24 on into `plain` (the same memory, or separate, and as long), and returns whether
   * msg_key matches the plaintext, compared in constant time. `digest`, when given, gets the 32 bytes of msg_key_large.
   * After `false`, the content of `plain` is meaningless. Throws RangeError when a length is wrong.
   */
  openMessage(
    packet: Uint8Array,
    authKey: Uint8Array,
    sender: Sender,
    plain: Uint8Array,
    digest?: Uint8Array,
  ): boolean;
  /** As sealMessage for both, in much less than twice the time where the processor has the instructions. */
  sealTwo(one: ToSeal, other: ToSeal, sender: Sender): void;
  /** As openMessage for both, in less than twice the time where the processor has the instructions. */
  openTwo(one: ToOpen, other: ToOpen, sender: Sender): readonly [boolean, boolean];
}

/** The arguments of sealMessage. */
export interface ToSeal {
  readonly packet: Uint8Array;
  readonly authKey: Uint8Array;
}

/** The arguments of openMessage. */
export interface ToOpen {
  readonly packet: Uint8Array;
  readonly authKey: Uint8Array;
  readonly plain: Uint8Array;
}

/** Length in bytes of auth_key_id and msg_key, in front of the encrypted part. */
export const MESSAGE_HEAD_BYTES = 24;
export const AUTH_KEY_BYTES = 256;
