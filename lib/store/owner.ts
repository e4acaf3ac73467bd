import { type TelepiError, UsageError } from '../base/errors.js';
import type { DatabaseMark } from './application-id.js';
import type { Migration, Refuse } from './migrate.js';

/**
 * The owner of a database: how the database is recognised, its tables from version to version, and its sentences for
 * people.
 */
export interface DatabaseOwner extends DatabaseMark {
  readonly migrations: readonly Migration[];
  /** The names of its tables: on a server, a table of such a name that is there before is another program's. */
  readonly serverTables: readonly string[];
  /** Opens a database that holds only a part of what was being moved into it (see markHalfMoved). */
  readonly takesHalfMoved?: boolean;
  /** Opens a database whose rows were moved into another one (see moves.ts). */
  readonly takesMovedAway?: boolean;
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

/** The error for a database of a version that this owner can't use; `newer` makes the one for a newer version. */
export function refusing(
  { migrations, takesHalfMoved = false }: DatabaseOwner,
  path: string,
  newer: (version: number) => Error,
): Refuse {
  return (version) => {
    if (Math.abs(version) > migrations.length) return newer(Math.abs(version));
    return takesHalfMoved ? undefined : halfMoved(path);
  };
}

export function halfMoved(path: string): UsageError {
  return new UsageError(
    'STORE_HALF_MOVED',
    `${path} holds only a part of what telepi move-store was copying into it when that was cut off: run the same telepi ` +
      'move-store again, which starts over.',
    { fields: { path } },
  );
}
