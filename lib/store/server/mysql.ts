import { readFileSync } from 'node:fs';
import { type Connection, type ConnectionOptions, createConnection, type ResultSetHeader } from 'mysql2';
import { orAborted } from '../../base/abort.js';
import { systemClock } from '../../base/clock.js';
import type { DatabaseAddress } from '../../base/database-address.js';
import { messageOf } from '../../base/errors.js';
import { codeOf } from '../../base/system-errors.js';
import { CONNECT_MS, IDLE_TRANSACTION_MS, LOCK_MS } from './limits.js';
import {
  isNetworkError,
  type RawConnection,
  type RawResult,
  type ServerDriver,
  type ServerFault,
  ServerTooOld,
} from './raw-connection.js';

/** MariaDB 10.6 is the first whose statements that change tables happen wholly or not at all, as MySQL's do since 8.0. */
const OLDEST = { MySQL: [8, 0], MariaDB: [10, 6] } as const;

/** MySQL and MariaDB through the package mysql2. */
export function mysqlDriver(address: DatabaseAddress): ServerDriver {
  return {
    connect: (signal) => connect(address, signal),
    beginning: ({ snapshot }) =>
      snapshot
        ? [
            'set transaction isolation level repeatable read',
            'start transaction with consistent snapshot, read only',
          ]
        : ['start transaction'],
    faultOf,
  };
}

async function connect(address: DatabaseAddress, signal?: AbortSignal): Promise<RawConnection> {
  const connection = createConnection(optionsOf(address));
  let open = true;
  const close = (): void => {
    open = false;
  };
  // Otherwise a connection that ends between two statements would end the process.
  connection.on('error', close);
  connection.on('end', close);
  try {
    const connected = new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    await orAborted(connected, signal);
    await orAborted(prepareSession(connection), signal);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return {
    isOpen: () => open,
    query: (sql, parameters, timeoutMs) => query(connection, sql, parameters, timeoutMs),
    end() {
      close();
      return new Promise((resolve) => {
        connection.end(() => resolve());
      });
    },
    destroy() {
      close();
      connection.destroy();
    },
    keepsProcess(keeps) {
      const { stream } = connection as unknown as { readonly stream: { ref(): void; unref(): void } };
      if (keeps) stream.ref();
      else stream.unref();
    },
  };
}

function optionsOf(address: DatabaseAddress): ConnectionOptions {
  const { host, port, socket, database, user, password, tls, tlsCaFile } = address;
  return {
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    database,
    user,
    ...(password !== undefined && { password }),
    ...(tls !== 'off' && {
      ssl: {
        rejectUnauthorized: tls === 'verified',
        ...(tls === 'verified' && { verifyIdentity: true }),
        ...(tlsCaFile !== undefined && { ca: readFileSync(tlsCaFile, 'utf8') }),
      },
    }),
    connectTimeout: CONNECT_MS,
    enableKeepAlive: true,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    // Everything comes as the server writes it, so that no digit is lost.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    multipleStatements: false,
    // Matched rows, not changed rows.
    flags: ['FOUND_ROWS'],
  };
}

/**
 * The isolation that Postgres has by default: with MySQL's own, a transaction that has waited for a lock would still see
 * what was there before it waited. And no mode in which the server stores something else than it was given.
 */
async function prepareSession(connection: Connection): Promise<void> {
  const { rows } = await query(connection, 'select version() as version', [], CONNECT_MS);
  const { version } = rows[0] as { readonly version: string };
  const product = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL';
  const [major, minor] = OLDEST[product];
  const [, itsMajor = '', itsMinor = ''] = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(itsMajor) < major || (Number(itsMajor) === major && Number(itsMinor) < minor)) {
    throw new ServerTooOld(`${product} ${itsMajor}.${itsMinor}, and TelePi needs ${major}.${minor}`);
  }
  const modes = [
    'STRICT_ALL_TABLES',
    'NO_ENGINE_SUBSTITUTION',
    'ONLY_FULL_GROUP_BY',
    'ERROR_FOR_DIVISION_BY_ZERO',
    'NO_ZERO_DATE',
    'NO_ZERO_IN_DATE',
  ].join(',');
  const seconds = (ms: number): number => Math.ceil(ms / 1000);
  for (const statement of [
    `set session sql_mode = '${modes}', time_zone = '+00:00', autocommit = 1, ` +
      `innodb_lock_wait_timeout = ${seconds(LOCK_MS)}, wait_timeout = ${seconds(IDLE_TRANSACTION_MS)}`,
    'set session transaction isolation level read committed',
  ]) {
    await query(connection, statement, [], CONNECT_MS);
  }
}

function query(
  connection: Connection,
  sql: string,
  parameters: readonly unknown[],
  timeout: number,
): Promise<RawResult> {
  return new Promise((resolve, reject) => {
    // The package's own timer outlives a connection that is lost, and keeps the process alive until it fires.
    const answered = new AbortController();
    systemClock.sleep(timeout, answered.signal).then(
      () => reject(Object.assign(new Error('no answer came in time'), { code: 'PROTOCOL_SEQUENCE_TIMEOUT' })),
      () => {},
    );
    connection.query({ sql, values: [...parameters] }, (error, result) => {
      answered.abort();
      if (error) return reject(error);
      if (Array.isArray(result)) return resolve({ rows: result, matched: BigInt(result.length) });
      resolve({ rows: [], matched: BigInt((result as ResultSetHeader).affectedRows) });
    });
  });
}

/** By the server's number (mariadb.com/kb/en/mariadb-error-codes; MySQL's are the same). */
const FAULTS: Readonly<Record<number, ServerFault>> = {
  1045: 'password', // ER_ACCESS_DENIED_ERROR
  1698: 'password', // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1049: 'no-database', // ER_BAD_DB_ERROR
  1044: 'denied', // ER_DBACCESS_DENIED_ERROR
  1142: 'denied', // ER_TABLEACCESS_DENIED_ERROR
  1143: 'denied', // ER_COLUMNACCESS_DENIED_ERROR
  1227: 'denied', // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1213: 'conflict', // ER_LOCK_DEADLOCK
  1020: 'conflict', // ER_CHECKREAD: the record has changed since it was read
  1205: 'busy', // ER_LOCK_WAIT_TIMEOUT
  1021: 'full', // ER_DISK_FULL
  1114: 'full', // ER_RECORD_FILE_FULL
  1290: 'readonly', // ER_OPTION_PREVENTS_STATEMENT: --read-only
  1792: 'readonly', // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836: 'readonly', // ER_READ_ONLY_MODE
  1040: 'unreachable', // ER_CON_COUNT_ERROR
  1203: 'unreachable', // ER_TOO_MANY_USER_CONNECTIONS
  1053: 'lost', // ER_SERVER_SHUTDOWN
  1077: 'lost', // ER_NORMAL_SHUTDOWN
  1927: 'lost', // ER_CONNECTION_KILLED
  4031: 'lost', // ER_CLIENT_INTERACTION_TIMEOUT
};

function faultOf(error: unknown): ServerFault {
  if (error instanceof ServerTooOld) return 'too-old';
  const { errno, fatal } = error as { readonly errno?: unknown; readonly fatal?: unknown };
  const known = typeof errno === 'number' ? FAULTS[errno] : undefined;
  if (known) return known;
  // Several numbers are for any error of the operating system (ER_ERROR_ON_WRITE, ER_GET_ERRNO, EE_WRITE): 28 is ENOSPC.
  if (/\b(?:errno|errcode|error):? 28\b/i.test(messageOf(error))) return 'full';
  const code = codeOf(error) ?? '';
  if (isNetworkError(code) || /^PROTOCOL_/.test(code)) return 'lost';
  if (/certificate|self.signed|SSL|TLS/i.test(messageOf(error)) || code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return 'tls';
  }
  if (/closed state|connection (?:was )?(?:closed|killed)/i.test(messageOf(error)) || fatal === true)
    return 'lost';
  return error instanceof AggregateError ? 'lost' : 'other';
}
