import { TelepiError } from '../base/errors.js';

/**
 * Whether an error says that the database's server is out of reach, or can't be written at the moment: nothing is wrong with
 * what was asked, and what was asked has not happened, or will be the same when it is repeated.
 */
export function isOutOfReach(error: unknown): error is TelepiError {
  return error instanceof TelepiError && OUT_OF_REACH.has(error.code);
}

/** The connection can't be made; it ended before the answer; the server accepts no changes; its disk is full. */
const OUT_OF_REACH: ReadonlySet<string> = new Set([
  'DATABASE_UNREACHABLE',
  'DATABASE_LOST',
  'DATABASE_READONLY',
  'DATABASE_FULL',
]);
