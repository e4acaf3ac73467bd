/** Cells of text, the first line being the head. */
export type Cells = readonly (readonly string[])[];

export interface Table {
  readonly title: string;
  readonly cells: Cells;
  readonly notes: readonly string[];
}

/** Values by a key of theirs, each group in the order in which its values came. */
export function groups<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const all = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    all.set(key, [...(all.get(key) ?? []), value]);
  }
  return all;
}
