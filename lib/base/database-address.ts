import { hostAndPort } from './proxy-address.js';

/** How a connection to a database server is protected: `required` encrypts it, `verified` checks the certificate too. */
export type DatabaseTls = 'off' | 'required' | 'verified';

/** A database server, and the database on it (DATABASE_URL). */
export interface DatabaseAddress {
  /** The language that it speaks. MariaDB speaks MySQL's. */
  readonly kind: 'postgres' | 'mysql';
  /** What the URL calls it. */
  readonly product: 'Postgres' | 'MySQL' | 'MariaDB';
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** The path of a Unix socket: Postgres's directory, MySQL's file. It takes the place of host and port. */
  readonly socket?: string;
  readonly database: string;
  readonly user: string;
  /** Absent: the server lets the user in without one. */
  readonly password?: string;
  readonly tls: DatabaseTls;
  /** The path of the certificates to trust, in PEM; only with `verified`. Absent: the system's. */
  readonly tlsCaFile?: string;
  /** What names it, for errors: a variable or a file. Absent: DATABASE_URL. */
  readonly origin?: string;
}

/** For people, without user and password: `the Postgres database telepi at db.example:5432`. */
export function databaseWords({ product, database, host, port, socket }: DatabaseAddress): string {
  return `the ${product} database ${database} at ${socket ?? hostAndPort(host, port)}`;
}

/** Equal for addresses of one database, whatever the user, the password and the scheme of the URL are. */
export function databaseKey({ kind, database, host, port, socket }: DatabaseAddress): string {
  return `${kind} ${socket ?? hostAndPort(host.toLowerCase(), port)} ${database}`;
}
