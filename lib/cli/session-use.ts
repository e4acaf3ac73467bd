import { hostname } from 'node:os';
import type { UsageError } from '../base/errors.js';
import type { Settings } from '../settings/settings.js';
import type { SessionLease } from '../store/tables/session-lease.js';
import { prepareDataDir } from '../telegram/data-dir.js';
import type { SessionStore } from '../telegram/session-store.js';
import { keyIdOf, sessionMark } from '../telegram/session-string.js';
import type { CommandContext } from './command.js';

/**
 * Leases the session for this data directory, with a database that other machines share; undefined without one, or without a
 * session. Whoever leases it gives it back. @throws UsageError SESSION_IN_USE
 */
export async function leaseSession(
  { clock, random, log }: CommandContext,
  { database, dataDir }: Settings,
  session: SessionStore,
  onLost: (error: UsageError) => void,
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
    open: () => serverDatabase(database).open(DATABASE_OWNER),
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
    await lease.begin();
    return lease;
  } catch (error) {
    await lease.release();
    throw error;
  }
}
