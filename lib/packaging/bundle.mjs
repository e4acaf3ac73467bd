import { rm, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { compactDefinitions, sourceMapsOf } from './plugins.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

// Joins the modules of dist/lib and the packages that they import into the few files of dist/bundle, which bin/telepi
// starts: to load some seven hundred modules takes longer than to use them. A package with machine code can't be bundled
// and is loaded from node_modules, and so are the packages for database servers, which few commands need.

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiled = join(root, 'dist', 'lib');
const target = join(root, 'dist', 'bundle');
const loadedAtRunTime = new Set(['libsql', 'pg', 'pg-boss', 'mysql2', ...builtinModules]);

await rm(target, { recursive: true, force: true });
const chunks = await build();
refuseStrangers(chunks);
// The few lines by which the modules find each other are rolldown's.
const sources = [
  ...chunks.flatMap(({ moduleIds }) => moduleIds),
  fileURLToPath(import.meta.resolve('rolldown')),
];
await writeFile(join(target, 'THIRD-PARTY-LICENSES.txt'), thirdPartyNotices(sources));

async function build() {
  const bundle = await rolldown({
    input: { main: join(compiled, 'cli', 'main.js') },
    platform: 'node',
    external: (id) => isLoadedAtRunTime(id),
    plugins: [sourceMapsOf(compiled), compactDefinitions()],
    // That the machine is busy says nothing of the bundle.
    checks: { bundlerTimings: false },
    onLog(level, log) {
      // A warning is a module that can't be found, or one that would work differently: no bundle to ship.
      if (level === 'warn') throw new Error(log.message);
    },
  });
  try {
    const { output } = await bundle.write({
      dir: target,
      entryFileNames: '[name].js',
      // With a hash, so that a run under way never loads a part of another version, but ends.
      chunkFileNames: 'parts/[name]-[hash].js',
      sourcemap: true,
      sourcemapExcludeSources: true,
      // V8 keeps the text of each module, and one character beyond Latin-1 doubles it.
      charset: 'ascii',
      comments: { legal: true, annotation: false, jsdoc: false },
    });
    return output.filter(({ type }) => type === 'chunk');
  } finally {
    await bundle.close();
  }
}

/** Whatever else were loaded at run time would be a second copy, or missing. */
function refuseStrangers(chunks) {
  const own = new Set(chunks.map(({ fileName }) => fileName));
  for (const { fileName, imports, dynamicImports } of chunks) {
    const stranger = [...imports, ...dynamicImports].find((id) => !own.has(id) && !isLoadedAtRunTime(id));
    if (stranger !== undefined) throw new Error(`${fileName} imports ${stranger}, which is not bundled.`);
  }
}

function isLoadedAtRunTime(id) {
  return loadedAtRunTime.has(id.replace(/^node:/, ''));
}
