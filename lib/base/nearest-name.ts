/**
 * The name that was probably meant by a word with a slip: the one that is called nearly so, by at most two letters, or a third
 * of its own in a short one. Undefined when there is none. `called`: what each name may be called, and the name itself.
 */
export function nearestName(
  word: string,
  called: Iterable<readonly [called: string, name: string]>,
): string | undefined {
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const [each, name] of called) {
    const edits = editsBetween(word, each);
    if (edits <= Math.min(2, each.length / 3) && edits < (best?.edits ?? Number.POSITIVE_INFINITY))
      best = { name, edits };
  }
  return best?.name;
}

/** How many letters must be added, left out, changed or swapped with the next one. */
function editsBetween(a: string, b: string): number {
  const table: number[][] = [];
  const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
  for (let row = 0; row <= a.length; row += 1) {
    table[row] = [];
    for (let column = 0; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (same ? 0 : 1),
      );
      if (row === 0 || column === 0) least = row + column;
      else if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, at(row - 2, column - 2) + 1);
      (table[row] ?? [])[column] = least;
    }
  }
  return at(a.length, b.length);
}
