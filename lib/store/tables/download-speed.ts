import type { Kysely } from 'kysely';
import { asTime } from '../times.js';
import { asOptionalNumber } from '../values.js';
import type { StoreTables } from './schema.js';

/** How fast a host has downloaded lately. */
export interface DownloadSpeed {
  readonly bytesPerSecond: number;
  /** Of how many files. */
  readonly files: number;
}

/** Of the newest downloads. */
const MOST_FILES = 200;

/** In bytes. What a smaller file takes is the time of its requests, and says nothing of how fast bytes come. */
export const MEASURABLE_BYTES = 4 * 1024 * 1024;

/**
 * The speed of a host's newest downloads: their bytes by the time in which at least one of them was under way. Undefined when it
 * has downloaded no file of MEASURABLE_BYTES yet.
 */
export async function recentSpeed(
  db: Kysely<Pick<StoreTables, 'download_log'>>,
  accountId: number,
  host: string,
): Promise<DownloadSpeed | undefined> {
  const rows = await db
    .selectFrom('download_log')
    .select(['bytes', 'started_datetime', 'ended_datetime'])
    .where('account_id', '=', accountId)
    .where('hostname', '=', host)
    .where('download_status', '=', 'success')
    .where('bytes', '>=', MEASURABLE_BYTES)
    .orderBy('ended_datetime', 'desc')
    .limit(MOST_FILES)
    .execute();
  const spans = rows
    .map((row) => ({
      from: asTime(row.started_datetime),
      to: asTime(row.ended_datetime),
      bytes: asOptionalNumber(row.bytes) ?? 0,
    }))
    .sort((one, other) => one.from - other.from);
  let bytes = 0;
  let busyMs = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    bytes += span.bytes;
    busyMs += Math.max(0, span.to - Math.max(span.from, until));
    until = Math.max(until, span.to);
  }
  return busyMs > 0 ? { bytesPerSecond: (bytes * 1000) / busyMs, files: spans.length } : undefined;
}
