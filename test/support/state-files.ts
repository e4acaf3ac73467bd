import { basename } from 'node:path';
import { MIB } from '../../lib/base/bytes.js';

const STATE_AND_LOG =
  /^(session|connections\.json|known\.json|ledger\.db(-wal|-shm|-journal)?|checkpoint\.txt|topic_map\.json|job\.json|lock(\..*)?|.*\.log|\..*\.tmp)$/;

/**
 * The size of state and log for some hundred messages: the ledger writes several pages of 4 KiB at each of their steps.
 */
export const MOST_WRITTEN_BYTES = 40 * MIB;

/** Whether `path` is one of the files that telepi keeps in the data directory under `directory`. */
export function isStateOrLog(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/data/`) && STATE_AND_LOG.test(basename(path));
}
