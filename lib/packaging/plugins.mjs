import { deepStrictEqual } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { sep } from 'node:path';

/** The maps next to the modules of a folder, so that stack traces name the TypeScript they were compiled from. */
export function sourceMapsOf(folder) {
  return {
    name: 'source-maps',
    async load(id) {
      if (!id.startsWith(folder + sep)) return null;
      const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
      return { code: code.replace(/^\/\/# sourceMappingURL=.*$/m, ''), map: JSON.parse(map) };
    },
  };
}

/**
 * The TL definitions of the package telegram, 1.8 MB of object literals, as one string of JSON: V8 reads that several
 * times as fast. Fails when the definitions are not where they were, or are not plain data any more.
 */
export function compactDefinitions() {
  let seen = 0;
  return {
    name: 'compact-definitions',
    load: {
      filter: { id: /[\\/]telegram[\\/]tl[\\/]generated[\\/]api-definitions\.js$/ },
      handler(id) {
        seen++;
        const definitions = createRequire(import.meta.url)(id);
        const json = JSON.stringify(definitions);
        deepStrictEqual(JSON.parse(json), definitions);
        return `module.exports = JSON.parse(${JSON.stringify(json)});`;
      },
    },
    buildEnd() {
      if (seen !== 1) throw new Error(`The TL definitions were met ${seen} times, instead of once.`);
    },
  };
}
