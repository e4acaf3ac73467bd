import type Libsql from 'libsql';
import { UsageError } from '../base/errors.js';

/** SQLite's mark of whose a database is (pragma application_id; sqlite.org/fileformat.html, offset 68): "TePi". */
const APPLICATION_ID = 0x54_65_50_69;
/** Tables that a ledger has had since its first version, which bore no mark. */
const FIRST_TABLES = ['schema_version', 'jobs', 'messages'];

/**
 * Whether a database is a ledger: true, or false where it has nothing in it yet. Writes nothing.
 * @throws UsageError LEDGER_FOREIGN for one of another program.
 */
export function isLedger(database: Libsql.Database, path: string): boolean {
  const id = markOf(database);
  const rows = database.prepare("select name from sqlite_master where type = 'table'").all();
  const names = (rows as { readonly name: string }[]).map(({ name }) => name);
  if (id === 0 && names.length === 0) return false;
  if (id !== APPLICATION_ID && (id !== 0 || FIRST_TABLES.some((name) => !names.includes(name)))) {
    throw foreign(path);
  }
  return names.length > 0;
}

/** Marks a database as a ledger. */
export function markLedger(database: Libsql.Database): void {
  if (markOf(database) !== APPLICATION_ID) database.exec(`pragma application_id = ${APPLICATION_ID}`);
}

function markOf(database: Libsql.Database): number {
  const rows = database.prepare('pragma application_id').all();
  const [row] = rows as { readonly application_id: bigint | number }[];
  return Number(row?.application_id ?? 0);
}

function foreign(path: string): UsageError {
  return new UsageError(
    'LEDGER_FOREIGN',
    `${path} is a database of another program, and is left as it is: choose another --data-dir.`,
    { fields: { path } },
  );
}
