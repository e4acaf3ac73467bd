import { importLines } from './import-lines.js';
import type { FileTally, ImportOptions } from './import-options.js';
import { importPages } from './import-pages.js';
import { importResult } from './import-result.js';

/** Imports a file by its name: `.jsonl` holds documents line by line, `.html` is a page, everything else a result.json. */
export function importFile(path: string, options: ImportOptions): Promise<FileTally> {
  if (/\.html?$/i.test(path)) return importPages(path, options);
  return /\.jsonl$/i.test(path) ? importLines(path, options) : importResult(path, options);
}
