import type { DatabaseAddress, DatabaseTls } from '../base/database-address.js';
import { badValue } from './parse.js';
import type { RawValue } from './sources.js';
import { SETTINGS } from './table.js';

const FORMS =
  'postgres://user:password@host:port/database, mysql://… or mariadb://… with the same parts, ' +
  'and ?sslmode=require or ?sslmode=verify-full for TLS';

/** The login ends at the last @, because a password may contain one. The host may be missing: then a socket is named. */
const URL_FORM =
  /^([a-z]+):\/\/(?:(.*)@)?(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]*)(?::(\d{1,5}))?\/([^\s/?#]+)(?:\?([^#]*))?$/i;

const SCHEMES: Readonly<
  Record<string, Pick<DatabaseAddress, 'kind' | 'product'> & { readonly port: number }>
> = {
  postgres: { kind: 'postgres', product: 'Postgres', port: 5432 },
  postgresql: { kind: 'postgres', product: 'Postgres', port: 5432 },
  mysql: { kind: 'mysql', product: 'MySQL', port: 3306 },
  mariadb: { kind: 'mysql', product: 'MariaDB', port: 3306 },
};

/** The names that libpq gives them (postgresql.org/docs/current/libpq-ssl.html). */
const TLS: Readonly<Record<string, DatabaseTls>> = {
  disable: 'off',
  require: 'required',
  'verify-full': 'verified',
};

/**
 * DATABASE_URL.
 * @throws UsageError that names the right form but quotes nothing, because the text may contain a password.
 */
export function parseDatabase(raw: RawValue): DatabaseAddress {
  const [, scheme = '', login = '', host = '', port, database = '', query = ''] =
    URL_FORM.exec(raw.text.trim()) ?? [];
  const server = SCHEMES[scheme.toLowerCase()];
  if (!server) throw refused(raw, FORMS);
  const { sslmode, sslrootcert, socket } = parametersIn(query, raw);
  if ((host === '') === (socket === undefined)) {
    throw refused(raw, `${FORMS}; a Unix socket is given as ?socket=/its/path, without a host`);
  }
  const number = port === undefined ? server.port : Number(port);
  if (number < 1 || number > 65_535) throw refused(raw, `${FORMS}, with a port from 1 to 65535`);
  const tls = TLS[sslmode ?? 'disable'];
  if (!tls || (sslrootcert !== undefined && tls !== 'verified')) {
    throw refused(raw, `${FORMS}; sslrootcert is for verify-full`);
  }
  return {
    kind: server.kind,
    product: server.product,
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: number,
    ...(socket !== undefined && { socket }),
    database: decoded(database, raw),
    ...loginIn(login, raw),
    tls,
    ...(sslrootcert !== undefined && { tlsCaFile: sslrootcert }),
  };
}

/** The parts of the address that must never be shown, each as it may stand in a text. */
export function secretsOfDatabase({ password }: DatabaseAddress): readonly string[] {
  return password === undefined ? [] : [password, encodeURIComponent(password)];
}

function loginIn(login: string, raw: RawValue): Pick<DatabaseAddress, 'user' | 'password'> {
  const colon = login.includes(':') ? login.indexOf(':') : login.length;
  const user = decoded(login.slice(0, colon), raw);
  if (user === '') throw refused(raw, FORMS);
  const password = decoded(login.slice(colon + 1), raw);
  return { user, ...(password !== '' && { password }) };
}

const PARAMETERS = ['sslmode', 'sslrootcert', 'socket'] as const;

function parametersIn(
  query: string,
  raw: RawValue,
): Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>> {
  const found = Object.fromEntries(new URLSearchParams(query));
  if (Object.keys(found).some((name) => !(PARAMETERS as readonly string[]).includes(name))) {
    throw refused(raw, `${FORMS}, and no other parameters than ${PARAMETERS.join(', ')}`);
  }
  return found;
}

function decoded(text: string, raw: RawValue): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused(raw, 'a URL that has %25 where it means a percent sign');
  }
}

function refused(raw: RawValue, expected: string): Error {
  return badValue(SETTINGS.database, raw, expected);
}
