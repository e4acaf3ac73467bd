import { isDeepStrictEqual } from 'node:util';
import { type Compilable, CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import { chunked } from './values.js';

/** More than the number of different statements that are kept so. */
const MOST = 100;

/** The statements of one database that were compiled before, by their names. */
export class CompiledStatements {
  readonly #statements = new Map<string, CompiledQuery>();

  /** `make` builds the statement with the same parameters, which it must have in their order. */
  find(name: string, parameters: readonly unknown[], make: () => Compilable): CompiledQuery {
    const known = this.#statements.get(name);
    if (known) return known;
    const compiled = make().compile();
    if (!isDeepStrictEqual(compiled.parameters, parameters))
      throw new TypeError(`The statement "${name}" has other parameters.`);
    const [oldest] = this.#statements.keys();
    if (oldest !== undefined && this.#statements.size >= MOST) this.#statements.delete(oldest);
    const made = CompiledQuery.raw(compiled.sql);
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
  return db.executeQuery({ ...statements.find(name, parameters, make), parameters } as CompiledQuery<Row>);
}

/** Lists of keys that are so short have a statement for each length. */
const FEW = 8;

/**
 * Runs a statement for any number of keys, which are its last parameters, behind those in `first`: as runCompiled for a few. Returns
 * its rows.
 */
export async function rowsOfKeys<Row, Key>(
  // biome-ignore lint/suspicious/noExplicitAny: a database or a transaction with whichever tables
  db: Kysely<any>,
  name: string,
  { first = [], keys }: { readonly first?: readonly unknown[]; readonly keys: readonly Key[] },
  make: (keys: Key[]) => Compilable<Row>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const chunk of chunked(keys)) {
    const { rows } =
      chunk.length > FEW
        ? await db.executeQuery(make(chunk))
        : await runCompiled(db, `${name} ${chunk.length}`, [...first, ...chunk], () => make(chunk));
    found.push(...rows);
  }
  return found;
}
