import { UsageError } from '../../base/errors.js';
import { refuseUnmovedLedger } from '../../ledger/ledger.js';
import type { Queue } from '../../queue/queue.js';
import type { QueueTables } from '../../queue/tables.js';
import type { Settings } from '../../settings/settings.js';
import { type ServerDatabase, serverDatabase } from '../../store/server-database.js';
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
    return closedWith(queue, open);
  } catch (error) {
    await open.close();
    throw error;
  }
}

/**
 * Opens it for a look, without a change of any table; undefined when there is none in the database. Whoever opens it closes it.
 * @throws UsageError QUEUE_NEEDS_POSTGRES, QUEUE_VERSION; the errors of ServerDatabase
 */
export async function openPresentQueueOf(
  { log }: Pick<CommandContext, 'log'>,
  settings: Pick<Settings, 'database'>,
): Promise<Queue | undefined> {
  const server = serverDatabase(requirePostgres(settings));
  const open = await server.openPresent<QueueTables>(DATABASE_OWNER);
  if (!open) {
    await requireNone(server);
    return undefined;
  }
  let queue: Queue | undefined;
  try {
    const { openPresentQueue } = await import('../../queue/queue.js');
    queue = await openPresentQueue(open.db, (error) => log.warn('queue_error', { error }));
  } finally {
    if (!queue) await open.close();
  }
  return queue && closedWith(queue, open);
}

/** It has no tables of this version: none at all, or older ones. */
async function requireNone(server: ServerDatabase): Promise<void> {
  try {
    if ((await server.read(DATABASE_OWNER, async () => true)) === undefined) return;
  } finally {
    await server.close();
  }
  throw new UsageError(
    'QUEUE_VERSION',
    `${server.name} has the tables of an older TelePi: telepi worker brings them to this version.`,
  );
}

function closedWith(queue: Queue, open: { close(): Promise<void> }): Queue {
  return {
    ...queue,
    async close() {
      await queue.close();
      await open.close();
    },
  };
}
