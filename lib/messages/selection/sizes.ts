import { GIB, KIB, MIB } from '../../base/bytes.js';

/**
 * Bytes of a size as people write it: `1048576`, `512k`, `20 MiB`, `1.5GB`. K, M, G and T, with or without iB, count by
 * 1,024, as in restic and rclone; KB, MB, GB and TB by 1,000, as BUFFER_MB does. Undefined for anything else, and for
 * sizes that no number holds exactly.
 */
export function readSize(text: string): number | undefined {
  const [, digits, unit = ''] = /^\s*(\d+\.?\d*|\.\d+)\s*([a-z]*)\s*$/i.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const factor = UNITS[unit.toLowerCase()];
  const bytes = factor === undefined ? Number.NaN : Math.round(Number(digits) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

const TIB = 1024 * GIB;
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: KIB,
  ki: KIB,
  kib: KIB,
  kb: 1_000,
  m: MIB,
  mi: MIB,
  mib: MIB,
  mb: 1_000_000,
  g: GIB,
  gi: GIB,
  gib: GIB,
  gb: 1_000_000_000,
  t: TIB,
  ti: TIB,
  tib: TIB,
  tb: 1_000_000_000_000,
};
