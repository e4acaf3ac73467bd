import { randomBytes } from 'node:crypto';
import type { Clock } from '../../base/clock.js';
import { sha1, xor } from '../hashes.js';
import { GENERATOR, PRIME } from '../prime.js';
import { Tl } from './constructors.js';
import { type DhGroup, type DhHalf, isInRange, makePq } from './dh.js';
import { decryptIge, encryptIge } from './ige.js';
import { type InnerData, openInnerData } from './inner-data.js';
import type { KeyStore } from './key-store.js';
import type { ServerKey } from './rsa.js';
import { SALT_SECONDS } from './salts.js';
import { TlReader, TlWriter } from './tl-bytes.js';

/** The client broke the exchange; Telegram answers with this transport error and closes. */
export class HandshakeError extends Error {
  override name = 'HandshakeError';
  readonly transportCode: number;

  constructor(message: string, transportCode = -404) {
    super(message);
    this.transportCode = transportCode;
  }
}

export interface HandshakeOptions {
  readonly serverKey: ServerKey;
  readonly dhGroup: DhGroup;
  readonly keys: KeyStore;
  readonly clock: Clock;
}

interface PqStep {
  readonly nonce: Buffer;
  readonly serverNonce: Buffer;
  readonly p: Buffer;
  readonly q: Buffer;
  readonly pq: Buffer;
}

interface DhStep extends PqStep {
  readonly inner: InnerData;
  readonly dh: DhHalf;
  readonly aesKey: Buffer;
  readonly aesIv: Buffer;
  /** The required retry_id: 0, then the auth_key_aux_hash of the refused key. */
  readonly retryId: bigint;
}

/**
 * The server's side of the auth-key exchange of one connection (core.telegram.org/mtproto/auth_key). `answer` takes
 * each plain message and returns the plain answer, or throws HandshakeError.
 */
export class Handshake {
  readonly #options: HandshakeOptions;
  #pqStep: PqStep | undefined;
  #dhStep: DhStep | undefined;

  constructor(options: HandshakeOptions) {
    this.#options = options;
  }

  /** The answer to a plain message; undefined for one that needs none (an acknowledgement). */
  answer(message: Buffer): Buffer | undefined {
    try {
      const reader = new TlReader(message);
      const kind = reader.uint();
      if (kind === Tl.req_pq || kind === Tl.req_pq_multi) return this.#resPq(reader);
      if (kind === Tl.req_DH_params) return this.#serverDhParams(reader);
      if (kind === Tl.set_client_DH_params) return this.#dhGen(reader);
      if (kind === Tl.msgs_ack) return undefined;
      throw new HandshakeError(`constructor ${kind} is not a plain message`);
    } catch (error) {
      if (error instanceof RangeError) throw new HandshakeError(error.message);
      throw error;
    }
  }

  #resPq(reader: TlReader): Buffer {
    const step = { nonce: Buffer.from(reader.raw(16)), serverNonce: randomBytes(16), ...makePq() };
    this.#pqStep = step;
    this.#dhStep = undefined;
    return new TlWriter()
      .uint(Tl.resPQ)
      .raw(step.nonce)
      .raw(step.serverNonce)
      .string(step.pq)
      .longs([this.#options.serverKey.fingerprint])
      .finish();
  }

  #serverDhParams(reader: TlReader): Buffer {
    const step = this.#pqStep;
    this.#pqStep = undefined;
    if (!step) throw new HandshakeError('req_DH_params without req_pq');
    checkNonces(reader, step);
    const p = reader.string();
    const q = reader.string();
    if (reader.long() !== this.#options.serverKey.fingerprint) throw new HandshakeError('no such RSA key');
    const inner = this.#decryptInner(reader.string());
    if (!inner.nonce.equals(step.nonce) || !inner.serverNonce.equals(step.serverNonce)) {
      throw new HandshakeError('the inner nonces differ');
    }
    this.#checkDc(inner.dc);
    if (inner.expiresIn !== undefined && inner.expiresIn <= 0)
      throw new HandshakeError('the key expires at once');
    const factors =
      [p, inner.p].every((it) => it.equals(step.p)) && [q, inner.q].every((it) => it.equals(step.q));
    if (!factors || !inner.pq.equals(step.pq)) return dhParamsFail(step, inner);
    const keys = exchangeKeys(inner.newNonce, step.serverNonce);
    this.#dhStep = { ...step, inner, dh: this.#options.dhGroup.start(), ...keys, retryId: 0n };
    return this.#dhParamsOk(this.#dhStep);
  }

  #decryptInner(encrypted: Buffer): InnerData {
    if (encrypted.length !== 256) throw new HandshakeError('encrypted_data must have 256 bytes');
    let decrypted: Buffer;
    try {
      decrypted = this.#options.serverKey.decrypt(encrypted);
    } catch (error) {
      throw new HandshakeError(`RSA: ${String(error)}`);
    }
    const inner = openInnerData(decrypted);
    if (!inner) throw new HandshakeError('the inner data has neither RSA_PAD nor its SHA1');
    return inner;
  }

  #checkDc(dc: number | undefined): void {
    if (dc === undefined) return;
    const id = Math.abs(dc) % 10_000;
    if (id !== this.#options.keys.dcId) throw new HandshakeError(`this is not DC ${dc}`, -444);
  }

  #dhParamsOk(step: DhStep): Buffer {
    const answer = new TlWriter()
      .uint(Tl.server_DH_inner_data)
      .raw(step.nonce)
      .raw(step.serverNonce)
      .uint(GENERATOR)
      .string(PRIME)
      .string(step.dh.gA)
      .uint(this.#now())
      .finish();
    const hashed = Buffer.concat([sha1(answer), answer]);
    const padded = Buffer.concat([hashed, randomBytes(-hashed.length & 15)]);
    return new TlWriter()
      .uint(Tl.server_DH_params_ok)
      .raw(step.nonce)
      .raw(step.serverNonce)
      .string(encryptIge(padded, step.aesKey, step.aesIv))
      .finish();
  }

  #dhGen(reader: TlReader): Buffer {
    const step = this.#dhStep;
    this.#dhStep = undefined;
    if (!step) throw new HandshakeError('set_client_DH_params without server_DH_params_ok');
    checkNonces(reader, step);
    const gB = readClientDh(reader.string(), step);
    if (!isInRange(gB)) return dhGenAnswer(Tl.dh_gen_fail, 3, step, Buffer.alloc(8));
    const key = step.dh.computeKey(gB);
    const auxHash = sha1(key).subarray(0, 8);
    if (this.#store(step.inner, step.serverNonce, key)) return dhGenAnswer(Tl.dh_gen_ok, 1, step, auxHash);
    this.#dhStep = { ...step, retryId: auxHash.readBigInt64LE(0) };
    return dhGenAnswer(Tl.dh_gen_retry, 2, step, auxHash);
  }

  #store({ newNonce, dc = 0, expiresIn }: InnerData, serverNonce: Buffer, key: Buffer): boolean {
    const now = this.#now();
    const salt = xor(newNonce.subarray(0, 8), serverNonce.subarray(0, 8)).readBigInt64LE(0);
    const stored = this.#options.keys.add({
      key,
      firstSalt: { salt, validUntil: now + SALT_SECONDS },
      expiresAt: expiresIn === undefined ? undefined : now + expiresIn,
      mediaOnly: dc < 0,
    });
    return stored !== undefined;
  }

  #now(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }
}

function checkNonces(reader: TlReader, { nonce, serverNonce }: PqStep): void {
  if (!reader.raw(16).equals(nonce) || !reader.raw(16).equals(serverNonce)) {
    throw new HandshakeError('the nonces differ');
  }
}

/** Reads g_b from set_client_DH_params; checks SHA1, nonces and retry_id. */
function readClientDh(encrypted: Buffer, step: DhStep): Buffer {
  if (encrypted.length % 16 !== 0 || encrypted.length < 32)
    throw new HandshakeError('encrypted_data is cut short');
  const plain = decryptIge(encrypted, step.aesKey, step.aesIv);
  const reader = new TlReader(plain, 20);
  if (reader.uint() !== Tl.client_DH_inner_data) throw new HandshakeError('client_DH_inner_data is wanted');
  checkNonces(reader, step);
  const retryId = reader.long();
  const gB = reader.string();
  if (!sha1(plain.subarray(20, reader.offset)).equals(plain.subarray(0, 20))) {
    throw new HandshakeError('client_DH_inner_data fails its SHA1');
  }
  if (retryId !== step.retryId) throw new HandshakeError('retry_id is not the refused key');
  return gB;
}

function dhParamsFail({ nonce, serverNonce }: PqStep, { newNonce }: InnerData): Buffer {
  const newNonceHash = sha1(newNonce).subarray(4, 20);
  return new TlWriter().uint(Tl.server_DH_params_fail).raw(nonce).raw(serverNonce).raw(newNonceHash).finish();
}

/** dh_gen_ok, dh_gen_retry or dh_gen_fail, with new_nonce_hash1, 2 or 3. */
function dhGenAnswer(kind: number, number: number, step: DhStep, auxHash: Buffer): Buffer {
  const hash = sha1(step.inner.newNonce, Buffer.of(number), auxHash).subarray(4, 20);
  return new TlWriter().uint(kind).raw(step.nonce).raw(step.serverNonce).raw(hash).finish();
}

/** tmp_aes_key and tmp_aes_iv of the exchange. */
export function exchangeKeys(newNonce: Buffer, serverNonce: Buffer): { aesKey: Buffer; aesIv: Buffer } {
  const a = sha1(newNonce, serverNonce);
  const b = sha1(serverNonce, newNonce);
  const c = sha1(newNonce, newNonce);
  return {
    aesKey: Buffer.concat([a, b.subarray(0, 12)]),
    aesIv: Buffer.concat([b.subarray(12, 20), c, newNonce.subarray(0, 4)]),
  };
}
