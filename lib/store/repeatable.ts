import type { Kysely, Transaction } from 'kysely';
import { FailedError } from '../base/errors.js';

/**
 * A transaction was undone, or the connection to its server ended before the server said what became of it. It may be
 * run again from its beginning, as `transact` does.
 */
export class RepeatableError extends FailedError {}

/** The server has refused to change anything. The next transaction waits until it may again, however often that takes. */
export class UnwritableError extends RepeatableError {}

/** How often a transaction is run before its error counts. */
const MOST_TRIES = 20;

/**
 * Runs `work` in one transaction, and runs it again when the server has undone it because of another one, or when the
 * connection was lost. After a lost connection the transaction may be there already, so `work` must make the same of the
 * rows when it finds its own changes: twice is as good as once. SQLite never repeats.
 *
 * A statement that fails must end the work: Postgres refuses every further one.
 */
export async function transact<Tables, T>(
  db: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (error instanceof UnwritableError) tries = 0;
      else if (!(error instanceof RepeatableError) || tries === MOST_TRIES) throw error;
    }
  }
}
