import { createHash, createPublicKey } from 'node:crypto';
import { TelegramClient } from 'telegram';
import { _serverKeys } from 'telegram/crypto/RSA.js';
import { Logger, LogLevel } from 'telegram/extensions/Logger.js';
import { returnBigInt } from 'telegram/Helpers.js';
import type { ConnectionTCPFull } from 'telegram/network/connection/TCPFull.js';
import { StringSession } from 'telegram/sessions/index.js';
import type { ServerAddress } from '../../lib/base/server-address.js';

export interface LibraryClientOptions extends ServerAddress {
  /** A saved session to continue with. */
  readonly session?: string;
  readonly connection?: typeof ConnectionTCPFull;
  readonly loud?: boolean;
}

/** The plain library, without any of ours, pointed at a server of the test. Not connected yet. */
export function libraryClient(options: LibraryClientOptions): TelegramClient {
  trustServerKey(options.publicKeyPem);
  const session = new StringSession(options.session ?? '');
  session.setDC(options.dcId, options.host, options.port);
  return new TelegramClient(session, 4321, '0123456789abcdef0123456789abcdef', {
    securityChecks: true,
    floodSleepThreshold: 0,
    connectionRetries: 3,
    baseLogger: new Logger(options.loud ? LogLevel.DEBUG : LogLevel.NONE),
    ...(options.connection ? { connection: options.connection } : {}),
  });
}

/** Makes the library accept this server's key, as if it were one of Telegram's. */
export function trustServerKey(publicKeyPem: string): void {
  const { n = '', e = '' } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  const tl = Buffer.concat([Buffer.of(254, 0, 1, 0), modulus, Buffer.of(exponent.length), exponent]);
  const fingerprint = createHash('sha1').update(tl).digest().readBigInt64LE(12);
  _serverKeys.set(fingerprint.toString(), {
    n: returnBigInt(BigInt(`0x${modulus.toString('hex')}`)),
    e: Number.parseInt(exponent.toString('hex'), 16),
  });
}
