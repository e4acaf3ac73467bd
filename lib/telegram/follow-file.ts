import { TelegramError } from '../refusals/telegram-error.js';
import type { FileReference } from './file-reference.js';

/** A file's location, as far as its readers know by now. */
export interface Whereabouts {
  readonly reference: FileReference;
  dcId: number;
}

const MOST_MIGRATIONS = 5;

/**
 * Returns the result of `read`, which is called again with the file's new DC (FILE_MIGRATE_X, at most five times) or a
 * new reference (FILE_REFERENCE_EXPIRED and the like): core.telegram.org/api/files. Throws all other errors as they
 * are, and the signal's reason.
 */
export async function followFile<T>(
  file: Whereabouts,
  read: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let migrations = 0; ; ) {
    const { generation } = file.reference;
    try {
      const answer = await read();
      file.reference.worked();
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TelegramError)) throw error;
      const newDc = /^FILE_MIGRATE_(\d+)$/.exec(error.errorMessage)?.[1];
      if (newDc !== undefined && migrations < MOST_MIGRATIONS) {
        migrations += 1;
        file.dcId = Number(newDc);
      } else if (error.errorMessage.startsWith('FILE_REFERENCE_')) {
        await file.reference.renewed(generation, error, signal);
      } else throw error;
    }
  }
}
