import type Libsql from 'libsql';
import { damagedLedger } from './ledger-errors.js';

/** Refuses a database (STATE_DAMAGED) whose pages SQLite finds broken. Half a second for a million messages. */
export function refuseBrokenPages(database: Libsql.Database, path: string): void {
  // Counted, not read: what SQLite found may quote what is no text.
  const check = "select count(*) as faults from pragma_quick_check(1) where quick_check <> 'ok'";
  const [found] = database.prepare(check).all() as { readonly faults: number }[];
  if (Number(found?.faults) !== 0) throw damagedLedger(path);
}
