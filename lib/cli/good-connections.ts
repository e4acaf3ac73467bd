import stringify from 'fast-json-stable-stringify';
import type { Log } from '../base/log.js';
import type { GoodConnections } from '../mtproto/parts/lines.js';
import { type HintFile, objectIn, readHints, writeHints } from './hint-file.js';

const DIRECTIONS = ['download', 'upload'] as const;
/** The most that a DC accepts in one direction. */
const MOST = 16;

/**
 * The numbers of connections that an account's last run in this data directory found good, so that the next one begins
 * with them. This is only a hint: a file that can't be read is logged, and each direction then begins with one
 * connection.
 */
export async function readGoodConnections(
  dataDir: string,
  accountId: number,
  log: Log,
): Promise<GoodConnections[]> {
  const own = objectIn(await readHints(fileOf(dataDir, log)), String(accountId));
  return DIRECTIONS.flatMap((direction) =>
    Object.entries(objectIn(own, direction)).flatMap(([dcId, connections]) =>
      isCount(connections) ? [{ direction, dcId: Number(dcId), connections }] : [],
    ),
  );
}

/** Keeps these numbers. A file that can't be written is logged, because the work is done by then. */
export async function keepGoodConnections(
  dataDir: string,
  accountId: number,
  good: readonly GoodConnections[],
  log: Log,
): Promise<void> {
  if (good.length === 0) return;
  const kept = await readHints(fileOf(dataDir, log));
  const own = { ...objectIn(kept, String(accountId)) };
  for (const { direction, dcId, connections } of good) {
    own[direction] = { ...objectIn(own, direction), [dcId]: connections };
  }
  await writeHints(fileOf(dataDir, log), `${stringify({ ...kept, [accountId]: own })}\n`);
}

function fileOf(dataDir: string, log: Log): HintFile {
  return { dataDir, name: 'connections.json', log };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST;
}
