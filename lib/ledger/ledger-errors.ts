import { FailedError, messageOf, TelepiError, UsageError } from '../base/errors.js';
import { codeOf } from '../base/system-errors.js';
import type { OpenDatabase } from '../store/open-database.js';
import { faultOf } from '../store/sqlite-errors.js';
import { DamagedValue } from '../store/values.js';

/**
 * SQLite's error about the file at `path` as an error with one sentence for the user: STATE_UNWRITABLE (disk full,
 * read-only, no permission), STATE_DAMAGED (not a database, or a broken one), LEDGER_BUSY, and LEDGER_FAILED for any
 * other.
 */
export function ledgerError(error: unknown, path: string): TelepiError {
  if (error instanceof TelepiError) return error;
  if (error instanceof DamagedValue) return damagedLedger(path, error);
  const details = { cause: error, fields: { path, sqlite: codeOf(error) ?? '' } };
  const unwritable = (fix: string): TelepiError =>
    new FailedError('STATE_UNWRITABLE', `Can't write ${path}: ${fix}`, details);
  switch (faultOf(error)) {
    case 'full':
      return unwritable(
        'the disk is full; free some space and run again. Nothing that was recorded is lost.',
      );
    case 'readonly':
      return unwritable(
        'the file or its directory is read-only for this user; run telepi as its owner, or choose another --data-dir.',
      );
    case 'io':
      return unwritable(
        'the disk reports an error, or a file size limit has been reached; check both, or choose another --data-dir.',
      );
    case 'damaged':
      return damagedLedger(path, error);
    case 'other-file':
      return damagedLedger(
        path,
        error,
        "is not an SQLite database: if it is another program's file, choose another --data-dir; if TelePi's ledger was overwritten,",
      );
    case 'busy':
      return new FailedError(
        'LEDGER_BUSY',
        `Another process has locked ${path} for longer than TelePi waits: find out which process it is, then run again.`,
        details,
      );
    default:
      return new FailedError('LEDGER_FAILED', `${path} can't be used: ${messageOf(error)}.`, details);
  }
}

/** Without the file, every job continues from its folder's files. */
export function damagedLedger(path: string, cause?: unknown, what = 'is damaged:'): UsageError {
  return new UsageError(
    'STATE_DAMAGED',
    `${path} ${what} restore a copy of it, or move it and the files ${path}-wal and ${path}-shm away and run again. ` +
      'Each job then continues from checkpoint.txt and topic_map.json in its folder.',
    { cause, fields: { path } },
  );
}

/** The result of `work`; rows with values that TelePi never wrote mean a damaged ledger. */
export async function reading<T>(
  { damaged }: Pick<OpenDatabase<unknown>, 'damaged'>,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof DamagedValue ? damaged(error) : error;
  }
}
