/** How long connecting may take, in milliseconds. */
export const CONNECT_MS = 10_000;

/** How long a statement may take before its connection counts as lost, in milliseconds. */
export const QUERY_MS = 60_000;

/** The same for a statement that changes tables, which may hold millions of rows. */
export const MIGRATION_MS = 6 * 3_600_000;

/** How long a statement waits for rows that another transaction has locked, in milliseconds. */
export const LOCK_MS = 10_000;

/**
 * After how long the server gives up a transaction whose client has fallen silent, in milliseconds: behind a network that
 * was cut, it would keep its rows locked until the server's system notices, which may take hours.
 */
export const IDLE_TRANSACTION_MS = 120_000;
