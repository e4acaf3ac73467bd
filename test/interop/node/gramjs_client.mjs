// GramJS stopped at layer 198: it shows how a client of an older layer is refused.
import { createHash, createPublicKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { guardStep, loopbackOnly, readFacts, take } from './steps.mjs';

const require = createRequire(import.meta.url);
const { TelegramClient } = require('gramjs');
const { StringSession } = require('gramjs/sessions');
const { Logger } = require('gramjs/extensions');
const { ConnectionTCPFull } = require('gramjs/network/connection');
const { _serverKeys } = require('gramjs/crypto/RSA');
const { returnBigInt } = require('gramjs/Helpers');

loopbackOnly();
const facts = await readFacts();
await take('loopback only', async () => guardStep());
trust(facts.publicKeyPem);
const session = new StringSession('');
session.setDC(facts.dcId, facts.host, facts.port);
/** GramJS has port 80 built in. */
class SandboxConnection extends ConnectionTCPFull {
  constructor(address) {
    super({ ...address, port: facts.port });
  }
}

const client = new TelegramClient(session, facts.apiId, facts.apiHash, {
  connection: SandboxConnection,
  connectionRetries: 1,
  baseLogger: new Logger('none'),
});
await take('an old layer is refused', async () => {
  try {
    if (!(await client.connect())) return { code: 0, words: 'not connected' };
  } catch (error) {
    return { code: error.code, words: error.errorMessage };
  }
  return { code: 0, words: 'connected' };
});
process.exit(0);

/** Lets the library take this server's key, as if it were one of Telegram's. */
function trust(pem) {
  const { n, e } = createPublicKey(pem).export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  const tl = Buffer.concat([Buffer.of(254, 0, 1, 0), modulus, Buffer.of(exponent.length), exponent]);
  const fingerprint = createHash('sha1').update(tl).digest().readBigInt64LE(12);
  _serverKeys.set(fingerprint.toString(), {
    n: returnBigInt(BigInt(`0x${modulus.toString('hex')}`)),
    e: Number.parseInt(exponent.toString('hex'), 16),
  });
}
