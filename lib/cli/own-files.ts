import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Job folders: `-100123_to_-100456`. */
const JOB_FOLDER = /^-?\d+_to_-?\d+/;
const LEDGER = /^ledger\.db(?:-wal|-shm)?$/;
/** The log of downloads, in a data directory. */
export const DOWNLOAD_LOG = 'download.log';
/** Notes of uploads to buckets that are under way: a folder of a data directory. */
export const UPLOAD_NOTES = 'uploads';
/** The lock, and the logs, of telepi worker: a folder of a data directory. */
export const WORKER_FOLDER = 'worker';
/** Marks of processes that download, for a database that several hosts share: a folder of a data directory. */
export const CLAIMS_FOLDER = 'claims';
/** Plans of telepi erase, and the locks of their runs: a folder of a data directory. */
export const ERASE_FOLDER = 'erase';
/** Files that an interrupted write leaves behind, the probe of `telepi check`, and files that a run can do without. */
const PASSING =
  /^(?:\.(?:[0-9a-f-]{36}|probe)\.tmp|\.move-store\.lock|\.check-\w+|(?:connections|known)\.json|download\.log(?:\.\d+)?)$/;

/** The content of a data directory. */
export interface Contents {
  /** Names of TelePi's own files there, sorted. Links aren't among them, because they may lead anywhere. */
  readonly own: readonly string[];
  /** Whether other files are there, or the directory can't be read. */
  readonly others: boolean;
}

/** TelePi's own files in `dataDir`, recognised by name and kind. `secretFile`, its settings, may be there too. */
export async function contentsOf(dataDir: string, secretFile: string | undefined): Promise<Contents> {
  const entries = await readdir(dataDir, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return { own: [], others: true };
  const sure = entries.filter(isOwn);
  const ledger = entries.filter((entry) => entry.isFile() && LEDGER.test(entry.name));
  const passing = ({ name }: Dirent): boolean =>
    PASSING.test(name) || (secretFile !== undefined && resolve(dataDir, name) === resolve(secretFile));
  const rest = entries.filter((entry) => !sure.includes(entry) && !ledger.includes(entry) && !passing(entry));
  // A ledger.db alone among other files may belong to any program.
  const own = sure.length > 0 || rest.length === 0 ? [...sure, ...ledger] : [];
  return { own: own.map(({ name }) => name).sort(), others: rest.length > 0 };
}

function isOwn(entry: Dirent): boolean {
  if (entry.isDirectory())
    return (
      JOB_FOLDER.test(entry.name) ||
      ['unwritten', UPLOAD_NOTES, WORKER_FOLDER, CLAIMS_FOLDER, ERASE_FOLDER].includes(entry.name)
    );
  return entry.isFile() && ['session', 'sandbox.pem', 'host-id'].includes(entry.name);
}
