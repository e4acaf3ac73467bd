import type Libsql from 'libsql';

/** Whether SQLite finds pages of a database broken. Takes half a second for a million messages. */
export function hasBrokenPages(database: Libsql.Database): boolean {
  // The findings are counted, not read: SQLite may quote bytes in them that aren't text.
  const check = "select count(*) as faults from pragma_quick_check(1) where quick_check <> 'ok'";
  const [found] = database.prepare(check).all() as { readonly faults: number }[];
  return Number(found?.faults) !== 0;
}
