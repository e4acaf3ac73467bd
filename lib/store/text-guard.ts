import { isUtf8 } from 'node:buffer';
import type Database from 'libsql';
import { DamagedValue } from './values.js';

type Statement = Database.Statement<unknown[]>;

/**
 * libsql ends the whole process when it reads text that isn't valid UTF-8, which a damaged ledger may hold. So the text
 * that a query will read is checked first: SQLite picks the rows whose text isn't plain ASCII, and returns it as
 * hexadecimal digits. Throws a DamagedValue for text that isn't valid UTF-8.
 */
export class TextGuard {
  readonly #statement: Statement | undefined;

  /** For a query of rows; `prepare` makes the statement of another. */
  constructor(sql: string, statement: Statement, prepare: (sql: string) => Statement) {
    const texts = statement.columns().filter(({ type }) => /char|text/i.test(type ?? ''));
    const columns = texts.map(({ name }) => `"${name}"`);
    if (columns.length === 0) return;
    const hex = columns.map((name) => `hex(${name}) as ${name}`).join(', ');
    const odd = columns.map((name) => `${name} glob '*[^ -~]*'`).join(' or ');
    // Materialized; otherwise SQLite would look at what the query asks for instead of the row's value.
    this.#statement = prepare(`with read as materialized (${sql}) select ${hex} from read where ${odd}`);
  }

  check(parameters: readonly unknown[]): void {
    for (const row of this.#statement?.all([...parameters]) ?? []) {
      for (const hex of Object.values(row as Record<string, string>)) {
        if (!isUtf8(Buffer.from(hex, 'hex')))
          throw new DamagedValue('A text of the ledger is not valid UTF-8.');
      }
    }
  }
}
