import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from '../support/paths.js';
import { type TelepiOptions, type TelepiOutcome, telepi } from '../support/telepi.js';

export interface Loaded extends TelepiOutcome {
  /** The files that were loaded, whole paths. */
  readonly files: readonly string[];
  /** Their sources, from the repository's root: `lib/cli/main.ts`, `node_modules/telegram/…`. */
  readonly sources: readonly string[];
}

/** Runs bin/telepi and reports every file that it loaded, as a module of either kind or as an addon. */
export async function loadedBy(args: readonly string[], options: TelepiOptions): Promise<Loaded> {
  const list = join(options.cwd, 'loaded.txt');
  const hook = join(options.cwd, 'loaded.mjs');
  writeFileSync(list, '');
  writeFileSync(hook, recorder(list));
  const environment = { ...options.environment, NODE_OPTIONS: `--import ${hook}` };
  const outcome = await telepi(args, { ...options, environment });
  const lines = readFileSync(list, 'utf8').split('\n');
  const paths = lines.map((line) => (line.startsWith('file:') ? fileURLToPath(line) : line));
  const files = [...new Set(paths)].filter((path) => path.startsWith('/') && path !== hook);
  return { ...outcome, files, sources: files.flatMap(sourcesOf) };
}

/** The modules that a file was bundled from, or the file itself. */
export function sourcesOf(file: string): string[] {
  const map = `${file}.map`;
  if (!existsSync(map)) return [relative(repositoryRoot, file)];
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { readonly sources: readonly string[] };
  return sources.map((source) => relative(repositoryRoot, resolve(dirname(file), source)));
}

/** ES modules as they are loaded; those of CommonJS when the process ends. */
function recorder(list: string): string {
  const to = JSON.stringify(list);
  const hooks = `import { appendFileSync } from 'node:fs';
    export async function load(url, context, next) {
      appendFileSync(${to}, url + '\\n');
      return next(url, context);
    }`;
  return `import { appendFileSync } from 'node:fs';
    import { createRequire, register } from 'node:module';
    const { cache } = createRequire(import.meta.url);
    process.on('exit', () => appendFileSync(${to}, Object.keys(cache).join('\\n')));
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));`;
}
