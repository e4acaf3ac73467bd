import type { DatabaseAddress } from '../../base/database-address.js';
import { databaseWords } from '../../base/database-address.js';
import { FailedError, messageOf, TelepiError, UsageError } from '../../base/errors.js';
import { CONNECTION_WORDS, codeOf } from '../../base/system-errors.js';
import type { Refuse } from '../migrate.js';
import { type DatabaseOwner, refusing } from '../owner.js';
import { RepeatableError } from '../repeatable.js';
import { DamagedValue } from '../values.js';
import type { ServerFault } from './raw-connection.js';

/** The errors about one database on a server: each says what happened, then what to do. None shows the password. */
export interface ServerErrors {
  /** The error for anything thrown while the database was used; an error of ours is returned as it is. */
  translate(error: unknown, fault?: ServerFault): TelepiError;
  /** The error for a row with a value that TelePi never writes. */
  damaged(cause?: unknown): TelepiError;
  /** The error for a database that has tables of the same names from another program. */
  foreign(table: string): TelepiError;
  /** The error for tables of a version that their owner can't use. */
  refusing(owner: DatabaseOwner): Refuse;
}

export function serverErrors(
  address: DatabaseAddress,
  faultOf: (error: unknown) => ServerFault,
): ServerErrors {
  const name = databaseWords(address);
  const { origin = 'DATABASE_URL' } = address;
  const details = (error: unknown) => ({
    cause: plainCause(error, address),
    fields: { name: atStart(name), reason: reasonOf(error, address), server: codeOf(error) ?? '' },
  });
  const damaged = (cause?: unknown): UsageError =>
    new UsageError(
      'STATE_DAMAGED',
      `${atStart(name)} holds a value that TelePi never writes: restore a backup of it, or find out which program changed it.`,
      { cause, fields: { database: name } },
    );
  return {
    translate(error, fault = faultOf(error)) {
      if (error instanceof TelepiError) return error;
      if (error instanceof DamagedValue) return damaged(error);
      return errorOf(fault, { address, name, error, details: details(error) });
    },
    damaged,
    foreign: (table) =>
      new UsageError(
        'DATABASE_FOREIGN',
        `${atStart(name)} has a table ${table} that TelePi didn't make. TelePi leaves it alone: name an empty database in ${origin}.`,
        { fields: { database: name, table } },
      ),
    refusing: (owner) =>
      refusing(
        owner,
        atStart(name),
        (version) =>
          new UsageError(
            'LEDGER_NEWER',
            `${atStart(name)} was written by a newer TelePi (its tables have version ${version}, and this TelePi knows up to ${owner.migrations.length}): use that one, or name another database in ${origin}.`,
            { fields: { database: name, version } },
          ),
      ),
  };
}

interface Failure {
  readonly address: DatabaseAddress;
  readonly name: string;
  readonly error: unknown;
  readonly details: { readonly cause: unknown; readonly fields: Readonly<Record<string, unknown>> };
}

function errorOf(fault: ServerFault, { address, name, error, details }: Failure): TelepiError {
  const { user, database, origin = 'DATABASE_URL' } = address;
  const reason = reasonOf(error, address);
  switch (fault) {
    case 'unreachable':
      return new FailedError(
        'DATABASE_UNREACHABLE',
        `Can't reach ${name}, ${reason}: start the server, or correct ${origin}.`,
        details,
      );
    case 'lost':
      return new RepeatableError(
        'DATABASE_LOST',
        `The connection to ${name} was lost, ${reason}: run again when the server is back.`,
        details,
      );
    case 'conflict':
    case 'busy':
      return new RepeatableError(
        'LEDGER_BUSY',
        `Another process keeps rows of ${name} locked for longer than TelePi waits: find out which process it is, then run again.`,
        details,
      );
    case 'password':
      return new UsageError(
        'DATABASE_PASSWORD',
        `The server of ${name} refuses the user ${user}, or the password of ${origin}: correct them there.`,
        details,
      );
    case 'no-database':
      return new UsageError(
        'DATABASE_MISSING',
        `The server has no database ${database}: create it, or correct ${origin} (${name}).`,
        details,
      );
    case 'denied':
      return new UsageError(
        'DATABASE_DENIED',
        `The user ${user} may not do that in ${name} (${reason}): grant ${user} all rights on ${database}.`,
        details,
      );
    case 'tls':
      return new UsageError(
        'DATABASE_TLS',
        `The encrypted connection to ${name} failed, ${reason}: correct sslmode or sslrootcert in ${origin}, or the server's certificate.`,
        details,
      );
    case 'too-old':
      return new UsageError(
        'DATABASE_TOO_OLD',
        `The server of ${name} is ${reason}: update the server, or use another one.`,
        details,
      );
    case 'full':
      return new FailedError(
        'DATABASE_FULL',
        `Can't write ${name}: the server's disk is full (${reason}); free some space there and run again. Nothing that was recorded is lost.`,
        troubled(
          details,
          `can't be written, since its server's disk is full (${reason}; free some space there)`,
        ),
      );
    case 'readonly':
      return new FailedError(
        'DATABASE_READONLY',
        `Can't write ${name}: the server accepts no changes (${reason}); make it writable, or name the server that is in ${origin}. Nothing that was recorded is lost.`,
        troubled(
          details,
          `accepts no changes (${reason}; make it writable, or name the server that is in ${origin})`,
        ),
      );
    case 'other':
      return new FailedError('LEDGER_FAILED', `${atStart(name)} can't be used: ${reason}.`, details);
  }
}

/** With what is said while the server is waited for: see Outage. */
function troubled({ cause, fields }: Failure['details'], trouble: string): Failure['details'] {
  return { cause, fields: { ...fields, trouble } };
}

/** The first of several attempts says it for all: a name may have an IPv6 and an IPv4 address. */
function reasonOf(error: unknown, address: DatabaseAddress): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return reasonOf(error.errors.at(-1), address);
  const words = CONNECTION_WORDS[codeOf(error) ?? ''];
  if (words !== undefined) return words;
  const line = messageOf(error)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/[.\s]+$/, '');
  return withoutPassword(line, address);
}

/** The packages put statements with their values into their errors, and values don't belong in a log. */
function plainCause(error: unknown, address: DatabaseAddress): Error {
  const plain = new Error(withoutPassword(messageOf(error), address));
  if (error instanceof Error) {
    plain.name = error.name;
    if (error.stack !== undefined) plain.stack = withoutPassword(error.stack, address);
  }
  return plain;
}

function withoutPassword(text: string, { password }: DatabaseAddress): string {
  if (password === undefined) return text;
  return text.replaceAll(password, '***').replaceAll(encodeURIComponent(password), '***');
}

function atStart(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
