import type { Run } from './run.js';

/**
 * Stands in front of a change at Telegram for which the ledger has no row of its own, such as a pin: while its database is
 * out of reach, this waits, and the change isn't begun.
 */
export async function askLedger({ job, rehearsal }: Pick<Run, 'job' | 'rehearsal'>): Promise<void> {
  if (!rehearsal) await job.find([1]);
}
