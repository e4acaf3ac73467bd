import { messageOf } from '../base/errors.js';

/** Why SQLite failed: `other-file` is not a database, `busy` is locked by another connection. */
export type SqliteFault = 'full' | 'readonly' | 'io' | 'damaged' | 'other-file' | 'busy';

/** SQLite's primary result codes, which extended codes have in their lowest byte. */
const FAULTS: Readonly<Record<number, SqliteFault>> = {
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

/** The fault behind an error of libsql; undefined for any other error. */
export function faultOf(error: unknown): SqliteFault | undefined {
  const code = resultCode(error);
  return code === undefined ? undefined : FAULTS[code & 0xff];
}

/** An error on opening has SQLite's number only in its text. */
function resultCode(error: unknown): number | undefined {
  if (error instanceof Error && 'rawCode' in error && typeof error.rawCode === 'number') return error.rawCode;
  const found = /ConnectionFailed\(.*: (\d+)"\)$/.exec(messageOf(error));
  return found ? Number(found[1]) : undefined;
}
