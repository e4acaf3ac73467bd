import { join } from 'node:path';
import { type FormerIds, type JobSelection, jobFolderNames } from '../../ledger/job-file.js';

/** Where the journal of a verification of these chats is, with a job or without. */
export function journalPathOf(options: JobSelection & FormerIds & { readonly dataDir: string }): string {
  const [name] = jobFolderNames(options);
  return join(options.dataDir, 'verify', `${name}.jsonl`);
}
