import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Job folders: `-100123_to_-100456`. */
const JOB_FOLDER = /^-?\d+_to_-?\d+/;
const LEDGER = /^ledger\.db(?:-wal|-shm)?$/;
/** What a writing leaves behind when its process is killed, the probe of `telepi check`, and what a run may begin without. */
const PASSING = /^(?:\.[0-9a-f-]{36}\.tmp|\.check-\w+|connections\.json)$/;

/** What lies in a data directory. */
export interface Contents {
  /** Names of what TelePi keeps there, sorted. Links aren't among them: what they lead to may be anything. */
  readonly own: readonly string[];
  /** Something else is there, or it can't be seen. */
  readonly others: boolean;
}

/** What is TelePi's in `dataDir`, by name and kind. `secretFile`, its settings, may lie there too. */
export async function contentsOf(dataDir: string, secretFile: string | undefined): Promise<Contents> {
  const entries = await readdir(dataDir, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return { own: [], others: true };
  const sure = entries.filter(isOwn);
  const ledger = entries.filter((entry) => entry.isFile() && LEDGER.test(entry.name));
  const passing = ({ name }: Dirent): boolean =>
    PASSING.test(name) || (secretFile !== undefined && resolve(dataDir, name) === resolve(secretFile));
  const rest = entries.filter((entry) => !sure.includes(entry) && !ledger.includes(entry) && !passing(entry));
  // A ledger.db alone among other files may be any program's.
  const own = sure.length > 0 || rest.length === 0 ? [...sure, ...ledger] : [];
  return { own: own.map(({ name }) => name).sort(), others: rest.length > 0 };
}

function isOwn(entry: Dirent): boolean {
  if (entry.isDirectory()) return JOB_FOLDER.test(entry.name);
  return entry.isFile() && (entry.name === 'session' || entry.name === 'sandbox.pem');
}
