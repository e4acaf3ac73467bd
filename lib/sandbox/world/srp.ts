import { createHash, pbkdf2Sync } from 'node:crypto';
import type { Random } from '../../base/random.js';
import type { Password } from './model.js';

/**
 * The server's half of two-step verification, SRP 2048 as core.telegram.org/api/srp describes it. Numbers are 256
 * bytes, big-endian.
 */
export const SRP_G = 3;

/** The 2048-bit safe prime that Telegram's servers give, and clients know as good. */
export const SRP_P = Buffer.from(
  'c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f' +
    '48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c37' +
    '20fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64' +
    '2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4' +
    'a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754' +
    'fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4' +
    'e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f' +
    '0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b',
  'hex',
);

const P = toNumber(SRP_P);
const G = BigInt(SRP_G);
const ITERATIONS = 100_000;

/** One question to a client: it is good for one answer. */
export interface SrpChallenge {
  readonly srpId: bigint;
  readonly b: bigint;
  /** srp_B of account.password. */
  readonly B: Buffer;
}

export function makePassword(text: string, hint: string, random: Random): Password {
  const salt1 = random.bytes(40);
  const salt2 = random.bytes(16);
  return { salt1, salt2, verifier: toBytes(modPow(G, passwordHash(text, salt1, salt2), P)), hint };
}

export function challenge(password: Password, random: Random): SrpChallenge {
  const b = toNumber(random.bytes(256));
  const k = toNumber(sha256(SRP_P, toBytes(G)));
  const B = (k * toNumber(password.verifier) + modPow(G, b, P)) % P;
  return { srpId: random.bytes(8).readBigInt64LE(0), b, B: toBytes(B) };
}

/** Whether inputCheckPasswordSRP's A and M1 prove knowledge of the password. */
export function proves(password: Password, { b, B }: SrpChallenge, A: Buffer, M1: Buffer): boolean {
  const a = toNumber(A);
  if (A.length > 256 || a <= 1n || a >= P - 1n) return false;
  const paddedA = toBytes(a);
  const u = toNumber(sha256(paddedA, B));
  const S = modPow(a * modPow(toNumber(password.verifier), u, P), b, P);
  const expected = sha256(
    xor(sha256(SRP_P), sha256(toBytes(G))),
    sha256(password.salt1),
    sha256(password.salt2),
    paddedA,
    B,
    sha256(toBytes(S)),
  );
  return expected.equals(M1);
}

/** PH2 of the specification. */
function passwordHash(text: string, salt1: Buffer, salt2: Buffer): bigint {
  const inner = salted(salted(Buffer.from(text, 'utf8'), salt1), salt2);
  const slow = pbkdf2Sync(inner, salt1, ITERATIONS, 64, 'sha512');
  return toNumber(salted(slow, salt2));
}

function salted(data: Buffer, salt: Buffer): Buffer {
  return sha256(salt, data, salt);
}

function sha256(...chunks: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));
}

function toNumber(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(512, '0'), 'hex');
}

function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
