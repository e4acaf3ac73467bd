export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** The size of every part except a file's last: 512 KiB, the largest that upload.saveBigFilePart accepts. */
export const PART_SIZE = 512 * KIB;

/** The most that one upload.getFile may ask for: 1 MiB, two parts that begin at a multiple of it. */
export const LARGEST_REQUEST = 2 * PART_SIZE;

/** Files of at least this size go by upload.saveBigFilePart, smaller ones by upload.saveFilePart. */
export const BIG_FILE_SIZE = 10 * MIB;

/** How many parts of `partSize` bytes a file of `size` bytes has. */
export function partCount(size: number, partSize = PART_SIZE): number {
  return Math.ceil(size / partSize);
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A byte count for people: `1.5 GiB`. */
export function formatBytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
