/** Cells of text, the first line being the head. */
export type Cells = readonly (readonly string[])[];

export interface Table {
  readonly title: string;
  readonly cells: Cells;
  readonly notes: readonly string[];
}

/** Groups values by a key, each group in the order of its values. */
export function groups<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const all = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    all.set(key, [...(all.get(key) ?? []), value]);
  }
  return all;
}
