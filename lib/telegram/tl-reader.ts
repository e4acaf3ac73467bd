import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import { returnBigInt } from 'telegram/Helpers.js';
import { Api } from 'telegram/tl/index.js';
import type { Long } from './long.js';
import { keepBytes } from './sent-bytes.js';

/**
 * The library's reader of TL, made for long histories: it reads 64-bit numbers, of which every message has several,
 * without their digits in between, and keeps with each message the bytes that it was read from.
 */
export class TlReader extends BinaryReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super(bytes);
    this.#bytes = bytes;
  }

  override readLong(signed = true): Long {
    const at = this.offset;
    this.offset += 8;
    return returnBigInt(signed ? this.#bytes.readBigInt64LE(at) : this.#bytes.readBigUInt64LE(at));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the library declares it
  override tgReadObject(): any {
    const start = this.offset;
    const object: unknown = super.tgReadObject();
    if (object instanceof Api.Message || object instanceof Api.MessageService) {
      keepBytes(object, this.#bytes.subarray(start, this.offset));
    }
    return object;
  }
}

/** What bytes are in TL, all of them; undefined when they are something else than one object of this layer. */
export function readTl(bytes: Buffer): unknown {
  const reader = new TlReader(bytes);
  try {
    const object: unknown = reader.tgReadObject();
    return reader.offset === bytes.length ? object : undefined;
  } catch {
    return undefined;
  }
}
