import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { FailedError } from '../base/errors.js';
import { howToWrite } from '../base/system-errors.js';
import type { ReadPurpose } from '../store/read-sqlite.js';
import { lookAtJob } from './identify.js';
import { findJobFolder } from './job-folder.js';
import { presentHolder } from './job-lease.js';
import type { JobOptions } from './job-scene.js';
import { copiesOf } from './job-store.js';
import { readLedger } from './ledger.js';
import { LEDGER_FILE } from './ledger-file.js';
import { refuseHeld } from './lock.js';
import { hasOlderFiles } from './older-files.js';

/** The state of a job before it is opened. */
export interface Examined {
  /** The path of its folder. */
  readonly path: string;
  /** Whether it was begun before, by TelePi or the older script. */
  readonly begun: boolean;
  /** Whether another machine has run it since this one did: what the folder's files lack isn't what a person wants. */
  readonly filesAreOlder: boolean;
  /** Whether it has a folder with its id while the ledger lacks it. */
  readonly ledgerLost: boolean;
  /** The source message after which it continues; 0 is before the first. */
  readonly checkpoint: number;
  /** How many messages it, and the jobs before a --restart, have sent, as far as the ledger shows. */
  readonly copies: number;
}

type ExamineOptions = Omit<JobOptions, 'clock' | 'random' | 'log' | 'sourceTitle' | 'targetTitle'>;

/**
 * Examines a job and throws the same errors as `openJob`, but takes no lock and writes nothing. With `restart`, it
 * ignores everything that matters only to a job that continues.
 */
export async function examineJob(options: ExamineOptions, purpose: ReadPurpose = 'look'): Promise<Examined> {
  const { name: folder } = await findJobFolder(options, purpose);
  const path = join(options.dataDir, folder);
  const ledgerPath = join(options.dataDir, LEDGER_FILE);
  await refuseHeld(join(path, 'lock'));
  const paths = [path, join(path, 'lock.db'), ledgerPath, `${ledgerPath}-wal`, `${ledgerPath}-shm`];
  for (const each of paths) await refuseUnwritable(each);
  const holder = options.database && (await presentHolder(options.dataDir, options.host));
  const found = await readLedger(
    options,
    async (db) => ({
      copies: await copiesOf(db, folder),
      look: options.restart
        ? undefined
        : await lookAtJob({ ...options, holder, path, folder, ledger: { path: ledgerPath, db } }),
    }),
    purpose,
  );
  const scene = { ...options, path, folder, ledger: { path: ledgerPath, db: undefined } };
  const look = found?.look ?? (options.restart || found ? undefined : await lookAtJob(scene));
  const { known, file, left } = look ?? {};
  const taken = left?.checkpoint ?? left?.legacy.checkpoint;
  return {
    path,
    begun:
      known !== undefined || file !== undefined || taken !== undefined || existsSync(join(path, 'job.json')),
    filesAreOlder: known !== undefined && hasOlderFiles({ holder }, known),
    ledgerLost: file !== undefined && known === undefined,
    checkpoint: taken ?? known?.checkpoint ?? 0,
    copies: found?.copies ?? 0,
  };
}

async function refuseUnwritable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK);
  } catch (error) {
    // Another process may remove the database's journal at any moment.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new FailedError('STATE_UNWRITABLE', `Can't write ${path}: ${howToWrite(error)}`, {
      cause: error,
      fields: { path },
    });
  }
}
