import { readFileSync } from 'node:fs';
import pg from 'pg';
import { orAborted } from '../../base/abort.js';
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

/** The oldest that has everything used here. */
const OLDEST = 130_000;

/** Postgres through the package pg. */
export function postgresDriver(address: DatabaseAddress): ServerDriver {
  return {
    connect: (signal) => connect(address, signal),
    beginning: ({ snapshot }) => [
      snapshot ? 'begin isolation level repeatable read read only' : 'begin isolation level read committed',
    ],
    faultOf,
  };
}

async function connect(address: DatabaseAddress, signal?: AbortSignal): Promise<RawConnection> {
  const client = new pg.Client({
    host: address.socket ?? address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    // Without one, pg would look for it in the environment and in files.
    password: address.password ?? '',
    ssl: tlsOf(address),
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'telepi',
    types: { getTypeParser: parserOf },
  });
  let open = true;
  const close = (): void => {
    open = false;
  };
  // Otherwise a connection that ends between two statements would end the process.
  client.on('error', close);
  client.on('end', close);
  try {
    await orAborted(client.connect(), signal);
    await orAborted(prepareSession(client), signal);
  } catch (error) {
    destroy(client);
    throw error;
  }
  return {
    isOpen: () => open,
    async query(sql, parameters, timeoutMs): Promise<RawResult> {
      const query = { text: sql, values: parameters.map(bound), query_timeout: timeoutMs };
      const { rows, rowCount, command } = await client.query(query);
      return { rows, matched: BigInt(rowCount ?? 0), command };
    },
    async end() {
      close();
      await client.end();
    },
    destroy() {
      close();
      destroy(client);
    },
    keepsProcess(keeps) {
      const { ref, unref } = client as unknown as { ref(): void; unref(): void };
      (keeps ? ref : unref).call(client);
    },
  };
}

async function prepareSession(client: pg.Client): Promise<void> {
  const { rows } = await client.query('show server_version_num');
  const version = Number((rows[0] as { readonly server_version_num: string }).server_version_num);
  if (version < OLDEST) {
    throw new ServerTooOld(`Postgres ${Math.floor(version / 10_000)}, and TelePi needs ${OLDEST / 10_000}`);
  }
  await client.query(
    `set timezone to 'UTC'; set lock_timeout to ${LOCK_MS}; ` +
      `set idle_in_transaction_session_timeout to ${IDLE_TRANSACTION_MS}; ` +
      // A database may be set to lose the last moments in a crash; what is recorded here must not be lost.
      "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
  );
}

function destroy(client: pg.Client): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: { destroy(): void } } })
    .connection;
  stream.destroy();
}

function tlsOf({ tls, tlsCaFile }: DatabaseAddress): pg.ClientConfig['ssl'] {
  if (tls === 'off') return false;
  if (tls === 'required') return { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    ...(tlsCaFile !== undefined && { ca: readFileSync(tlsCaFile, 'utf8') }),
  };
}

const BYTEA = 17;

/** Everything comes as the server writes it: no number, time or JSON is made of it. Bytes are bytes. */
function parserOf(oid: number): (value: string) => unknown {
  return oid === BYTEA ? (value) => Buffer.from(value.slice(2), 'hex') : (value) => value;
}

function bound(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** By SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html). */
const FAULTS: Readonly<Record<string, ServerFault>> = {
  '28P01': 'password',
  '28000': 'password',
  '3D000': 'no-database',
  '42501': 'denied',
  '40001': 'conflict',
  '40P01': 'conflict',
  '55P03': 'busy',
  '53100': 'full', // disk_full
  '25006': 'readonly', // read_only_sql_transaction: by a setting, or on a standby
  '53300': 'unreachable', // too many connections
  '57P03': 'unreachable', // starting or stopping
  '57P01': 'lost', // stopped
  '57P02': 'lost', // crashed
  '57P05': 'lost', // idle for too long
  '25P03': 'lost', // idle in a transaction for too long
};

function faultOf(error: unknown): ServerFault {
  if (error instanceof ServerTooOld) return 'too-old';
  const code = codeOf(error) ?? '';
  const known = FAULTS[code];
  if (known) return known;
  if (code.startsWith('08') || isNetworkError(code)) return 'lost';
  if (/certificate|self.signed|SSL|TLS/i.test(messageOf(error)) || /^(ERR_TLS|CERT_|DEPTH_)/.test(code)) {
    return 'tls';
  }
  // pg's own words for a connection that has ended.
  if (
    /^(Connection terminated|Query read timeout|Client has encountered|timeout expired)/.test(
      messageOf(error),
    )
  ) {
    return 'lost';
  }
  return error instanceof AggregateError ? 'lost' : 'other';
}
