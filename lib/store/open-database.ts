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
