/** The ledger of a data directory: the progress of every job in it, and the archive's tables. */
export const LEDGER_FILE = 'ledger.db';
