import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { JOURNAL_FOLDER, type WaitingRows, waitingRows } from '../store/journal/journal-folder.js';
import type { CommandContext } from './command.js';
import { count } from './progress/words.js';

/** Where rows wait for a database server, for people. */
export function unwrittenFolder(dataDir: string): string {
  return join(dataDir, JOURNAL_FOLDER);
}

/** Says that rows which waited for a database are written; nothing when there were none. */
export function sayWritten({ log, output }: CommandContext, database: string, rows: number): void {
  if (rows === 0) return;
  log.info('rows_written', { database, rows });
  output.note(`${count(rows, 'row')} that waited for ${database} ${rows === 1 ? 'is' : 'are'} written.`);
}

/**
 * Refuses (ROWS_WAITING) to leave a database behind for which rows wait in the data directory: a process that still runs
 * has them. `key`: of that database.
 */
export async function refuseWaiting(dataDir: string, key: string): Promise<void> {
  const [waiting] = (await waitingRows(dataDir)).filter(({ of }) => of.key === key);
  if (!waiting) return;
  const { rows, path, of } = waiting;
  throw new UsageError(
    'ROWS_WAITING',
    `${count(rows, 'row')} in ${path} ${rows === 1 ? 'waits' : 'wait'} for ${of.name}, in the hands of a process that runs: wait until it ends, or stop it.`,
    { fields: { path, rows } },
  );
}

/** Shows the rows that wait in the data directory, whichever database they wait for. */
export async function sayWaiting({ output }: CommandContext, dataDir: string): Promise<void> {
  for (const { rows, path, of } of await waitingRows(dataDir)) {
    const them = rows === 1 ? 'waits' : 'wait';
    output.line(`${count(rows, 'row')} ${them} in ${path} for ${of.name}.`);
    output.record({ waitingRows: rows, path, database: of.name });
  }
}

/** Says that rows wait for databases other than the one in use. */
export function sayOthers({ log, output }: CommandContext, others: readonly WaitingRows[]): void {
  for (const { rows, path, of } of others) {
    log.warn('rows_of_other_database', { database: of.name, rows, path });
    output.note(
      `${count(rows, 'row')} in ${path} ${rows === 1 ? 'waits' : 'wait'} for ${of.name}, which isn't the database in use, and ${rows === 1 ? 'stays' : 'stay'} there: ` +
        "name that database in DATABASE_URL once, or, if it has another address now, write the new one's key into the file's first line.",
    );
  }
}
