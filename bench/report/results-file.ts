import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LeftOut } from '../rivals/install.js';
import { RIVALS } from '../rivals/rivals.js';
import type { Table } from './table.js';
import { markdown } from './tables.js';

const FOLDER = fileURLToPath(new URL('../../../bench/', import.meta.url));
/** Explanations that figures alone don't give: written by hand, and put below them. */
const NOTES = `${FOLDER}NOTES.md`;
const RESULTS = `${FOLDER}RESULTS.md`;

export interface Results {
  readonly machine: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly tables: readonly Table[];
  readonly leftOut: readonly LeftOut[];
  /** Rivals that were measured, with the language version they run in, if known. */
  readonly rivals: ReadonlyMap<string, string>;
}

/** Writes bench/RESULTS.md, and returns its path. */
export function saveResults(results: Results): string {
  writeFileSync(RESULTS, resultsText(results, existsSync(NOTES) ? readFileSync(NOTES, 'utf8') : ''));
  return RESULTS;
}

export function resultsText({ machine, seed, tables, leftOut, rivals }: Results, notes: string): string {
  const conditions = Object.entries({ ...machine, seed }).map(([name, value]) => `- ${name}: ${value}`);
  const others = [...rivals].map(
    ([name, version]) => `- ${name}: ${RIVALS[name]?.about ?? ''}${version && ` (${version})`}`,
  );
  const absent = leftOut.map(({ name, reason }) => `- ${name} is left out: ${reason}`);
  return [
    '# Results',
    '',
    'Written by `npm run bench -- --save`; [README.md](README.md) says how it is measured and what the columns are.',
    '',
    '## Conditions',
    '',
    ...conditions,
    ...others,
    ...absent,
    '',
    '## Figures',
    '',
    ...tables.map(markdown),
    ...(notes === '' ? [] : [notes]),
  ].join('\n');
}
