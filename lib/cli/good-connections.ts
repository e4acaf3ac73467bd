import { constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import stringify from 'fast-json-stable-stringify';
import { messageOf, TelepiError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { readJsonFile } from '../ledger/json-file.js';
import type { GoodConnections } from '../mtproto/parts/lines.js';

const FILE = 'connections.json';
const DIRECTIONS = ['download', 'upload'] as const;
/** The most that a DC accepts in one direction. */
const MOST = 16;
/**
 * Written in place: a process that is killed meanwhile leaves a file that is ignored, rather than a temporary one that
 * nobody removes. A pipe of that name is refused, not waited for.
 */
const IN_PLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

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
  const own = objectIn(await readKept(dataDir, log), String(accountId));
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
  const kept = await readKept(dataDir, log);
  const own = { ...objectIn(kept, String(accountId)) };
  for (const { direction, dcId, connections } of good) {
    own[direction] = { ...objectIn(own, direction), [dcId]: connections };
  }
  const text = `${stringify({ ...kept, [accountId]: own })}\n`;
  try {
    await writeFile(join(dataDir, FILE), text, { mode: 0o600, flag: IN_PLACE });
  } catch (error) {
    log.warn('connections_not_saved', { error: messageOf(error) });
  }
}

/** By account, direction and DC. */
async function readKept(dataDir: string, log: Log): Promise<Json> {
  try {
    return asObject(await readJsonFile(join(dataDir, FILE), 'Delete it'));
  } catch (error) {
    if (!(error instanceof TelepiError)) throw error;
    log.warn('connections_not_read', { error: error.message });
    return {};
  }
}

type Json = Readonly<Record<string, unknown>>;

/** The value under a name, if it is an object. */
function objectIn(value: Json, name: string): Record<string, unknown> {
  return asObject(value[name]);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST;
}
