import type { Kysely } from 'kysely';
import { hasTable } from '../schema-change.js';
import type { SearchTables } from './found.js';

/** The archive's tables in a database that is read as it is; undefined when an older TelePi made it, which kept no messages. */
export async function archiveIn(
  // biome-ignore lint/suspicious/noExplicitAny: whichever tables it has
  db: Kysely<any>,
): Promise<Kysely<SearchTables> | undefined> {
  // An older ledger had a table of messages, too.
  return (await hasTable(db, 'media')) ? db : undefined;
}
