import { type Compilable, CompiledQuery, type Kysely, type QueryResult } from 'kysely';

/** More than the number of different statements that are kept so. */
const MOST = 100;

/** The statements of one database that were compiled before, by their names. */
export class CompiledStatements {
  readonly #statements = new Map<string, CompiledQuery>();

  /** `make` builds the statement, with as many parameters of its own. */
  find(name: string, make: () => Compilable): CompiledQuery {
    const known = this.#statements.get(name);
    if (known) return known;
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined && this.#statements.size >= MOST) this.#statements.delete(oldest);
    const made = CompiledQuery.raw(make().compile().sql);
    this.#statements.set(name, made);
    return made;
  }
}

interface KeepsStatements {
  readonly statements: CompiledStatements;
}

/**
 * Runs a statement that is built and compiled once and run with other parameters from then on: Kysely takes longer to
 * build one of many rows than SQLite to run it. `name`: the same for statements that differ in nothing but the values of
 * their parameters.
 */
export function runCompiled<Row>(
  // biome-ignore lint/suspicious/noExplicitAny: a database or a transaction with whichever tables
  db: Kysely<any>,
  name: string,
  parameters: readonly unknown[],
  make: () => Compilable<Row>,
): Promise<QueryResult<Row>> {
  const { statements } = db.getExecutor().adapter as unknown as KeepsStatements;
  return db.executeQuery({ ...statements.find(name, make), parameters } as CompiledQuery<Row>);
}
