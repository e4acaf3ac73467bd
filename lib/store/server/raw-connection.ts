/** A connection to a database server, as its package gives it. Statements go one after another. */
export interface RawConnection {
  /** Whether it can still be used, as far as this side knows. */
  isOpen(): boolean;
  /** Runs one statement. A statement that takes longer than `timeoutMs` fails as one whose connection was lost. */
  query(sql: string, parameters: readonly unknown[], timeoutMs: number): Promise<RawResult>;
  /** Says goodbye to the server. */
  end(): Promise<void>;
  /** Closes it at once. */
  destroy(): void;
  /** Whether the open connection keeps the process alive. */
  keepsProcess(keeps: boolean): void;
}

export interface RawResult {
  readonly rows: readonly unknown[];
  /** How many rows a statement that writes has matched, whether it changed them or not. */
  readonly matched: bigint;
  /** What the server says that it has done: `COMMIT`, `ROLLBACK`; only Postgres. */
  readonly command?: string;
}

/** What a package's driver is for. */
export interface ServerDriver {
  /**
   * Connects, refuses a server that is too old, and makes the session's settings. Throws as the package does, and the signal's
   * reason when it aborts.
   */
  connect(signal?: AbortSignal): Promise<RawConnection>;
  /** Statements that begin a transaction. */
  beginning(options: { readonly snapshot: boolean }): readonly string[];
  faultOf(error: unknown): ServerFault;
}

/**
 * Why a statement or a connection failed. `lost`: the connection ended, and what it was doing may have happened or not.
 * `conflict`: the server has undone the transaction because of another one. `busy`: another one keeps its rows locked.
 */
export type ServerFault =
  | 'unreachable'
  | 'lost'
  | 'password'
  | 'no-database'
  | 'denied'
  | 'tls'
  | 'too-old'
  | 'conflict'
  | 'busy'
  | 'full'
  | 'readonly'
  | 'other';

/** Thrown by ServerDriver.connect. */
export class ServerTooOld extends Error {}

/** The system's errors by which a connection fails or ends. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT', // the file of a Unix socket
]);

export function isNetworkError(code: string): boolean {
  return NETWORK.has(code);
}
