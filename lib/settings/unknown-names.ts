import { type SettingSources, settingsFile } from './sources.js';
import { settingKeys, specOf } from './table.js';

/**
 * One sentence about lines of the settings file that set nothing: names that TelePi doesn't know, with the one that was
 * probably meant, and names without an equals sign. Undefined when there is no such line, or no such file. `known`: names
 * that mean something in this command.
 */
export function idleNames(sources: SettingSources, known: readonly string[] = []): string | undefined {
  const { path, text, values } = settingsFile(sources);
  const unknown = Object.keys(values).filter((name) => ![...NAMES, ...known].includes(name));
  const bare = NAMES.filter((name) => !(name in values) && new RegExp(`^\\s*${name}\\s+\\S`, 'm').test(text));
  const parts = [
    ...unknown.map((name) => {
      const meant = nearest(name);
      return `${name}, which TelePi does not know${meant === undefined ? '' : ` (${meant}?)`}`;
    }),
    ...bare.map((name) => `${name} without an equals sign`),
  ];
  return parts.length === 0 ? undefined : `${path} has ${parts.join('; ')}.`;
}

const NAMES = settingKeys.map((key) => specOf(key).name);

/** A name that people are likely to use for a setting, and the setting's own name. */
const CALLED: readonly (readonly [called: string, name: string])[] = settingKeys
  .map(specOf)
  .flatMap(({ name, flag }) => [
    [name, name] as const,
    [name.replace(/^(?:TG|TELEPI)_/, ''), name] as const,
    ...(flag === undefined ? [] : [[flag.replaceAll('-', '_').toUpperCase(), name] as const]),
  ]);

function nearest(unknown: string): string | undefined {
  const word = unknown.replaceAll(/[-.]/g, '_').toUpperCase();
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const [called, name] of CALLED) {
    const edits = editsBetween(word, called);
    if (edits <= Math.min(2, called.length / 3) && edits < (best?.edits ?? Number.POSITIVE_INFINITY))
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
