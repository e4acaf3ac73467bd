import type { SchemaChange } from '../store/schema-change.js';

/** Notes how far a comparison of skipped messages has come, so that the next run continues it; and what
 * checkpoint.txt said before the checkpoint moved: see JobsTable. */
export async function createVersion12(change: SchemaChange): Promise<void> {
  for (const column of ['compared_up_to', 'compared_skipped', 'compared_passed', 'checkpoint_before']) {
    await change.addColumn('jobs', column, 'bigint?');
  }
}
