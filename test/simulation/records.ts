import { DATABASE_OWNER } from '../../lib/cli/database-owner.js';
import { type LedgerPlace, openLedger } from '../../lib/ledger/ledger.js';

/** The ledger's record of one job. */
export interface JobRecord {
  readonly sourceId: number;
  /** By source id. */
  readonly messages: ReadonlyMap<number, MessageRecord>;
  /** Source id → target id of what is sent. */
  readonly copies: ReadonlyMap<number, number>;
  /** Source id → target ids of the messages in which its text continues, in order. */
  readonly continuations: ReadonlyMap<number, readonly number[]>;
  /** Source id → target ids of the further messages of a copy that is an album of its own, in order. */
  readonly items: ReadonlyMap<number, readonly number[]>;
  /** Source topic → target topic, of the topics that exist. */
  readonly topics: ReadonlyMap<number, number>;
}

/** How the ledger says that a message ended. */
export interface MessageRecord {
  readonly state: string;
  readonly reason: string | undefined;
  /** Undefined: not known. */
  readonly losses: readonly string[] | undefined;
  readonly way: string | undefined;
}

/**
 * The records of the jobs of a data directory, or of a server, read straight from the ledger's tables. `settled`: whether no part of a copy
 * may be under way, as after the last process.
 */
export async function readRecords(
  place: string | LedgerPlace,
  { settled = true } = {},
): Promise<JobRecord[]> {
  const { db, close } = await openLedger(
    typeof place === 'string' ? { dataDir: place, owner: DATABASE_OWNER } : place,
  );
  try {
    const jobs = await db.selectFrom('ledger_jobs').select(['job_id', 'source_id']).execute();
    const messages = await db.selectFrom('ledger_messages').selectAll().orderBy('source_id').execute();
    const parts = await db.selectFrom('ledger_continuations').selectAll().orderBy('part').execute();
    const topics = await db
      .selectFrom('ledger_topics')
      .select(['job_id', 'source_id', 'target_id'])
      .where('target_id', 'is not', null)
      .execute();
    return jobs.map(({ job_id: jobId, source_id }) => {
      const own = <Row extends { readonly job_id: string }>(rows: readonly Row[]): Row[] =>
        rows.filter((row) => row.job_id === jobId);
      const rows = own(messages);
      return {
        sourceId: Number(source_id),
        messages: new Map(rows.map((row) => [Number(row.source_id), recordOf(row)])),
        copies: targetsOf(rows.filter(({ state }) => state === 'sent')),
        ...furtherOf(
          own(parts),
          rows.filter(({ state }) => state === 'sent'),
          settled,
        ),
        topics: targetsOf(own(topics)),
      };
    });
  } finally {
    await close();
  }
}

interface Row {
  readonly source_id: bigint | number | string;
  readonly target_id: bigint | number | string | null;
}

function recordOf(row: {
  readonly state: string;
  readonly reason: string | null;
  readonly losses: string | null;
  readonly way: string | null;
}): MessageRecord {
  const { state, reason, losses, way } = row;
  return {
    state,
    reason: reason ?? undefined,
    losses: losses?.split(',').filter((word) => word !== ''),
    way: way ?? undefined,
  };
}

function targetsOf(rows: readonly Row[]): Map<number, number> {
  return new Map(rows.map(({ source_id, target_id }) => [Number(source_id), Number(target_id)]));
}

/** A message that was never sent may have parts that were only planned. */
function furtherOf(
  parts: readonly (Row & { readonly state: string; readonly part: bigint | number | string })[],
  sent: readonly Row[],
  settled: boolean,
): Pick<JobRecord, 'continuations' | 'items'> {
  const sentIds = new Set(sent.map(({ source_id }) => Number(source_id)));
  const continuations = new Map<number, number[]>();
  const items = new Map<number, number[]>();
  for (const { source_id, target_id, state, part } of parts) {
    const id = Number(source_id);
    if (!sentIds.has(id) && state === 'planned') continue;
    if (state !== 'sent' && settled) throw new Error(`A part of message ${id} is ${state}.`);
    const targets = Number(part) < 0 ? items : continuations;
    const before = targets.get(id) ?? [];
    targets.set(id, Number(part) < 0 ? [Number(target_id), ...before] : [...before, Number(target_id)]);
  }
  return { continuations, items };
}
