import { BinaryReader } from 'telegram/extensions/BinaryReader.js';
import type { MTProtoPlainSender } from 'telegram/network/MTProtoPlainSender.js';
import { Api } from 'telegram/tl/index.js';
import { FailedError } from '../base/errors.js';
import { PlainConnection, type PlainConnectionOptions } from '../mtproto/plain-connection.js';
import { connectionLost } from '../refusals/telegram-error.js';
import { fromLong } from './long.js';
import { isTrusted } from './server-key.js';

export interface MadeKey {
  /** The permanent authorization key, 256 bytes. A secret. */
  readonly authKey: Buffer;
  /** The server's clock minus ours in milliseconds, exact to the second. */
  readonly offsetMs: number;
}

/** The library's exchange logs its steps; without their contents the lines are useless. */
const MUTE = { debug(): void {} };

/**
 * Makes a key with a server (core.telegram.org/mtproto/auth_key): runs the library's exchange over a connection of
 * ours, which is closed afterwards. Throws FailedError SERVER_KEY when the server has none of the trusted keys,
 * CONNECTION_LOST for any other failure, and the signal's reason at once.
 */
export async function exchangeKey(options: PlainConnectionOptions): Promise<MadeKey> {
  const { clock, signal, host, port } = options;
  // Loaded only when a key has to be made, which is once in the life of a session.
  const { doAuthentication } = await import('telegram/network/Authenticator.js');
  signal.throwIfAborted();
  const plain = new PlainConnection(options);
  const address = `${host}:${port}`;
  const sender = {
    async send(request: Api.AnyRequest): Promise<unknown> {
      const answer: unknown = new BinaryReader(await plain.ask(request.getBytes())).tgReadObject();
      if (answer instanceof Api.ResPQ && !isAnyTrusted(answer)) throw new UntrustedKeys(address);
      return answer;
    },
  };
  try {
    const made = await doAuthentication(sender as unknown as MTProtoPlainSender, MUTE);
    const authKey = made.authKey.getKey();
    if (!authKey) throw new Error('the exchange made no key');
    // The library measures against the machine's clock, but messages are numbered by ours.
    return { authKey, offsetMs: made.timeOffset * 1000 + Date.now() - clock.now() };
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof UntrustedKeys ? error : connectionLost(`connect ${address}`, error);
  } finally {
    plain.close();
  }
}

function isAnyTrusted({ serverPublicKeyFingerprints }: Api.ResPQ): boolean {
  return serverPublicKeyFingerprints.some((fingerprint) => isTrusted(fromLong(fingerprint)));
}

class UntrustedKeys extends FailedError {
  constructor(address: string) {
    super(
      'SERVER_KEY',
      `The server at ${address} has none of the keys that telepi trusts: check TG_SERVER_KEY (and TG_TEST_DC).`,
    );
  }
}
