import { hostname } from 'node:os';
import type { UsageError } from '../base/errors.js';
import type { Settings } from '../settings/settings.js';
import type { SessionLease } from '../store/tables/session-lease.js';
import { prepareDataDir } from '../telegram/data-dir.js';
import type { SessionStore } from '../telegram/session-store.js';
import { keyIdOf, sessionMark } from '../telegram/session-string.js';
import type { CommandContext } from './command.js';

export interface SessionUseOptions {
  /** See SessionLease. */
  readonly onLost: (error: UsageError) => void;
  /** The database stays as it is where it hasn't the tables of this version: then there is no lease. */
  readonly looks: boolean;
}

/**
 * Leases the session for this data directory, with a database that other machines share; undefined without one, or without a
 * session. Whoever leases it gives it back. @throws UsageError SESSION_IN_USE
 */
export async function leaseSession(
  { clock, random, log, signal }: CommandContext,
  { database, dataDir }: Settings,
  session: SessionStore,
  { onLost, looks }: SessionUseOptions,
): Promise<SessionLease | undefined> {
  const text = database && (await session.load());
  if (!database || text === undefined) return undefined;
  const [{ leaseHolder }, { serverDatabase }, { SessionLease }, { DATABASE_OWNER }] = await Promise.all([
    import('../ledger/job-lease.js'),
    import('../store/server-database.js'),
    import('../store/tables/session-lease.js'),
    import('./database-owner.js'),
  ]);
  const host = hostname();
  await prepareDataDir(dataDir);
  const lease = new SessionLease({
    open(ending) {
      const door = serverDatabase(database);
      return looks ? door.openPresent(DATABASE_OWNER, ending) : door.open(DATABASE_OWNER, undefined, ending);
    },
    session: sessionMark(keyIdOf(text)),
    where: session.name,
    holder: await leaseHolder({ dataDir, random, host }),
    host,
    onLost,
    clock,
    random,
    log,
  });
  try {
    if (await lease.begin(signal)) return lease;
    await lease.release();
    return undefined;
  } catch (error) {
    await lease.release();
    throw error;
  }
}
