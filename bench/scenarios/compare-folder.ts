import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckOutcome } from '../server/messages.js';

/** Whether a folder holds these files and no others, under any names. `due`: their sizes and SHA-256. */
export function compareFolder(folder: string, due: readonly string[]): CheckOutcome {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => digestOf(join(parentPath, name)))
    .sort();
  if (found.length !== due.length)
    return { ok: false, reason: `${found.length} of ${due.length} files arrived` };
  const wrong = [...due].sort().filter((digest, nth) => digest !== found[nth]).length;
  return wrong === 0 ? { ok: true } : { ok: false, reason: `${wrong} files have other bytes` };
}

function digestOf(path: string): string {
  const bytes = readFileSync(path);
  return `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;
}
