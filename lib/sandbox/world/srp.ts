import { pbkdf2Sync } from 'node:crypto';
import type { Random } from '../../base/random.js';
import { sha256, xor } from '../hashes.js';
import { GENERATOR, PRIME, toBigInt, toBytes } from '../prime.js';
import type { Password } from './model.js';

const P = toBigInt(PRIME);
const G = BigInt(GENERATOR);
const ITERATIONS = 100_000;

/**
 * One challenge for a client of two-step verification, SRP 2048 as core.telegram.org/api/srp describes it: it can be
 * answered once. Numbers are 256 bytes, big-endian.
 */
export interface SrpChallenge {
  readonly srpId: bigint;
  readonly b: bigint;
  /** srp_B of account.password. */
  readonly B: Buffer;
}

export function makePassword(text: string, hint: string, random: Random): Password {
  const salt1 = random.bytes(40);
  const salt2 = random.bytes(16);
  return { salt1, salt2, verifier: padded(modPow(G, passwordHash(text, salt1, salt2), P)), hint };
}

export function challenge(password: Password, random: Random): SrpChallenge {
  const b = toBigInt(random.bytes(256));
  const k = toBigInt(sha256(PRIME, padded(G)));
  const B = (k * toBigInt(password.verifier) + modPow(G, b, P)) % P;
  return { srpId: random.bytes(8).readBigInt64LE(0), b, B: padded(B) };
}

/** Whether inputCheckPasswordSRP's A and M1 prove knowledge of the password. */
export function proves(password: Password, { b, B }: SrpChallenge, A: Buffer, M1: Buffer): boolean {
  const a = toBigInt(A);
  if (A.length > 256 || a <= 1n || a >= P - 1n) return false;
  const paddedA = padded(a);
  const u = toBigInt(sha256(paddedA, B));
  const S = modPow(a * modPow(toBigInt(password.verifier), u, P), b, P);
  const expected = sha256(
    xor(sha256(PRIME), sha256(padded(G))),
    sha256(password.salt1),
    sha256(password.salt2),
    paddedA,
    B,
    sha256(padded(S)),
  );
  return expected.equals(M1);
}

/** PH2 of the specification. */
function passwordHash(text: string, salt1: Buffer, salt2: Buffer): bigint {
  const inner = salted(salted(Buffer.from(text, 'utf8'), salt1), salt2);
  const slow = pbkdf2Sync(inner, salt1, ITERATIONS, 64, 'sha512');
  return toBigInt(salted(slow, salt2));
}

function salted(data: Buffer, salt: Buffer): Buffer {
  return sha256(salt, data, salt);
}

function padded(value: bigint): Buffer {
  return toBytes(value, PRIME.length);
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
