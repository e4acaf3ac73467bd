import type { Kysely } from 'kysely';
import type PgBoss from 'pg-boss';
import type { BossOptions } from './boss.js';
import { startBoss, startPresentBoss } from './boss.js';
import { ANY_ACCOUNT, DEAD_LETTERS } from './order.js';
import type { QueueTables } from './tables.js';

/** The queue of all machines with one database: pg-boss and the store's own tables of workers, in one place. */
export interface Queue {
  readonly db: Kysely<QueueTables>;
  readonly boss: PgBoss;
  /** Ends what pg-boss does by itself. The database stays open. */
  close(): Promise<void>;
}

/** Opens it, and makes what is missing in a database on Postgres. Whoever opens it closes it. */
export async function openQueue(db: Kysely<QueueTables>, options: BossOptions): Promise<Queue> {
  const closing = new AbortController();
  const boss = await startBoss(db, { ...options, onError: until(closing.signal, options.onError) });
  for (const name of [DEAD_LETTERS, ANY_ACCOUNT]) await boss.createQueue(name);
  return queueOf(db, boss, closing);
}

/** The same for a look: it makes and changes no table. Undefined when there is no queue. @throws UsageError QUEUE_VERSION */
export async function openPresentQueue(
  db: Kysely<QueueTables>,
  onError: BossOptions['onError'],
): Promise<Queue | undefined> {
  const closing = new AbortController();
  const boss = await startPresentBoss(db, until(closing.signal, onError));
  return boss && queueOf(db, boss, closing);
}

function queueOf(db: Kysely<QueueTables>, boss: PgBoss, closing: AbortController): Queue {
  return {
    db,
    boss,
    async close() {
      closing.abort();
      await boss.stop({ graceful: false });
    },
  };
}

/** What fails because it ends, nobody needs to know. */
function until(end: AbortSignal, onError: BossOptions['onError']): BossOptions['onError'] {
  return (error) => {
    if (!end.aborted) onError(error);
  };
}
