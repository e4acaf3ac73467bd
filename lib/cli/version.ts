import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../base/package-folder.js';

/** TelePi's version. */
export function readVersion(): string {
  const file = join(packageFolder(import.meta.url), 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
