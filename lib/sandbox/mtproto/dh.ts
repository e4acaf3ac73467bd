import { createDiffieHellman, generatePrimeSync, randomBytes } from 'node:crypto';
import { GENERATOR, PRIME, toBigInt, toBytes } from '../prime.js';

/** The server's half of one Diffie-Hellman exchange. */
export interface DhHalf {
  /** g^a mod p, 256 bytes. */
  readonly gA: Buffer;
  /** g^(ab) mod p, 256 bytes: the auth key. `gB` must be in range. */
  computeKey(gB: Buffer): Buffer;
}

/**
 * Telegram's group. OpenSSL proves that the prime is safe when the group is made, which takes a quarter of a second: so
 * one group serves all exchanges.
 */
export class DhGroup {
  readonly #group = createDiffieHellman(PRIME, GENERATOR);

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
  return number >= margin && number <= toBigInt(PRIME) - margin;
}

/** Two primes below 2^31, p < q, and their product, each as its shortest big-endian bytes. */
export function makePq(): { p: Buffer; q: Buffer; pq: Buffer } {
  const first = generatePrimeSync(31, { bigint: true });
  const second = generatePrimeSync(31, { bigint: true });
  if (first === second) return makePq();
  const [p, q] = first < second ? [first, second] : [second, first];
  return { p: toBytes(p), q: toBytes(q), pq: toBytes(p * q) };
}

function leftPad(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(256 - bytes.length), bytes]);
}
