import { type Kysely, MysqlAdapter, PostgresAdapter, SqliteAdapter } from 'kysely';

/** Whose SQL a database speaks. MariaDB speaks MySQL's. */
export type DatabaseKind = 'sqlite' | 'postgres' | 'mysql';

interface KindOfAdapter {
  readonly kind: DatabaseKind;
}

export class OurSqliteAdapter extends SqliteAdapter implements KindOfAdapter {
  readonly kind = 'sqlite';
}

export class OurPostgresAdapter extends PostgresAdapter implements KindOfAdapter {
  readonly kind = 'postgres';
}

export class OurMysqlAdapter extends MysqlAdapter implements KindOfAdapter {
  readonly kind = 'mysql';
}

// biome-ignore lint/suspicious/noExplicitAny: whichever tables it has
export function kindOf(db: Kysely<any>): DatabaseKind {
  return (db.getExecutor().adapter as unknown as KindOfAdapter).kind;
}
