import { FailedError, messageOf, TelepiError, UsageError } from '../base/errors.js';
import { codeOf } from '../base/system-errors.js';
import { faultOf } from '../store/sqlite-errors.js';
import { DamagedValue } from '../store/values.js';

/**
 * What SQLite says about the file at `path`, as an error with one sentence for the user: STATE_UNWRITABLE (disk full,
 * read-only, no right), STATE_DAMAGED (no database, or a broken one), LEDGER_BUSY, and LEDGER_FAILED for what
 * shouldn't be.
 */
export function ledgerError(error: unknown, path: string): TelepiError {
  if (error instanceof TelepiError) return error;
  if (error instanceof DamagedValue) return damagedLedger(path, error);
  const details = { cause: error, fields: { path, sqlite: codeOf(error) ?? '' } };
  const unwritable = (mend: string): TelepiError =>
    new FailedError('STATE_UNWRITABLE', `Can't write ${path}: ${mend}`, details);
  switch (faultOf(error)) {
    case 'full':
      return unwritable(
        'the disk is full; free some space and run again, nothing that was recorded is lost.',
      );
    case 'readonly':
      return unwritable(
        'the file or its directory is read-only for this user; change the owner or choose another --data-dir.',
      );
    case 'io':
      return unwritable(
        'the disk reports an error, or a limit of file size is met; check both, or choose another --data-dir.',
      );
    case 'damaged':
      return damagedLedger(path, error);
    case 'other-file':
      return damagedLedger(
        path,
        error,
        "is not a SQLite database (another program's file, or an overwritten ledger)",
      );
    case 'busy':
      return new FailedError(
        'LEDGER_BUSY',
        `Another process has held ${path} for longer than TelePi waits: see what it is, then run again.`,
        details,
      );
    default:
      return new FailedError('LEDGER_FAILED', `${path} can't be used: ${messageOf(error)}.`, details);
  }
}

/** Without the file every job goes on from what its folder has. */
export function damagedLedger(path: string, cause?: unknown, what = 'is damaged'): UsageError {
  return new UsageError(
    'STATE_DAMAGED',
    `${path} ${what}: put a copy of it back, or move it and the files ${path}-wal and ${path}-shm away ` +
      'and run again, which goes on from checkpoint.txt and topic_map.json in the folders of the jobs.',
    { cause, fields: { path } },
  );
}

/** What `work` answers; rows that hold what TelePi never wrote are a damaged ledger. */
export async function reading<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof DamagedValue ? damagedLedger(path, error) : error;
  }
}
