import type Libsql from 'libsql';

/** The mark by which a database's owner is recognised. */
export interface DatabaseMark {
  /** SQLite's mark (pragma application_id; sqlite.org/fileformat.html, offset 68). Not 0. */
  readonly applicationId: number;
  /** Tables that identify a database that was made before it had a mark. Empty: every database has a mark. */
  readonly firstTables: readonly string[];
}

/** `empty`: the database has no content yet. Writes nothing. */
export function whoseDatabase(
  database: Libsql.Database,
  { applicationId, firstTables }: DatabaseMark,
): 'ours' | 'empty' | 'foreign' {
  const id = markOf(database);
  const rows = database.prepare("select name from sqlite_master where type = 'table'").all();
  const names = (rows as { readonly name: string }[]).map(({ name }) => name);
  if (id === 0 && names.length === 0) return 'empty';
  const isUnmarked = id === 0 && firstTables.length > 0 && firstTables.every((name) => names.includes(name));
  if (id !== applicationId && !isUnmarked) return 'foreign';
  return names.length > 0 ? 'ours' : 'empty';
}

/** Marks a database as its owner's. */
export function markDatabase(database: Libsql.Database, { applicationId }: DatabaseMark): void {
  if (markOf(database) !== applicationId) database.exec(`pragma application_id = ${applicationId}`);
}

function markOf(database: Libsql.Database): number {
  const rows = database.prepare('pragma application_id').all();
  const [row] = rows as { readonly application_id: bigint | number }[];
  return Number(row?.application_id ?? 0);
}
