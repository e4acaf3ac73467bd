/** What became of the rows of one table. */
export interface TableCounts {
  /** Rows that the old database has. */
  readonly old: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Why the others weren't taken over, and how many. */
  readonly left: ReadonlyMap<string, number>;
}

type Mutable = { -readonly [Name in keyof Omit<TableCounts, 'left'>]: number } & {
  left: Map<string, number>;
};

/** Counts an import: every old row is either taken over or left, with a reason. */
export class ImportCounts {
  readonly #tables = new Map<string, Mutable>();
  readonly #remarks = new Map<string, number>();

  /** In the order in which they were taken. */
  get tables(): ReadonlyMap<string, TableCounts> {
    return this.#tables;
  }

  /** What else people should know, and how many rows it concerns. */
  get remarks(): ReadonlyMap<string, number> {
    return this.#remarks;
  }

  /** How many rows are new or other than before. */
  get changed(): number {
    return [...this.#tables.values()].reduce((sum, { added, changed }) => sum + added + changed, 0);
  }

  of(table: string): TableCounts {
    return this.#of(table);
  }

  take(table: string, what: 'added' | 'changed' | 'unchanged', rows = 1): void {
    const counts = this.#of(table);
    counts.old += rows;
    counts[what] += rows;
  }

  add(table: string, taken: Pick<TableCounts, 'added' | 'changed' | 'unchanged'>): void {
    for (const what of ['added', 'changed', 'unchanged'] as const) this.take(table, what, taken[what]);
  }

  /** `entries` were made of `rows`, and `added` of them are new. */
  addLog(table: string, rows: number, entries: number, added: number): void {
    const counts = this.#of(table);
    counts.old += rows;
    counts.added += added;
    counts.unchanged += entries - added;
  }

  leave(table: string, reason: string): void {
    const counts = this.#of(table);
    counts.old += 1;
    counts.left.set(reason, (counts.left.get(reason) ?? 0) + 1);
  }

  remark(what: string): void {
    this.#remarks.set(what, (this.#remarks.get(what) ?? 0) + 1);
  }

  #of(table: string): Mutable {
    const found = this.#tables.get(table) ?? { old: 0, added: 0, changed: 0, unchanged: 0, left: new Map() };
    this.#tables.set(table, found);
    return found;
  }
}
