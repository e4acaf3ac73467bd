/**
 * What this version of TelePi can't read: a constructor that is newer than it, or one by which Telegram itself says that
 * it has something newer (messageMediaUnsupported). Nothing is lost: a later version reads the bytes.
 */
export interface Unknown {
  readonly kind: 'unknown';
  /** The constructor's name in the library's spelling; absent when the library doesn't know it either. */
  readonly name?: string;
  /** The constructor's id in hexadecimal, eight digits, as TL schemas write it. */
  readonly id: string;
  /** The object in TL, its constructor id included, in base64. */
  readonly tl: string;
}

/** A whole message as Telegram sent it. */
export interface RawMessage {
  /** The layer of the schema in which it is written. */
  readonly layer: number;
  /** Base64. */
  readonly tl: string;
}
