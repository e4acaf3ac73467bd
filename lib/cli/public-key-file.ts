import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.js';
import { reasonOfSystem, UsageError } from '../base/errors.js';
import { oddKind } from '../base/odd-file.js';

const BEGIN = '-----BEGIN RSA PUBLIC KEY-----';
/** A key of 2,048 bits has 426 bytes. */
const MOST_BYTES = 4_096;

/**
 * Refuses a path for the sandbox's public key if the key can't be written there, or would replace something other than
 * such a key.
 * @throws UsageError NO_SUCH_DIRECTORY, NOT_A_FILE or FILE_EXISTS.
 */
export function refuseOtherFile(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw refusal('NO_SUCH_DIRECTORY', `there is no directory ${folder}: make it, or name another file`);
  }
  const kind = oddKind(path);
  if (kind !== undefined) throw refusal('NOT_A_FILE', `${path} is ${kind}: name another file`);
  if (!existsSync(path) || isPublicKey(path)) return;
  throw refusal('FILE_EXISTS', `${path} exists and is not a sandbox's key: name another file`);
}

/** Writes the key, readable by all. @throws UsageError KEY_UNWRITABLE. */
export async function writePublicKey(path: string, pem: string): Promise<void> {
  try {
    await writeFileAtomic(path, pem, { mode: 0o644 });
  } catch (error) {
    throw refusal(
      'KEY_UNWRITABLE',
      `the public key can't be written to ${path}, ${reasonOfSystem(error)}: name another file`,
      error,
    );
  }
}

function isPublicKey(path: string): boolean {
  try {
    return statSync(path).size <= MOST_BYTES && readFileSync(path, 'latin1').startsWith(BEGIN);
  } catch {
    return false;
  }
}

function refusal(code: string, sentence: string, cause?: unknown): UsageError {
  return new UsageError(code, `--key: ${sentence}.`, { cause });
}
