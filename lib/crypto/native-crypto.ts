import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { requireIge, requireMessage, requireOpening } from './lengths.js';
import type { IgeCipher, MessageCrypto } from './message-crypto.js';
import { messageCryptoOf } from './messages.js';

/** What lib/crypto/native/addon.c exports. The functions are there when the processor can run them. */
interface Addon extends Partial<IgeCipher> {
  readonly interfaceNumber: number;
  readonly aes: string;
  readonly sha: string;
  readonly sealFromClient?: Seal;
  readonly sealFromServer?: Seal;
  readonly openFromClient?: Open;
  readonly openFromServer?: Open;
}
type Seal = (packet: Uint8Array, authKey: Uint8Array) => void;
type Open = (packet: Uint8Array, authKey: Uint8Array, plain: Uint8Array, digest: Uint8Array) => boolean;

/** INTERFACE_NUMBER of addon.c. */
const INTERFACE_NUMBER = 1;
/** The package's root, from dist/lib/crypto. */
const ROOT = '../../..';

/**
 * The addon that `npm run build:native` makes. Throws an error that says why it can't be used: it wasn't built, was
 * built for another system or from other sources, or the processor has no instructions for AES.
 */
export function loadNativeCrypto(path = addonPath()): MessageCrypto {
  const addon = load(path);
  if (addon.interfaceNumber !== INTERFACE_NUMBER)
    throw new Error('it was built from other sources: npm run build:native');
  const { encryptIge, decryptIge, sealFromClient, sealFromServer, openFromClient, openFromServer } = addon;
  if (!encryptIge || !decryptIge) throw new Error('this processor has no instructions for AES');
  if (!sealFromClient || !sealFromServer || !openFromClient || !openFromServer) {
    return messageCryptoOf('native', `${addon.aes} and OpenSSL`, { encryptIge, decryptIge });
  }
  const unasked = Buffer.alloc(32);
  return {
    name: 'native',
    detail: `${addon.aes} and ${addon.sha}`,
    encryptIge(plain, key, iv, out) {
      requireIge(plain, key, iv, out);
      encryptIge(plain, key, iv, out);
    },
    decryptIge(encrypted, key, iv, out) {
      requireIge(encrypted, key, iv, out);
      decryptIge(encrypted, key, iv, out);
    },
    sealMessage(packet, authKey, sender) {
      requireMessage(packet, authKey);
      (sender === 'client' ? sealFromClient : sealFromServer)(packet, authKey);
    },
    openMessage(packet, authKey, sender, plain, digest = unasked) {
      requireOpening(packet, authKey, plain, digest);
      return (sender === 'client' ? openFromClient : openFromServer)(packet, authKey, plain, digest);
    },
  };
}

/** Where lib/crypto/native/build.mjs puts it. */
function addonPath(): string {
  const name = `crypto-${process.platform}-${process.arch}.node`;
  return fileURLToPath(new URL(`${ROOT}/build/${name}`, import.meta.url));
}

function load(path: string): Addon {
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND';
    const reason = absent ? 'it is not built' : 'it was built for another system';
    throw new Error(`${reason}: npm run build:native`, { cause: error });
  }
}
