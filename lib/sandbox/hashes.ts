import { createHash } from 'node:crypto';

export function sha1(...pieces: Buffer[]): Buffer {
  return hash('sha1', pieces);
}

export function sha256(...pieces: Buffer[]): Buffer {
  return hash('sha256', pieces);
}

export function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));
}

function hash(algorithm: string, pieces: Buffer[]): Buffer {
  const state = createHash(algorithm);
  for (const piece of pieces) state.update(piece);
  return state.digest();
}
