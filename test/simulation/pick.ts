import type { Random } from '../../lib/base/random.js';

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random.integer(0, values.length - 1)];
  if (value === undefined) throw new RangeError('There is nothing to pick from.');
  return value;
}

export function between(random: Random, low: number, high: number): number {
  return low + random.float() * (high - low);
}
