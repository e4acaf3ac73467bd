import type { SchemaChange } from '../store/schema-change.js';

/** The names that the ledger's tables had before version 13, by their present names. */
export const FORMER_NAMES = {
  ledger_jobs: 'jobs',
  ledger_messages: 'messages',
  ledger_continuations: 'continuations',
  ledger_files: 'files',
  ledger_topics: 'topics',
  ledger_actions: 'actions',
} as const;

/** Names the tables after their room: the archive's tables are in the same database, and have messages of their own. */
export async function createVersion13(change: SchemaChange): Promise<void> {
  for (const [now, before] of Object.entries(FORMER_NAMES)) await change.renameTable(before, now);
}
