import type { TelepiError } from '../base/errors.js';
import type { DatabaseMark } from './application-id.js';
import type { Migration } from './migrate.js';

/**
 * The owner of a database: how the database is recognised, its tables from version to version, and its sentences for
 * people.
 */
export interface DatabaseOwner extends DatabaseMark {
  readonly migrations: readonly Migration[];
  /** The names of its tables: on a server, a table of such a name that is there before is another program's. */
  readonly serverTables: readonly string[];
  /** The names that its tables had before a version, for readers of an SQLite file that is older: new name, old name. */
  readonly formerNames?: { readonly before: number; readonly names: Readonly<Record<string, string>> };
  readonly errors: {
    /** The error for anything thrown while the file at `path` was used; an error of ours is returned as it is. */
    translate(error: unknown, path: string): TelepiError;
    /** The error for broken pages or rows. */
    damaged(path: string, cause?: unknown): TelepiError;
    /** The error for a database of another program. */
    foreign(path: string): TelepiError;
    /** The error for tables of `version`, when this program knows versions up to `known`. */
    newer(path: string, version: number, known: number): TelepiError;
  };
}
