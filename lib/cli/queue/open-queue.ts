import { UsageError } from '../../base/errors.js';
import { refuseUnmovedLedger } from '../../ledger/ledger.js';
import type { Queue } from '../../queue/queue.js';
import type { QueueTables } from '../../queue/tables.js';
import type { Settings } from '../../settings/settings.js';
import { serverDatabase } from '../../store/server-database.js';
import type { CommandContext } from '../command.js';
import { DATABASE_OWNER } from '../database-owner.js';
import { formatDuration } from '../progress/words.js';

/** @throws UsageError QUEUE_NEEDS_POSTGRES for settings that name no Postgres */
export function requirePostgres({ database }: Pick<Settings, 'database'>): NonNullable<Settings['database']> {
  if (database?.kind === 'postgres') return database;
  const found = database ? 'DATABASE_URL names MySQL or MariaDB' : 'DATABASE_URL is not set';
  throw new UsageError(
    'QUEUE_NEEDS_POSTGRES',
    `A queue needs Postgres, and ${found}: set it to postgres://…, or run the command without the queue.`,
  );
}

export interface OpenQueueOptions {
  /** Whether a server that is out of reach is waited for, and schedules are looked after: for a worker. */
  readonly works: boolean;
}

/** Opens the queue and its database. Whoever opens it closes it, and the database with it. @throws UsageError QUEUE_NEEDS_POSTGRES; the errors of ServerDatabase */
export async function openQueueOf(
  context: CommandContext,
  settings: Pick<Settings, 'dataDir' | 'database'>,
  { works }: OpenQueueOptions,
): Promise<Queue> {
  const server = serverDatabase(requirePostgres(settings));
  const { clock, signal, log, output } = context;
  const open = await server.open<QueueTables>(
    DATABASE_OWNER,
    works
      ? {
          clock,
          signal,
          onOutage({ name, reason, trouble }) {
            log.warn('database_out_of_reach', { database: name, reason });
            output.note(`${name} ${trouble}: the worker takes nothing until it is back, and keeps trying.`);
          },
          onBack({ name, ms }) {
            log.info('database_back', { database: name, ms: Math.round(ms) });
            output.note(`${name} answers again after ${formatDuration(ms / 1000)}: the worker continues.`);
          },
        }
      : undefined,
  );
  try {
    if (works)
      await refuseUnmovedLedger(
        { dataDir: settings.dataDir, database: server, owner: DATABASE_OWNER },
        open.db,
      );
    const { openQueue } = await import('../../queue/queue.js');
    const queue = await openQueue(open.db, {
      tends: works,
      onError: (error) => log.warn('queue_error', { error }),
    });
    return {
      ...queue,
      async close() {
        await queue.close();
        await open.close();
      },
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}
