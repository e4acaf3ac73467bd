import { createDiffieHellman, generatePrimeSync, randomBytes } from 'node:crypto';

/** Telegram's 2048-bit safe prime, for which 3 generates the subgroup of prime order (p mod 3 = 2). */
export const DH_PRIME = Buffer.from(
  'c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b',
  'hex',
);
export const DH_GENERATOR = 3;

/** The server's half of one Diffie-Hellman exchange. */
export interface DhHalf {
  /** g^a mod p, 256 bytes. */
  readonly gA: Buffer;
  /** g^(ab) mod p, 256 bytes: the auth key. `gB` must be in range. */
  computeKey(gB: Buffer): Buffer;
}

/**
 * Telegram's group. OpenSSL proves the prime's safety when it is made, which takes a quarter of a second: so one
 * serves all exchanges.
 */
export class DhGroup {
  readonly #group = createDiffieHellman(DH_PRIME, DH_GENERATOR);

  start(): DhHalf {
    for (;;) {
      const exponent = randomBytes(256);
      exponent.writeUInt8(exponent.readUInt8(0) & 0x7f, 0);
      this.#group.setPrivateKey(exponent);
      const gA = leftPad(this.#group.generateKeys());
      if (isInRange(gA)) return { gA, computeKey: (gB) => this.#computeKey(exponent, gB) };
    }
  }

  #computeKey(exponent: Buffer, gB: Buffer): Buffer {
    this.#group.setPrivateKey(exponent);
    return leftPad(this.#group.computeSecret(gB));
  }
}

/** Whether 2^(2048-64) <= value <= p - 2^(2048-64), which the protocol asks both sides to check. */
export function isInRange(value: Buffer): boolean {
  const number = toBigInt(value);
  const margin = 1n << 1984n;
  return number >= margin && number <= toBigInt(DH_PRIME) - margin;
}

/** Two primes below 2^31, p < q, and their product, each as its shortest big-endian bytes. */
export function makePq(): { p: Buffer; q: Buffer; pq: Buffer } {
  const first = generatePrimeSync(31, { bigint: true });
  const second = generatePrimeSync(31, { bigint: true });
  if (first === second) return makePq();
  const [p, q] = first < second ? [first, second] : [second, first];
  return { p: toBytes(p), q: toBytes(q), pq: toBytes(p * q) };
}

function toBigInt(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

function toBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function leftPad(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(256 - bytes.length), bytes]);
}
