import type { Kysely } from 'kysely';
import type { TelepiError } from '../base/errors.js';

/** A database whose tables are those of this version. */
export interface OpenDatabase<Tables> {
  /** What people call it: the file's path, or `the Postgres database telepi at db.example:5432`. */
  readonly path: string;
  readonly db: Kysely<Tables>;
  /** What was found: the owner's tables, no file (`missing`), or nothing in it (`empty`). */
  readonly found: 'tables' | 'missing' | 'empty';
  /** The error for a row with a value that TelePi never writes. */
  damaged(cause?: unknown): TelepiError;
  close(): Promise<void>;
}

/** A database on a server that may be out of reach; its tables are made, or brought to this version, once it is there. */
export interface LaterDatabase<Tables> extends Omit<OpenDatabase<Tables>, 'found'> {
  /** The same without `refuse`: each use tries the server. */
  readonly always: Kysely<Tables>;
  /** Resolves when the server is there, with tables of this version. @throws what is thrown for any use */
  ready(): Promise<void>;
  /** From now on `db` throws this error at once, until it is taken back: nobody waits for a server that is known to be away. */
  refuse(error: TelepiError | undefined): void;
}
