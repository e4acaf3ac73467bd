import { type Kysely, MysqlAdapter, PostgresAdapter, SqliteAdapter } from 'kysely';
import { CompiledStatements } from './compiled.js';

/** Whose SQL a database speaks. MariaDB speaks MySQL's. */
export type DatabaseKind = 'sqlite' | 'postgres' | 'mysql';

/** What a database has of its own, wherever one of its transactions is passed. */
interface KindOfAdapter {
  readonly kind: DatabaseKind;
  readonly statements: CompiledStatements;
}

export class OurSqliteAdapter extends SqliteAdapter implements KindOfAdapter {
  readonly kind = 'sqlite';
  readonly statements = new CompiledStatements();
}

export class OurPostgresAdapter extends PostgresAdapter implements KindOfAdapter {
  readonly kind = 'postgres';
  readonly statements = new CompiledStatements();
}

export class OurMysqlAdapter extends MysqlAdapter implements KindOfAdapter {
  readonly kind = 'mysql';
  readonly statements = new CompiledStatements();
}

// biome-ignore lint/suspicious/noExplicitAny: whichever tables it has
export function kindOf(db: Kysely<any>): DatabaseKind {
  return (db.getExecutor().adapter as unknown as KindOfAdapter).kind;
}
