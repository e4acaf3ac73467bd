import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type { AuthKey, Caller } from '../rpc.js';
import type { SrpChallenge } from '../world/srp.js';

const CODE_LIFE_MS = 5 * 60_000;
const TOKEN_LIFE_MS = 30_000;
const EXPORT_LIFE_MS = 10 * 60_000;
const REMEMBERED_MS = 60 * 60_000;

interface SentCode {
  readonly phone: string;
  readonly userId: number;
  /** Which of the account's ways it was sent by, from 0. */
  readonly attempt: number;
  readonly expiresMs: number;
}

interface LoginToken {
  readonly caller: Caller;
  readonly expiresMs: number;
  acceptedBy: number | undefined;
}

/** Sign-ins in progress, and the keys that are signed in. Only the keys outlive the process. */
export class Logins {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #codes = new Map<string, SentCode>();
  readonly #passwords = new Map<bigint, { readonly userId: number; challenge: SrpChallenge | undefined }>();
  readonly #exports = new Map<
    string,
    { readonly userId: number; readonly dcId: number; readonly expiresMs: number }
  >();
  readonly #tokens = new Map<string, LoginToken>();
  readonly #keys = new Map<number, Map<bigint, AuthKey>>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Notes that a code was sent; returns its phone_code_hash. */
  sendCode(phone: string, userId: number, attempt: number): string {
    const hash = this.#random.bytes(9).toString('hex');
    this.#forgetOld(this.#codes);
    this.#codes.set(hash, { phone, userId, attempt, expiresMs: this.#clock.now() + CODE_LIFE_MS });
    return hash;
  }

  /** The code that was sent under the hash; 'expired' when it is too old or was never sent to that phone. */
  codeSent(hash: string, phone: string): SentCode | 'expired' {
    const sent = this.#codes.get(hash);
    if (!sent || sent.phone !== phone || sent.expiresMs <= this.#clock.now()) return 'expired';
    return sent;
  }

  forgetCode(hash: string): boolean {
    return this.#codes.delete(hash);
  }

  /** Notes that the key has shown its code; the password is still missing. */
  awaitPassword(key: AuthKey, userId: number): void {
    this.#passwords.set(key.id, { userId, challenge: undefined });
  }

  awaitsPassword(key: AuthKey): boolean {
    return this.#passwords.has(key.id) && key.userId === undefined;
  }

  /** The account whose password is requested from the key, signed in or about to be. */
  passwordOwner(key: AuthKey): number | undefined {
    return this.#passwords.get(key.id)?.userId ?? key.userId;
  }

  /** Keeps the one SRP challenge that the key may answer. */
  ask(key: AuthKey, userId: number, challenge: SrpChallenge): void {
    this.#passwords.set(key.id, { userId, challenge });
  }

  /** Returns the challenge with that srp_id, only once; undefined when there is none. */
  takeChallenge(key: AuthKey, srpId: bigint): SrpChallenge | undefined {
    const pending = this.#passwords.get(key.id);
    if (!pending?.challenge || pending.challenge.srpId !== srpId) return undefined;
    const { challenge } = pending;
    pending.challenge = undefined;
    return challenge;
  }

  signIn(key: AuthKey, userId: number): void {
    this.#passwords.delete(key.id);
    key.userId = userId;
    this.seen(key, userId);
  }

  signOut(key: AuthKey): void {
    if (key.userId !== undefined) this.#keys.get(key.userId)?.delete(key.id);
    this.#passwords.delete(key.id);
    key.userId = undefined;
  }

  /** Notes that the key belongs to the account, also when an earlier process signed it in. */
  seen(key: AuthKey, userId: number): void {
    const keys = this.#keys.get(userId) ?? new Map<bigint, AuthKey>();
    keys.set(key.id, key);
    this.#keys.set(userId, keys);
  }

  keysOf(userId: number): AuthKey[] {
    return [...(this.#keys.get(userId)?.values() ?? [])];
  }

  /** The bytes of auth.exportAuthorization; they can be used once, on the DC they were made for. */
  exportTo(dcId: number, userId: number): Buffer {
    const bytes = this.#random.bytes(128);
    this.#forgetOld(this.#exports);
    const expiresMs = this.#clock.now() + EXPORT_LIFE_MS;
    this.#exports.set(bytes.toString('hex'), { userId, dcId, expiresMs });
    return bytes;
  }

  import(bytes: Buffer, dcId: number): number | undefined {
    const key = bytes.toString('hex');
    const exported = this.#exports.get(key);
    if (!exported || exported.dcId !== dcId || exported.expiresMs <= this.#clock.now()) return undefined;
    this.#exports.delete(key);
    return exported.userId;
  }

  /** A QR login's token for this session, renewed when the last one has been used up. `expiresMs`: wall clock. */
  loginToken(caller: Caller): { readonly token: Buffer; readonly expiresMs: number } {
    const token = this.#random.bytes(32);
    this.#forgetOld(this.#tokens);
    const expiresMs = this.#clock.now() + TOKEN_LIFE_MS;
    this.#tokens.set(token.toString('hex'), { caller, expiresMs, acceptedBy: undefined });
    return { token, expiresMs };
  }

  /** The token of this key that was accepted, and the account that accepted it. It stays valid until it is used. */
  acceptedFor(key: AuthKey): { readonly userId: number; readonly token: Buffer } | undefined {
    for (const [name, { caller, acceptedBy }] of this.#tokens) {
      if (caller.key.id === key.id && acceptedBy !== undefined) {
        return { userId: acceptedBy, token: Buffer.from(name, 'hex') };
      }
    }
    return undefined;
  }

  spendToken(token: Buffer): void {
    this.#tokens.delete(token.toString('hex'));
  }

  /** The session that shows the token, which `userId` now lets in; undefined when the token is unknown or too old. */
  acceptToken(bytes: Buffer, userId: number): Caller | 'expired' | undefined {
    const token = this.#tokens.get(bytes.toString('hex'));
    if (!token) return undefined;
    if (token.expiresMs <= this.#clock.now()) return 'expired';
    token.acceptedBy = userId;
    return token.caller;
  }

  /** The account that accepted a token which moved here from another DC. */
  importToken(bytes: Buffer): number | 'expired' | undefined {
    const name = bytes.toString('hex');
    const token = this.#tokens.get(name);
    if (!token) return undefined;
    if (token.expiresMs <= this.#clock.now()) return 'expired';
    this.#tokens.delete(name);
    return token.acceptedBy;
  }

  /** Drops entries that expired an hour ago or earlier; until then they count as too late, not as unknown. */
  #forgetOld(entries: Map<string, { readonly expiresMs: number }>): void {
    const before = this.#clock.now() - REMEMBERED_MS;
    for (const [name, { expiresMs }] of entries) if (expiresMs < before) entries.delete(name);
  }
}
