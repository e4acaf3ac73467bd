import { createHmac } from 'node:crypto';

/** A salt changes every half hour and is accepted for an hour, so that two are valid at any time. */
export const SALT_SECONDS = 1800;

export interface FutureSalt {
  /** Unix times in seconds. */
  readonly validSince: number;
  readonly validUntil: number;
  readonly salt: bigint;
}

/**
 * The salt that answers carry at `now` (Unix seconds): a function of the key and the half hour, so it outlives
 * restarts.
 */
export function currentSalt(key: Buffer, now: number): bigint {
  return saltOf(key, Math.floor(now / SALT_SECONDS));
}

/** Whether a client's message may carry `salt` at `now`. */
export function isValidSalt(key: Buffer, salt: bigint, now: number): boolean {
  const period = Math.floor(now / SALT_SECONDS);
  return salt === saltOf(key, period) || salt === saltOf(key, period - 1);
}

/** `count` salts from now on, for get_future_salts. */
export function futureSalts(key: Buffer, now: number, count: number): FutureSalt[] {
  const first = Math.floor(now / SALT_SECONDS);
  return Array.from({ length: count }, (_, i) => ({
    validSince: (first + i) * SALT_SECONDS,
    validUntil: (first + i + 2) * SALT_SECONDS,
    salt: saltOf(key, first + i),
  }));
}

function saltOf(key: Buffer, period: number): bigint {
  return createHmac('sha256', key).update(`server salt ${period}`).digest().readBigInt64LE(0);
}
