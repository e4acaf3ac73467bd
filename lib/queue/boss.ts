import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import type PgBoss from 'pg-boss';
import { TelepiError, UsageError } from '../base/errors.js';
import { transact } from '../store/repeatable.js';
import { type QueueTables, SCHEMA } from './tables.js';

export interface BossOptions {
  /** Whether this process looks after schedules and old rows, too. */
  readonly tends: boolean;
  /** An error of what pg-boss does by itself; it tries again. */
  readonly onError: (error: unknown) => void;
}

/**
 * Starts pg-boss on the store's own connection, and makes its tables if necessary. Its package is loaded here, and nowhere
 * else. Throws the errors of the database.
 */
export async function startBoss(db: Kysely<QueueTables>, options: BossOptions): Promise<PgBoss> {
  const boss = await makeBoss(db, { ...options, migrate: true });
  await boss.start();
  return boss;
}

/**
 * The same without a change of its tables: undefined when there are none. @throws UsageError QUEUE_VERSION for tables of another
 * version
 */
export async function startPresentBoss(
  db: Kysely<QueueTables>,
  onError: BossOptions['onError'],
): Promise<PgBoss | undefined> {
  const boss = await makeBoss(db, { tends: false, onError, migrate: false });
  if (!(await boss.isInstalled())) return undefined;
  const version = await boss.schemaVersion();
  try {
    await boss.start();
  } catch (cause) {
    if (cause instanceof TelepiError || (cause instanceof Error && 'code' in cause)) throw cause;
    throw new UsageError(
      'QUEUE_VERSION',
      `The tables of the queue have another version (${version}) than this TelePi needs: telepi worker brings older ones to this version; if they are newer, use the newer TelePi here, too.`,
      { cause, fields: { version } },
    );
  }
  return boss;
}

async function makeBoss(
  db: Kysely<QueueTables>,
  { tends, onError, migrate }: BossOptions & { readonly migrate: boolean },
): Promise<PgBoss> {
  const { default: Boss } = await import('pg-boss');
  const boss = new Boss({
    db: { executeSql: (text, values) => transact(db, (tx) => execute(tx, withoutFrame(text), values)) },
    schema: SCHEMA,
    supervise: tends,
    schedule: tends,
    migrate,
  });
  boss.on('error', onError);
  return boss;
}

/** For pg-boss's calls that take `db`: what they do becomes a part of the transaction. */
export interface Within extends PgBoss.Db {
  /** The error that a call has met and kept to itself, as `fetch` does. */
  rethrow(): void;
}

/** See Within. */
export function within(tx: Transaction<QueueTables>): Within {
  let met: { readonly error: unknown } | undefined;
  return {
    async executeSql(text, values) {
      try {
        return await execute(tx, text, values);
      } catch (error) {
        met ??= { error };
        throw error;
      }
    },
    rethrow() {
      if (met) throw met.error;
    },
  };
}

async function execute(
  tx: Transaction<QueueTables>,
  text: string,
  values: readonly unknown[] = [],
): Promise<{ rows: Record<string, unknown>[] }> {
  const { rows } = await tx.executeQuery<Record<string, unknown>>(CompiledQuery.raw(text, [...values]));
  // Of several statements in one text the package gives no rows, and nobody asks for them.
  return { rows: ((rows as typeof rows | undefined) ?? []).map(withJson) };
}

/** Some of its statements are whole transactions; here they are parts of ours, which is undone where one fails. */
function withoutFrame(text: string): string {
  return text.replace(/^\s*BEGIN;/, '').replace(/COMMIT;\s*$/, '');
}

/** Its columns of JSON, which come as texts. */
const JSON_COLUMNS = ['data', 'output', 'options'];

function withJson(row: Record<string, unknown>): Record<string, unknown> {
  const parsed = JSON_COLUMNS.filter((name) => typeof row[name] === 'string').map(
    (name) => [name, JSON.parse(row[name] as string)] as const,
  );
  return parsed.length === 0 ? row : { ...row, ...Object.fromEntries(parsed) };
}
