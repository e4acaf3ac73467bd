import { isUtf8 } from 'node:buffer';
import type Libsql from 'libsql';

/**
 * Whether every text in the database is UTF-8. SQLite takes any bytes for one, a flipped bit passes its quick_check,
 * and libsql ends the whole process, without an error, when it reads one that isn't. Only texts that have more than
 * plain ASCII in them leave the database for this, as bytes.
 */
export function textsAreSound(database: Libsql.Database): boolean {
  if (!columnsAreSound(database, 'sqlite_master', ['type', 'name', 'tbl_name', 'sql'])) return false;
  const tables = namesOf(database, "select name from sqlite_master where type = 'table'");
  return tables.every((table) => tableIsSound(database, table));
}

/** The table and each of its indexes, which have texts of their own and are read in the table's place. */
function tableIsSound(database: Libsql.Database, table: string): boolean {
  const columns = namesOf(database, `select name from pragma_table_info(${literal(table)})`);
  if (!columnsAreSound(database, `${quoted(table)} not indexed`, columns)) return false;
  const indexes = namesOf(database, `select name from pragma_index_list(${literal(table)})`);
  return indexes.every((index) => {
    const indexed = namesOf(database, `select name from pragma_index_info(${literal(index)})`);
    return columnsAreSound(database, `${quoted(table)} indexed by ${quoted(index)}`, indexed);
  });
}

function columnsAreSound(database: Libsql.Database, source: string, columns: readonly string[]): boolean {
  return columns.every((column) => {
    const bytes = `cast(${quoted(column)} as blob)`;
    const rows = database
      .prepare(
        `select ${bytes} as bytes from ${source} where typeof(${quoted(column)}) = 'text' ` +
          `and (${quoted(column)} glob '*[^ -~]*' or instr(${bytes}, x'00') > 0)`,
      )
      .all() as { readonly bytes: unknown }[];
    return rows.every((row) => row.bytes instanceof ArrayBuffer && isUtf8(row.bytes));
  });
}

function namesOf(database: Libsql.Database, sql: string): string[] {
  return (database.prepare(sql).all() as { readonly name: unknown }[]).map(({ name }) => String(name));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
