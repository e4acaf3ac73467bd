import { importLines } from './import-lines.js';
import type { FileTally, ImportOptions } from './import-options.js';
import { importResult } from './import-result.js';

/** Imports a file by its name: `.jsonl` holds documents line by line, everything else is a result.json. */
export function importFile(path: string, options: ImportOptions): Promise<FileTally> {
  return /\.jsonl$/i.test(path) ? importLines(path, options) : importResult(path, options);
}
