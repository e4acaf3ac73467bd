import { FailedError, messageOf, TelepiError, UsageError } from '../base/errors.js';
import { refuseOddFile } from '../base/odd-file.js';
import { codeOf } from './state-file.js';
import { DamagedValue } from './values.js';

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
  switch (kindOf(error)) {
    case 'full':
      return unwritable(
        'the disk is full; free some space and run again, nothing that was recorded is lost.',
      );
    case 'readonly':
      return unwritable(
        'the file or its directory is read-only for this user; run telepi as its owner, or choose another --data-dir.',
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
        "is not a SQLite database: if it is another program's file, choose another --data-dir; if TelePi's ledger was overwritten,",
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

/** Throws NOT_A_FILE when the database, or one of the files that SQLite keeps beside it, is a directory or the like. */
export function refuseOddLedger(path: string): void {
  for (const end of ['', '-wal', '-shm']) refuseOddFile(`${path}${end}`);
}

/** Without the file every job goes on from what its folder has. */
export function damagedLedger(path: string, cause?: unknown, what = 'is damaged:'): UsageError {
  return new UsageError(
    'STATE_DAMAGED',
    `${path} ${what} put a copy of it back, or move it and the files ${path}-wal and ${path}-shm away ` +
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

/** Another connection has the lock. */
export function isBusy(error: unknown): boolean {
  return kindOf(error) === 'busy';
}

type Kind = 'full' | 'readonly' | 'io' | 'damaged' | 'other-file' | 'busy';

/** SQLite's primary result codes; the extended ones have them in their lowest byte. */
const KINDS: Readonly<Record<number, Kind>> = {
  3: 'readonly', // PERM
  5: 'busy', // BUSY
  6: 'busy', // LOCKED
  8: 'readonly', // READONLY
  10: 'io', // IOERR
  11: 'damaged', // CORRUPT
  13: 'full', // FULL
  14: 'readonly', // CANTOPEN
  15: 'io', // PROTOCOL: a lock that doesn't work
  22: 'io', // NOLFS
  23: 'readonly', // AUTH
  24: 'damaged', // FORMAT
  26: 'other-file', // NOTADB
};

function kindOf(error: unknown): Kind | undefined {
  const code = resultCode(error);
  return code === undefined ? undefined : KINDS[code & 0xff];
}

/** Opening fails with SQLite's number in the text alone. */
function resultCode(error: unknown): number | undefined {
  if (error instanceof Error && 'rawCode' in error && typeof error.rawCode === 'number') return error.rawCode;
  const found = /ConnectionFailed\(.*: (\d+)"\)$/.exec(messageOf(error));
  return found ? Number(found[1]) : undefined;
}
