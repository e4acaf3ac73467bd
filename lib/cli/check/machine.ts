import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OSUtils } from 'node-os-utils';
import { type CryptoChoice, findCrypto } from '../../crypto/choose.js';
import { prepareDataDir } from '../../telegram/data-dir.js';
import { formatMegabytes } from '../progress/words.js';
import type { Outcome } from './finding.js';

const MB = 1_000_000;
/** Ten log files of 10 MiB, and room for state. */
const NEEDED_DISK_BYTES = 200 * MB;
/** The memory that the process needs in addition to the files' bytes. */
const PROCESS_BYTES = 150 * MB;

/** Creates the data directory and a folder in it, as a run does. */
export async function dataDirectory(dataDir: string): Promise<Outcome> {
  await prepareDataDir(dataDir);
  const folder = await mkdtemp(join(dataDir, '.check-'));
  await rm(folder, { recursive: true });
  return `${dataDir} can be written`;
}

/** Free space where the data directory is, or will be. Files are never stored there, only state and logs. */
export async function diskSpace(dataDir: string): Promise<Outcome> {
  const { bavail, bsize } = await statfs(await existing(dataDir));
  const free = bavail * bsize;
  if (free >= NEEDED_DISK_BYTES) return `${formatMegabytes(free)} free for state and logs`;
  return {
    fix: `${formatMegabytes(free)} free, and state and logs need up to ${formatMegabytes(NEEDED_DISK_BYTES)}: make room, or choose another DATA_DIR`,
  };
}

/** Compares the memory still available, on the machine and in this process's container, with BUFFER_MB. */
export async function memory(bufferBytes: number): Promise<Outcome> {
  const info = await new OSUtils({ cacheEnabled: false }).memory.info();
  if (!info.success) return { unknown: 'the system does not report its free memory' };
  const limit = process.constrainedMemory() ?? 0;
  const inContainer = limit > 0 ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  const free = Math.max(0, Math.min(info.data.available.bytes, inContainer));
  const needed = bufferBytes + PROCESS_BYTES;
  if (free >= needed) return `${formatMegabytes(free)} free, ${formatMegabytes(needed)} needed at most`;
  const fitting = Math.max(1, Math.floor((free - PROCESS_BYTES) / MB));
  return {
    fix: `${formatMegabytes(free)} free, and a run may need ${formatMegabytes(needed)}: set BUFFER_MB to ${fitting} or less`,
  };
}

/** Names the crypto in use, and why nothing faster is. */
export function cryptoInUse(choice: CryptoChoice): Outcome {
  const { crypto, passedOver } = findCrypto(choice);
  const reasons = passedOver.map(({ name, reason }) => `; ${name} would be faster, but ${reason}`);
  return `${crypto.name}, by ${crypto.detail}${reasons.join('')}`;
}

/** The nearest existing directory above it. */
async function existing(path: string): Promise<string> {
  for (let next = path; ; next = dirname(next)) {
    const found = await stat(next).catch(() => undefined);
    if (found?.isDirectory() || next === dirname(next)) return next;
  }
}
