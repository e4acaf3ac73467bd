import {
  constants,
  createDiffieHellman,
  createHash,
  createPublicKey,
  type DiffieHellman,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import { IGE } from 'telegram/crypto/IGE.js';
import { Tl } from '../../lib/sandbox/mtproto/constructors.js';
import { TlReader, TlWriter } from '../../lib/sandbox/mtproto/tl-bytes.js';

const sha1 = (...pieces: Buffer[]): Buffer => createHash('sha1').update(Buffer.concat(pieces)).digest();
const sha256 = (...pieces: Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(pieces)).digest();

/** A carrier of packets: a connection, or in a test the exchange itself. */
export interface PacketWire {
  send(packet: Buffer): void;
  receive(): Promise<Buffer | undefined>;
}

export interface RawKey {
  readonly key: Buffer;
  readonly id: bigint;
  readonly salt: bigint;
}

/** The ways in which a test may deviate from the protocol. */
export interface ExchangeTwists {
  readonly request?: 'req_pq' | 'req_pq_multi';
  readonly padding?: 'rsa_pad' | 'sha1';
  readonly dc?: number;
  readonly expiresIn?: number;
  readonly innerNonce?: Buffer;
  readonly serverNonce?: Buffer;
  readonly innerP?: Buffer;
  readonly gB?: Buffer;
  readonly fingerprint?: bigint;
  readonly breakHash?: boolean;
}

/** The last answer of an exchange, and the key if it was dh_gen_ok. */
export interface ExchangeResult {
  /** The constructor of the server's last answer; a negative number is a transport error. */
  readonly answer: number;
  readonly hash?: Buffer;
  readonly newNonce: Buffer;
  readonly key?: RawKey;
  /** After dh_gen_retry: repeats the last step, by default with the retry_id that the protocol requires. */
  readonly retry?: (retryId?: bigint) => Promise<ExchangeResult>;
}

/** Makes an auth key by hand (core.telegram.org/mtproto/auth_key), with twists. */
export async function exchangeKey(
  wire: PacketWire,
  pem: string,
  twists: ExchangeTwists = {},
): Promise<ExchangeResult> {
  const nonce = randomBytes(16);
  const newNonce = randomBytes(32);
  const ask = new TlWriter()
    .uint(Tl[twists.request ?? 'req_pq_multi'])
    .raw(nonce)
    .finish();
  const resPq = await plain(wire, ask);
  if (resPq.error !== undefined) return { answer: resPq.error, newNonce };
  const reader = new TlReader(resPq.body, 4 + 16);
  const serverNonce = Buffer.from(reader.raw(16));
  const pq = reader.string();
  const [fingerprint = 0n] = reader.longs();
  const { p, q } = factorise(pq);
  const inner = innerData(
    { pq, p: twists.innerP ?? p, q, nonce: twists.innerNonce ?? nonce, serverNonce, newNonce },
    twists,
  );
  const params = new TlWriter()
    .uint(Tl.req_DH_params)
    .raw(nonce)
    .raw(twists.serverNonce ?? serverNonce)
    .string(p)
    .string(q)
    .long(twists.fingerprint ?? fingerprint)
    .string(encryptInner(inner, pem, twists.padding ?? 'rsa_pad'))
    .finish();
  const dh = await plain(wire, params);
  if (dh.error !== undefined) return { answer: dh.error, newNonce };
  if (dh.body.readUInt32LE(0) !== Tl.server_DH_params_ok) {
    return { answer: dh.body.readUInt32LE(0), hash: dh.body.subarray(36, 52), newNonce };
  }
  const encrypted = new TlReader(dh.body, 36).string();
  return finishExchange(wire, { nonce, serverNonce, newNonce, encrypted, retryId: 0n }, twists);
}

interface DhStep {
  readonly nonce: Buffer;
  readonly serverNonce: Buffer;
  readonly newNonce: Buffer;
  readonly encrypted: Buffer;
  readonly retryId: bigint;
}

async function finishExchange(
  wire: PacketWire,
  step: DhStep,
  twists: ExchangeTwists,
): Promise<ExchangeResult> {
  const { nonce, serverNonce, newNonce } = step;
  const aesKey = Buffer.concat([sha1(newNonce, serverNonce), sha1(serverNonce, newNonce).subarray(0, 12)]);
  const aesIv = Buffer.concat([
    sha1(serverNonce, newNonce).subarray(12),
    sha1(newNonce, newNonce),
    newNonce.subarray(0, 4),
  ]);
  const answer = new IGE(aesKey, aesIv).decryptIge(step.encrypted);
  const reader = new TlReader(answer, 20 + 4 + 32);
  const g = reader.uint();
  const prime = reader.string();
  const gA = reader.string();
  reader.int();
  if (!sha1(answer.subarray(20, reader.offset)).equals(answer.subarray(0, 20)))
    throw new Error('wrong answer hash');
  const half = groupOf(prime, g);
  const exponent = randomBytes(255);
  half.setPrivateKey(exponent);
  const ownGB = half.generateKeys();
  const gB = twists.gB ?? ownGB;
  const inner = new TlWriter()
    .uint(Tl.client_DH_inner_data)
    .raw(nonce)
    .raw(serverNonce)
    .long(step.retryId)
    .string(gB)
    .finish();
  const hashed = Buffer.concat([twists.breakHash ? Buffer.alloc(20) : sha1(inner), inner]);
  const padded = Buffer.concat([hashed, randomBytes(-hashed.length & 15)]);
  const set = new TlWriter()
    .uint(Tl.set_client_DH_params)
    .raw(nonce)
    .raw(serverNonce)
    .string(new IGE(aesKey, aesIv).encryptIge(padded))
    .finish();
  const end = await plain(wire, set);
  if (end.error !== undefined) return { answer: end.error, newNonce };
  half.setPrivateKey(exponent);
  const secret = half.computeSecret(gA);
  const key = Buffer.concat([Buffer.alloc(256 - secret.length), secret]);
  const salt = Buffer.alloc(8);
  for (let i = 0; i < 8; i++) salt[i] = (newNonce[i] ?? 0) ^ (serverNonce[i] ?? 0);
  return {
    answer: end.body.readUInt32LE(0),
    hash: end.body.subarray(36, 52),
    newNonce,
    key: { key, id: sha1(key).readBigInt64LE(12), salt: salt.readBigInt64LE(0) },
    retry: (retryId = sha1(key).readBigInt64LE(0)) => finishExchange(wire, { ...step, retryId }, twists),
  };
}

const groups = new Map<string, DiffieHellman>();

/** OpenSSL proves a prime's safety each time a group is made, which takes a quarter of a second. */
function groupOf(prime: Buffer, g: number): DiffieHellman {
  const name = `${prime.toString('hex')} ${g}`;
  const group = groups.get(name) ?? createDiffieHellman(prime, g);
  groups.set(name, group);
  return group;
}

/** new_nonce_hash1, 2 or 3 of a key. */
export function newNonceHash(newNonce: Buffer, number: number, key: Buffer): Buffer {
  return sha1(newNonce, Buffer.of(number), sha1(key).subarray(0, 8)).subarray(4, 20);
}

/** Sends a plain message and returns the plain answer, or a transport error. */
export async function plain(wire: PacketWire, body: Buffer): Promise<{ body: Buffer; error?: number }> {
  const msgId = (BigInt(Math.floor(Date.now() / 1000)) << 32n) | 4n;
  wire.send(new TlWriter().long(0n).long(msgId).uint(body.length).raw(body).finish());
  const packet = await wire.receive();
  if (!packet) return { body: Buffer.alloc(0), error: 0 };
  if (packet.length < 20) return { body: packet, error: packet.readInt32LE(0) };
  const reader = new TlReader(packet, 16);
  return { body: reader.raw(reader.int()) };
}

function innerData(
  fields: Record<'pq' | 'p' | 'q' | 'nonce' | 'serverNonce' | 'newNonce', Buffer>,
  twists: ExchangeTwists,
): Buffer {
  const { dc, expiresIn } = twists;
  const name =
    `p_q_inner_data${expiresIn === undefined ? '' : '_temp'}${dc === undefined ? '' : '_dc'}` as const;
  const writer = new TlWriter().uint(Tl[name]).string(fields.pq).string(fields.p).string(fields.q);
  writer.raw(fields.nonce).raw(fields.serverNonce).raw(fields.newNonce);
  if (dc !== undefined) writer.uint(dc);
  if (expiresIn !== undefined) writer.uint(expiresIn);
  return writer.finish();
}

function encryptInner(data: Buffer, pem: string, padding: 'rsa_pad' | 'sha1'): Buffer {
  const encrypt = (block: Buffer): Buffer =>
    publicEncrypt({ key: pem, padding: constants.RSA_NO_PADDING }, block);
  if (padding === 'sha1') {
    return encrypt(Buffer.concat([Buffer.of(0), sha1(data), data, randomBytes(235 - data.length)]));
  }
  const modulus = toBigInt(Buffer.from(createPublicKey(pem).export({ format: 'jwk' }).n ?? '', 'base64url'));
  for (;;) {
    const padded = Buffer.concat([data, randomBytes(192 - data.length)]);
    const tempKey = randomBytes(32);
    const withHash = Buffer.concat([Buffer.from(padded).reverse(), sha256(tempKey, padded)]);
    const encrypted = new IGE(tempKey, Buffer.alloc(32)).encryptIge(withHash);
    const mask = sha256(encrypted);
    const block = Buffer.concat([Buffer.from(tempKey.map((byte, i) => byte ^ (mask[i] ?? 0))), encrypted]);
    if (toBigInt(block) < modulus) return encrypt(block);
  }
}

/** Pollard's rho. */
function factorise(pq: Buffer): { p: Buffer; q: Buffer } {
  const n = toBigInt(pq);
  for (let c = 1n; ; c++) {
    let [x, y, d] = [2n, 2n, 1n];
    while (d === 1n) {
      x = (x * x + c) % n;
      y = (y * y + c) % n;
      y = (y * y + c) % n;
      d = gcd(x > y ? x - y : y - x, n);
    }
    if (d === n) continue;
    const [low, high] = d < n / d ? [d, n / d] : [n / d, d];
    return { p: toBytes(low, 4), q: toBytes(high, 4) };
  }
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}
