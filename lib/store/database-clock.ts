import { type Kysely, type RawBuilder, sql } from 'kysely';
import { kindOf } from './kind.js';
import type { StoredTime } from './times.js';

/**
 * The time by the database's clock, `laterMs` milliseconds from now, for a column of type `datetime`: machines whose own
 * clocks disagree share it. Within a transaction it moves on.
 */
// biome-ignore lint/suspicious/noExplicitAny: whichever tables it has
export function databaseTime(db: Kysely<any>, laterMs = 0): RawBuilder<StoredTime> {
  switch (kindOf(db)) {
    case 'sqlite':
      return sql`strftime('%Y-%m-%d %H:%M:%f', 'now', ${`${laterMs / 1000} seconds`})`;
    case 'postgres':
      return sql`(clock_timestamp() at time zone 'UTC' + ${laterMs} * interval '1 millisecond')::timestamp(3)`;
    case 'mysql':
      return sql`(utc_timestamp(3) + interval ${laterMs * 1000} microsecond)`;
  }
}
