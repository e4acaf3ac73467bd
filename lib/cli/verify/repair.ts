import { UsageError } from '../../base/errors.js';
import type { Copies } from '../../ledger/copies.js';
import { type QueuedRepair, queueRepairs, type RepairOptions } from '../../ledger/queue-repairs.js';
import type { Settings } from '../../settings/settings.js';
import { remedyOf } from '../../verify/findings.js';
import { findingsIn } from '../../verify/journal.js';
import type { VerifyReport } from '../../verify/verify.js';

/** How many messages are queued in one step. */
const AT_ONCE = 5000;

/** Queues every difference that the next run can repair; returns how many messages that are. */
export async function queueFound(
  options: RepairOptions,
  copies: Copies,
  { journalPath }: VerifyReport,
): Promise<number> {
  let queued = 0;
  const batch = new Map<string, QueuedRepair>();
  const queue = async (): Promise<void> => {
    if (batch.size > 0) queued += await queueRepairs(options, copies, [...batch.values()]);
    batch.clear();
  };
  for await (const finding of findingsIn(journalPath)) {
    const { sourceId, part, album } = finding;
    const repair = remedyOf(finding);
    if (sourceId === undefined || (repair !== 'send' && repair !== 'edit')) continue;
    const key = `${sourceId} ${part ?? 0}`;
    if (batch.get(key)?.repair !== 'send')
      batch.set(key, {
        sourceId,
        repair,
        ...(part !== undefined && { part }),
        ...(album !== undefined && { album }),
      });
    if (batch.size >= AT_ONCE) await queue();
  }
  await queue();
  return queued;
}

/** With --repair, queues what was found. */
export async function queueIf(
  repair: boolean,
  copies: Copies | undefined,
  options: RepairOptions,
  report: VerifyReport,
): Promise<number | undefined> {
  return repair && copies ? queueFound(options, copies, report) : undefined;
}

export function nothingToRepair({ dataDir }: Settings): UsageError {
  return new UsageError(
    'NO_JOB',
    `--repair queues work for the next run, but ${dataDir} has no job of these chats: set DATA_DIR to the directory with their ledger, or leave --repair out.`,
  );
}
