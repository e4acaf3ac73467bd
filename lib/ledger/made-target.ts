import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Clock } from '../base/clock.js';
import { FailedError, messageOf, UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { makePrivateDirectory } from '../base/private-directory.js';
import type { Random } from '../base/random.js';
import { lockFile } from '../store/file-lock.js';
import { LEASE_TIMES, type LeaseTimes } from '../store/lease-term.js';
import type { ReadPurpose } from '../store/read-sqlite.js';
import { transact } from '../store/repeatable.js';
import { type LeaseTables, leaseHost } from '../store/tables/leases.js';
import { heldMs, holdLease } from './held-lease.js';
import { leaseHolder } from './job-lease.js';
import type { JobTerm } from './job-term.js';
import { openLedger, readLedger } from './ledger.js';
import { reading } from './ledger-errors.js';
import {
  readTargetFile,
  removeTargetFile,
  targetFilePath,
  targetFilesIn,
  writeTargetFile,
} from './made-target-file.js';
import { isMade, type MadeTarget, type MadeTargetKey } from './made-target-record.js';
import { saveTargetRow, targetRow } from './made-target-row.js';
import type { LedgerTables } from './schema.js';

/**
 * The record of a source's target; undefined before any run has planned one. On a server it is the database's; otherwise
 * it is a file's, or the database's, into which telepi move-store has brought it. Writes nothing.
 * @throws UsageError TWO_MADE_TARGETS
 */
export async function readMadeTarget(
  key: MadeTargetKey,
  purpose: ReadPurpose = 'look',
): Promise<MadeTarget | undefined> {
  const file = await readTargetFile(key);
  const row = await readLedger(key, (db) => targetRow(db, key), purpose);
  return file ? whichCounts({ row, file, path: await targetFilePath(key) }) : row;
}

/** What a person deletes to have a target made again; undefined when it is a row of the database. */
export async function madeTargetPath(key: MadeTargetKey): Promise<string | undefined> {
  return (await readTargetFile(key)) ? targetFilePath(key) : undefined;
}

/** Who makes a target. */
export interface TargetMaker {
  readonly host: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Default: LEASE_TIMES. */
  readonly leaseTimes?: LeaseTimes;
}

/** The sole right to make the target of a source. */
export interface MakingTarget {
  /** As whoever made it before has left it. */
  readonly record: MadeTarget | undefined;
  /** Against other machines; absent for a ledger that is a file. */
  readonly term: JobTerm | undefined;
  /** Durable when it resolves. @throws UsageError JOB_TAKEN_OVER */
  write(record: MadeTarget): Promise<void>;
}

/**
 * Runs the work while nobody else makes the target: no process with this data directory and, with a database on a server, no
 * machine. A machine that dies over it leaves its record, and is waited for as with a job. A record that this directory has
 * in a file, from before its database had it, goes there first.
 * @throws FailedError JOB_RUNNING
 */
export async function whileMakingTarget<T>(
  key: MadeTargetKey,
  maker: TargetMaker,
  work: (making: MakingTarget) => Promise<T>,
): Promise<T> {
  return whileNoneIsMade(key.dataDir, async () => {
    if (key.database) return whileLeased(key, maker, work);
    const record = await readMadeTarget(key, 'look-before-writing');
    return work({ record, term: undefined, write: (made) => writeTargetFile(key, made) });
  });
}

/**
 * Runs the work while no other process with this data directory makes a target or changes its files.
 * @throws FailedError JOB_RUNNING
 */
export async function whileNoneIsMade<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  await makePrivateDirectory(dataDir);
  const lock = lockFile(join(dataDir, LOCK));
  if (!lock) {
    throw new FailedError(
      'JOB_RUNNING',
      `Another run with ${dataDir} is making its target just now, or telepi move-store takes its targets along: wait until it ends.`,
      { fields: { dataDir } },
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Takes what this directory has in a file along into the database, for other machines, and returns the record. */
export async function shareMadeTarget(
  key: MadeTargetKey,
  maker: TargetMaker,
): Promise<MadeTarget | undefined> {
  const inFile = key.database && (await readTargetFile(key));
  if (!inFile) return readMadeTarget(key, 'look-before-writing');
  return whileMakingTarget(key, maker, async ({ record }) => record);
}

/**
 * Takes what the files of a data directory say along into its own database, which is about to be moved, within whileNoneIsMade.
 * A file that stayed behind would count again once another machine has forgotten the row: it goes when the row is durable.
 * `keep`: called before each transaction.
 * @throws UsageError TWO_MADE_TARGETS
 */
export async function noteTargetFiles(
  dataDir: string,
  db: Kysely<LedgerTables>,
  { host, keep }: { readonly host: string; readonly keep: () => Promise<void> },
): Promise<void> {
  for (const { record: file, path, ...key } of await targetFilesIn(dataDir)) {
    await keep();
    await transact(db, async (tx) => {
      const record = whichCounts({ row: await targetRow(tx, key), file, path });
      if (record === file) await saveTargetRow(tx, key, record, host);
    });
    await rm(path, { force: true });
  }
}

/** Notes that a target has the source's description and photo. The job of the two is held. */
export async function noteDressed(key: MadeTargetKey, record: MadeTarget, host: string): Promise<void> {
  const dressed: MadeTarget = { ...record, dressed: true };
  if (!key.database) return writeTargetFile(key, dressed);
  const ledger = await openLedger(key);
  try {
    await transact(ledger.db, async (db) => {
      if ((await targetRow(db, key))?.mark === record.mark) await saveTargetRow(db, key, dressed, host);
    });
  } finally {
    await ledger.close();
  }
}

const LOCK = 'made-targets.lock.db';

async function whileLeased<T>(
  key: MadeTargetKey,
  maker: TargetMaker,
  work: (making: MakingTarget) => Promise<T>,
): Promise<T> {
  const { host, clock, log, leaseTimes: times = LEASE_TIMES } = maker;
  const ledger = await openLedger(key);
  try {
    const lease = { name: leaseName(key), holder: await leaseHolder({ ...key, ...maker }), host };
    const held = await holdLease({ ledger, lease, times, clock, log });
    if (!held) throw makingOn(await leaseHost(ledger.db.withTables<LeaseTables>(), lease.name), times);
    try {
      const write = (made: MadeTarget): Promise<void> =>
        held.transact((db) => saveTargetRow(db, key, made, host));
      const file = await readTargetFile(key);
      const row = await reading(ledger, targetRow(ledger.db, key));
      const record = file ? whichCounts({ row, file, path: await targetFilePath(key) }) : row;
      if (record && record === file) await write(record);
      if (file) await removeTargetFile(key);
      return await work({ record, term: held, write });
    } finally {
      // It expires by itself.
      await held
        .release()
        .catch((error: unknown) => log.warn('lease_not_released', { error: messageOf(error) }));
    }
  } finally {
    await ledger.close();
  }
}

interface Both {
  readonly row: MadeTarget | undefined;
  readonly file: MadeTarget;
  /** The file's. */
  readonly path: string;
}

/** Both were written by versions that had the record in a file, or the row was written by another machine since. */
function whichCounts({ row, file, path }: Both): MadeTarget {
  if (!isMade(row)) return row && !isMade(file) ? row : file;
  if (!isMade(file)) return row;
  if (file.targetId === row.targetId) return file.dressed ? file : row;
  throw new UsageError(
    'TWO_MADE_TARGETS',
    `Two targets were made for this source: "${file.title}" (${file.targetId}), which ${path} names, and "${row.title}" (${row.targetId}), which the database names. ` +
      'To continue into the second one, delete that file; to continue into the first one, name it as TARGET_CHAT, without --create-target.',
    { fields: { own: file.targetId, other: row.targetId } },
  );
}

/** By what a target is known to all machines: a basic group and what it became are one source. */
function leaseName({ accountId, server, sourceId, formerSourceId, sourceTopic }: MadeTargetKey): string {
  const topic = sourceTopic === undefined ? '' : ` topic ${sourceTopic}`;
  return `target ${accountId} ${formerSourceId ?? sourceId}${topic}${server === undefined ? '' : ` of ${server}`}`;
}

function makingOn(host = 'another machine', times: LeaseTimes): FailedError {
  const seconds = Math.ceil(heldMs(times) / 1000);
  return new FailedError(
    'JOB_RUNNING',
    `A run on ${host} is making this target just now, or was cut off over it less than ${seconds} seconds ago: run again in ${seconds} seconds.`,
    { fields: { host } },
  );
}
