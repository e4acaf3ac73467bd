import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the package that a module belongs to: the nearest one above it with a package.json, as Node finds it. A
 * module doesn't know how deep it lies, because the build puts it into dist/lib and, bundled with others, into
 * dist/bundle.
 * @throws Error when no folder above the module has one.
 */
export function packageFolder(moduleUrl: string): string {
  const module = fileURLToPath(moduleUrl);
  for (let folder = dirname(module); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`No folder above ${module} has a package.json.`);
  }
}
