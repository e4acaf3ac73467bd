import { FailedError, messageOf, type TelepiError, UsageError } from '../base/errors.js';
import { codeOf } from './state-file.js';

/**
 * What SQLite says about the file at `path`, as an error with one sentence for the user: STATE_UNWRITABLE (disk full,
 * read-only, no right), STATE_DAMAGED (no database, or a broken one), LEDGER_BUSY, and LEDGER_FAILED for what
 * shouldn't be.
 */
export function ledgerError(error: unknown, path: string): TelepiError {
  const details = { cause: error, fields: { path, sqlite: codeOf(error) ?? '' } };
  const unwritable = (mend: string): TelepiError =>
    new FailedError('STATE_UNWRITABLE', `Can't write ${path}: ${mend}`, details);
  switch (kindOf(error)) {
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
export function damagedLedger(path: string, cause?: unknown): UsageError {
  return new UsageError(
    'STATE_DAMAGED',
    `${path} is damaged: put a copy of it back, or move it and the files ${path}-wal and ${path}-shm away ` +
      'and run again, which goes on from checkpoint.txt and topic_map.json in the folders of the jobs.',
    { cause, fields: { path } },
  );
}

type Kind = 'full' | 'readonly' | 'io' | 'damaged' | 'busy';

function kindOf(error: unknown): Kind | undefined {
  const code = codeOf(error) ?? '';
  if (code === 'SQLITE_FULL') return 'full';
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) return 'readonly';
  if (/^SQLITE_(IOERR|NOLFS|PROTOCOL)/.test(code)) return 'io';
  if (/^SQLITE_(CORRUPT|NOTADB|FORMAT)/.test(code)) return 'damaged';
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return 'busy';
  // Opening fails without a code, with SQLite's number (14: CANTOPEN) at the end.
  if (/ConnectionFailed\(.*: (14|8|3)"\)$/.test(messageOf(error))) return 'readonly';
  return undefined;
}
