import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { UsageError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { codeOf } from '../base/system-errors.js';
import type { OpenDatabase } from '../store/open-database.js';
import { isOutOfReach } from '../store/out-of-reach.js';
import type { StoreWriter } from '../store/store-writer.js';
import { countCopiesUnder, noteGoneUnder } from '../store/tables/copies-under.js';
import type { StoreTables } from '../store/tables/schema.js';

export interface EmptiedOptions {
  readonly db: OpenDatabase<StoreTables>['db'];
  readonly writer: Pick<StoreWriter, 'keep'>;
  /** This machine, as rows name it. */
  readonly host: string;
  /** Absolute. */
  readonly folder: string;
  /** Its files were removed on purpose. */
  readonly refill: boolean;
  /** In milliseconds since the epoch. */
  readonly now: number;
  readonly log: Log;
}

/**
 * Refuses a folder that is missing or empty although this machine has put files there: its disk is not mounted, and everything
 * would be downloaded once more. With `refill` those files are noted as gone instead. A database that is out of reach knows of none.
 * @throws UsageError OUTPUT_EMPTIED
 */
export async function refuseEmptied(options: EmptiedOptions): Promise<void> {
  const { db, writer, host, folder, refill, now, log } = options;
  const state = await stateOf(folder);
  if (state === 'used') return;
  try {
    const files = await countCopiesUnder(db, host, folder);
    if (files === 0) return;
    if (refill) {
      await writer.keep();
      return await noteGoneUnder(db, host, folder, now);
    }
    throw new UsageError(
      'OUTPUT_EMPTIED',
      `${folder} ${state === 'empty' ? 'is empty' : 'does not exist'}, although ${files === 1 ? 'a file was' : `${files} files were`} downloaded into it: mount its disk. If you removed ${files === 1 ? 'it' : 'them'} on purpose, --refill downloads what is asked for once more.`,
      { fields: { path: folder, files } },
    );
  } catch (error) {
    if (!isOutOfReach(error)) throw error;
    log.debug('copies_unknown', { error: error.message });
  }
}

/** Whether anything is in a folder but what a system keeps for itself: a mount point without its disk, or a new disk, has nothing. */
async function stateOf(folder: string): Promise<'missing' | 'empty' | 'used'> {
  try {
    for await (const entry of await opendir(folder)) if (!isOfSystem(entry)) return 'used';
    return 'empty';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'missing';
    // What is wrong with it is said when files are written there.
    if (codeOf(error) === undefined) throw error;
    return 'used';
  }
}

function isOfSystem({ name }: Dirent): boolean {
  return name.startsWith('.') || ['lost+found', 'System Volume Information'].includes(name);
}
