import assert from 'node:assert/strict';

/** What a run and a dry run both count. */
export interface RunCounts {
  readonly sent: number;
  readonly bytes: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly reduced: Readonly<Record<string, number>>;
  readonly reducedMessages: number;
  readonly failed: readonly unknown[];
  readonly ways: Readonly<Record<string, number>>;
  readonly topics: number;
  readonly lastId: number;
}

/** The counts in the record of a run (`summary`) or a dry run (`dry_run`). */
export function countsOf(record: Record<string, unknown> | undefined): RunCounts {
  assert.ok(record);
  const { sent, bytes, skipped, reduced, reducedMessages, failed, ways, topics, lastId } = record;
  const created = Array.isArray(topics) ? topics.length : topics;
  return {
    sent,
    bytes,
    skipped,
    reduced,
    reducedMessages,
    failed,
    ways,
    topics: created,
    lastId,
  } as RunCounts;
}
