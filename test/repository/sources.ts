import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { repositoryRoot } from '../support/paths.js';

export interface SourceFile {
  /** From the repository's root: `lib/pace/patience.ts`. */
  readonly path: string;
  readonly text: string;
}

/** The TypeScript files under a top-level folder. */
export function sourcesOf(folder: string): SourceFile[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') }));
}

/** The imports of a file: files as paths from the root with `.ts`, packages by name. Types and import() count. */
export function importsOf({ path, text }: SourceFile): string[] {
  const statements = text.matchAll(/(?:^|[;\s])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm);
  const bare = text.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm);
  const dynamic = text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g);
  return [...statements, ...bare, ...dynamic].map(([, name = '']) =>
    name.startsWith('.') ? normalize(join(dirname(path), name)).replace(/\.js$/, '.ts') : name,
  );
}

/** The imports that happen as soon as the file is loaded: no types, no import(). */
export function loadedBy({ path, text }: SourceFile): string[] {
  const withoutTypes = text.replace(/^(?:import|export) type [^;]*;/gm, '').replace(/\bimport\([^)]*\)/g, '');
  return importsOf({ path, text: withoutTypes });
}

/** The room of a file: the folder under lib. */
export function roomOf(path: string): string | undefined {
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}
