import type { Api } from 'telegram/tl/index.js';

const BYTES = Symbol('the TL that it was read from');

type Kept = object & { readonly [BYTES]?: Buffer };

/**
 * Keeps the TL of a message with it, where neither its fields nor copies of it show it, in place of what was kept before. The bytes
 * are copied.
 */
export function keepBytes(message: object, bytes: Buffer): void {
  Object.defineProperty(message, BYTES, { value: Buffer.from(bytes), configurable: true });
}

/**
 * A message in TL, its constructor's id included: as Telegram sent it, whatever its fields have become since, or as the
 * library writes it, if it wasn't read from an answer.
 */
export function sentBytes(message: Api.TypeMessage): Buffer {
  return (message as Kept)[BYTES] ?? Buffer.from(message.getBytes());
}
