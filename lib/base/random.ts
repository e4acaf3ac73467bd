import { createCipheriv, createHash, randomBytes } from 'node:crypto';

/** Randomness, injected so that a printed seed replays a run. */
export interface Random {
  /** A float in [0, 1). */
  float(): number;
  /** An integer in [low, high], both included. */
  integer(low: number, high: number): number;
  /** `count` bytes. */
  bytes(count: number): Buffer;
}

/** Randomness from the operating system, fit for keys. */
export const systemRandom: Random = fromBytes(randomBytes);

/** Randomness that is a function of `seed` alone: AES-CTR keyed by the seed's SHA-256. Not for keys. */
export function seededRandom(seed: string | number): Random {
  const key = createHash('sha256').update(String(seed)).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return fromBytes((count) => stream.update(Buffer.alloc(count)));
}

function fromBytes(bytes: (count: number) => Buffer): Random {
  const float = (): number => bytes(6).readUIntLE(0, 6) / 2 ** 48;
  return {
    float,
    integer: (low, high) => low + Math.floor(float() * (high - low + 1)),
    bytes,
  };
}
