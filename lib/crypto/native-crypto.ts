import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageFolder } from '../base/package-folder.js';
import { requireIge, requireMessage, requireOpening } from './lengths.js';
import type { IgeCipher, MessageCrypto, Sender } from './message-crypto.js';
import { messageCryptoOf } from './messages.js';

/** The exports of lib/crypto/native/addon.c. A function is present if the processor can run it. */
interface Addon extends Partial<IgeCipher>, Partial<Record<Sender, OfSender>> {
  readonly interfaceNumber: number;
  readonly aes: string;
  readonly sha: string;
}

interface OfSender {
  readonly seal: (...one: SealArguments) => void;
  readonly sealTwo: (...both: [...SealArguments, ...SealArguments]) => void;
  readonly open: (...one: OpenArguments) => boolean;
  /** Bit 0 for the first, bit 1 for the second. */
  readonly openTwo: (...both: [...OpenArguments, ...OpenArguments]) => number;
}
type SealArguments = [packet: Uint8Array, authKey: Uint8Array];
type OpenArguments = [packet: Uint8Array, authKey: Uint8Array, plain: Uint8Array, digest: Uint8Array];

/** INTERFACE_NUMBER of addon.c. */
const INTERFACE_NUMBER = 2;

/**
 * The addon that `npm run build:native` makes. Throws an error that says why it can't be used: it wasn't built, was
 * built for another system or from other sources, or the processor has no instructions for AES.
 */
export function loadNativeCrypto(path = addonPath()): MessageCrypto {
  const addon = load(path);
  if (addon.interfaceNumber !== INTERFACE_NUMBER)
    throw new Error('it was built from other sources: npm run build:native');
  const { encryptIge, decryptIge, client, server } = addon;
  if (!encryptIge || !decryptIge) throw new Error('this processor has no instructions for AES');
  const cipher = { encryptIge, decryptIge };
  if (!client || !server) return messageCryptoOf('native', `${addon.aes} and OpenSSL`, cipher);
  return hashingCrypto(`${addon.aes} and ${addon.sha}`, cipher, { client, server });
}

/** The addon does whole messages: hash and cipher in one pass. */
function hashingCrypto(
  detail: string,
  { encryptIge, decryptIge }: IgeCipher,
  of: Readonly<Record<Sender, OfSender>>,
): MessageCrypto {
  const [unasked, alsoUnasked] = [Buffer.alloc(32), Buffer.alloc(32)];
  return {
    name: 'native',
    detail,
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
      of[sender].seal(packet, authKey);
    },
    openMessage(packet, authKey, sender, plain, digest = unasked) {
      requireOpening(packet, authKey, plain, digest);
      return of[sender].open(packet, authKey, plain, digest);
    },
    sealTwo(one, other, sender) {
      requireMessage(one.packet, one.authKey);
      requireMessage(other.packet, other.authKey);
      of[sender].sealTwo(one.packet, one.authKey, other.packet, other.authKey);
    },
    openTwo(one, other, sender) {
      for (const { packet, authKey, plain } of [one, other])
        requireOpening(packet, authKey, plain, undefined);
      const { openTwo } = of[sender];
      const holds = openTwo(
        one.packet,
        one.authKey,
        one.plain,
        unasked,
        other.packet,
        other.authKey,
        other.plain,
        alsoUnasked,
      );
      return [(holds & 1) !== 0, (holds & 2) !== 0];
    },
  };
}

/** The path where lib/crypto/native/build.mjs puts it. */
function addonPath(): string {
  const name = `crypto-${process.platform}-${process.arch}.node`;
  return join(packageFolder(import.meta.url), 'build', name);
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
