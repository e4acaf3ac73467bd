import type { Kysely } from 'kysely';
import type PgBoss from 'pg-boss';
import type { BossOptions } from './boss.js';
import { startBoss } from './boss.js';
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
  let closing = false;
  const boss = await startBoss(db, {
    ...options,
    onError: (error) => {
      if (!closing) options.onError(error);
    },
  });
  for (const name of [DEAD_LETTERS, ANY_ACCOUNT]) await boss.createQueue(name);
  return {
    db,
    boss,
    async close() {
      closing = true;
      await boss.stop({ graceful: false });
    },
  };
}
