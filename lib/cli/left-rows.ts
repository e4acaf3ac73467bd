import { hostname } from 'node:os';
import { messageOf } from '../base/errors.js';
import { type WaitingRows, waitingRows, writeLeftRows } from '../store/journal/journal-folder.js';
import type { OpenDatabase } from '../store/open-database.js';
import type { ServerDatabase } from '../store/server-database.js';
import { WriterLease } from '../store/tables/writer-lease.js';
import type { CommandContext } from './command.js';
import { sayWritten } from './waiting-rows.js';

/** A data directory, and the database that it uses, which is open. */
export interface OpenPlace<Tables> {
  readonly dataDir: string;
  readonly door: Pick<ServerDatabase, 'name' | 'key'>;
  readonly db: OpenDatabase<Tables>['db'];
}

/**
 * Writes the rows into the database that processes of the data directory have left while it was out of reach, and says how many they
 * were. Returns the rows that wait for other databases.
 */
export async function writeRowsLeft<Tables>(
  context: CommandContext,
  { dataDir, door, db }: OpenPlace<Tables>,
): Promise<readonly WaitingRows[]> {
  if ((await waitingRows(dataDir)).length === 0) return [];
  const { clock, random, signal } = context;
  const lease = new WriterLease({ path: door.name, host: hostname(), clock, random });
  try {
    await lease.begin(db);
    const keep = () => lease.keep();
    const { rows, others } = await writeLeftRows({ dataDir, key: door.key, db, keep, signal });
    sayWritten(context, door.name, rows);
    return others;
  } finally {
    await lease.release();
  }
}

/**
 * Returns what a worker does when a process of a job has ended: it writes the rows that one has left. Jobs may end at the same time: one
 * call follows another. What can't be written is said, and stays for the next time.
 */
export function rowsLeftWriter<Tables>(
  context: CommandContext,
  place: OpenPlace<Tables>,
): () => Promise<void> {
  const { log, output, redactor, signal } = context;
  let last: Promise<unknown> = Promise.resolve();
  return async () => {
    const written = last.then(() => writeRowsLeft(context, place));
    last = written.catch(() => {});
    await written.catch((error: unknown) => {
      if (signal.aborted) return;
      log.warn('rows_not_written', { error });
      output.note(redactor.text(messageOf(error)));
    });
  };
}
