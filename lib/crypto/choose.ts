import { messageOf, UsageError } from '../base/errors.js';
import { jsIge } from './js-ige.js';
import { knowsAnswers } from './known-answers.js';
import type { CryptoName, MessageCrypto } from './message-crypto.js';
import { messageCryptoOf } from './messages.js';
import { loadNativeCrypto } from './native-crypto.js';
import { createWasmIge } from './wasm/wasm-ige.js';

/** The values that a user may ask for: one of the names, or the fastest. */
export type CryptoChoice = 'auto' | CryptoName;

export interface FoundCrypto {
  readonly crypto: MessageCrypto;
  /** Faster ones that can't be used here. */
  readonly passedOver: readonly { readonly name: CryptoName; readonly reason: string }[];
}

/** Ordered by speed. A loader throws if its crypto can't be used here. */
const LOADERS: readonly { readonly name: CryptoName; readonly load: () => MessageCrypto }[] = [
  { name: 'native', load: () => loadNativeCrypto() },
  { name: 'wasm', load: () => messageCryptoOf('wasm', 'WebAssembly and OpenSSL', createWasmIge()) },
  { name: 'js', load: () => messageCryptoOf('js', 'JavaScript and OpenSSL', jsIge) },
];

/**
 * The fastest crypto that loads here and passes its known-answer test; or the requested one. Throws UsageError
 * CRYPTO_UNAVAILABLE when the requested one can't be used.
 */
export function findCrypto(choice: CryptoChoice = 'auto'): FoundCrypto {
  const passedOver: FoundCrypto['passedOver'][number][] = [];
  for (const { name, load } of LOADERS) {
    if (choice !== 'auto' && choice !== name) continue;
    try {
      const crypto = load();
      if (!knowsAnswers(crypto)) throw new Error('it fails its known-answer test');
      return { crypto, passedOver };
    } catch (error) {
      passedOver.push({ name, reason: messageOf(error) });
    }
  }
  const reasons = passedOver.map(({ reason }) => reason).join('; ');
  throw new UsageError(
    'CRYPTO_UNAVAILABLE',
    `TELEPI_CRYPTO=${choice} can't be used here: ${reasons}. Leave TELEPI_CRYPTO out for the fastest that works.`,
  );
}

/** As findCrypto, for callers that needn't know why. */
export function chooseCrypto(choice: CryptoChoice = 'auto'): MessageCrypto {
  return findCrypto(choice).crypto;
}
