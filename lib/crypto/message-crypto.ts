/** Where the work is done: C of our own with the processor's instructions, WebAssembly, or JavaScript and OpenSSL. */
export type CryptoName = 'native' | 'wasm' | 'js';

/** Whose message it is: it decides which bytes of the auth key count (x = 0 or 8). */
export type Sender = 'client' | 'server';

/**
 * AES-256 in IGE mode. `out` is as long as the input, and either the same memory or apart from it. Throws RangeError
 * when a length is wrong: keys and IVs have 32 bytes (an IV is c[-1], then p[-1]), data a multiple of 16.
 */
export interface IgeCipher {
  encryptIge(plain: Uint8Array, key: Uint8Array, iv: Uint8Array, out: Uint8Array): void;
  decryptIge(encrypted: Uint8Array, key: Uint8Array, iv: Uint8Array, out: Uint8Array): void;
}

/**
 * What a message of MTProto 2.0 needs (core.telegram.org/mtproto/description): auth_key_id (8 bytes), msg_key (16),
 * then AES-256-IGE over salt, session_id, msg_id, seqno, length, body and padding. Auth keys have 256 bytes.
 */
export interface MessageCrypto extends IgeCipher {
  readonly name: CryptoName;
  /** What does the work, for people: `AES-NI and SHA-NI`. */
  readonly detail: string;
  /**
   * Seals a packet in place: from byte 24 on it holds the plaintext, padding included, a multiple of 16 bytes.
   * Writes msg_key to bytes 8 to 24 and encrypts the rest; auth_key_id is the caller's.
   * Throws RangeError when a length is wrong.
   */
  sealMessage(packet: Uint8Array, authKey: Uint8Array, sender: Sender): void;
  /**
   * Decrypts bytes 24 and on of a packet into `plain` (their memory, or apart from it, and as long), and returns
   * whether msg_key is the plaintext's, compared in constant time. `digest`, when given, gets the 32 bytes of
   * msg_key_large. What `plain` holds after `false` means nothing. Throws RangeError when a length is wrong.
   */
  openMessage(
    packet: Uint8Array,
    authKey: Uint8Array,
    sender: Sender,
    plain: Uint8Array,
    digest?: Uint8Array,
  ): boolean;
  /** As sealMessage for either, in much less than twice its time where the processor's instructions do it. */
  sealTwo(one: ToSeal, other: ToSeal, sender: Sender): void;
  /** As openMessage for either, in less than twice its time where the processor's instructions do it. */
  openTwo(one: ToOpen, other: ToOpen, sender: Sender): readonly [boolean, boolean];
}

/** What sealMessage takes. */
export interface ToSeal {
  readonly packet: Uint8Array;
  readonly authKey: Uint8Array;
}

/** What openMessage takes. */
export interface ToOpen {
  readonly packet: Uint8Array;
  readonly authKey: Uint8Array;
  readonly plain: Uint8Array;
}

/** auth_key_id and msg_key, in front of what is encrypted. Bytes. */
export const MESSAGE_HEAD_BYTES = 24;
export const AUTH_KEY_BYTES = 256;
