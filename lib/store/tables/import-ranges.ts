import type { Kysely, Transaction } from 'kysely';
import { asNumber } from '../values.js';
import type { ImportKey } from './history-imports.js';
import type { StoreTables } from './schema.js';

type RangeTables = Pick<StoreTables, 'import_ranges'>;

/** Messages of a chat that an import has, one id after another. */
export interface ImportRange {
  /** Marked. */
  readonly chatId: number;
  readonly first: number;
  readonly last: number;
  /** Whether each of them shows its file, or none does. */
  readonly withFiles: boolean;
}

export interface NotedRange extends ImportRange {
  readonly planHash: string;
  readonly part: number;
}

/** Rows of one statement. */
const MOST_ROWS = 500;

/** What all imports into a chat have that were started, or are about to be, whatever the plan. */
export async function importRangesOf(
  db: Kysely<RangeTables>,
  { accountId, targetId }: Pick<ImportKey, 'accountId' | 'targetId'>,
): Promise<NotedRange[]> {
  const rows = await db
    .selectFrom('import_ranges')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('target_id', '=', targetId)
    .orderBy('plan_hash')
    .orderBy('part')
    .orderBy('chat_id')
    .orderBy('first_id')
    .execute();
  return rows.map((row) => ({
    planHash: row.plan_hash,
    part: asNumber(row.part),
    chatId: asNumber(row.chat_id),
    first: asNumber(row.first_id),
    last: asNumber(row.last_id),
    withFiles: asNumber(row.with_files) === 1,
  }));
}

/** Notes which messages an import has, in place of what was noted of that part. */
export async function noteImportRanges(
  tx: Transaction<RangeTables>,
  { accountId, planHash, targetId }: ImportKey,
  part: number,
  ranges: readonly ImportRange[],
): Promise<void> {
  await tx
    .deleteFrom('import_ranges')
    .where('account_id', '=', accountId)
    .where('target_id', '=', targetId)
    .where('plan_hash', '=', planHash)
    .where('part', '=', part)
    .execute();
  const rows = ranges.map(({ chatId, first, last, withFiles }) => ({
    ...{ account_id: accountId, target_id: targetId, plan_hash: planHash, part },
    ...{ chat_id: chatId, first_id: first, last_id: last, with_files: withFiles ? 1 : 0 },
  }));
  for (let from = 0; from < rows.length; from += MOST_ROWS)
    await tx
      .insertInto('import_ranges')
      .values(rows.slice(from, from + MOST_ROWS))
      .execute();
}

/** Finds the range that has a message. */
export class ImportedIds {
  readonly #ranges = new Map<number, ImportRange[]>();

  constructor(ranges: readonly ImportRange[]) {
    for (const range of [...ranges].sort((one, other) => one.first - other.first)) {
      const own = this.#ranges.get(range.chatId);
      if (own) own.push(range);
      else this.#ranges.set(range.chatId, [range]);
    }
  }

  /** The chats that have any, by their marked ids. */
  get chats(): readonly number[] {
    return [...this.#ranges.keys()];
  }

  /** Ascending. */
  idsOf(chatId: number): readonly number[] {
    return (this.#ranges.get(chatId) ?? []).flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    );
  }

  find(chatId: number, id: number): ImportRange | undefined {
    const ranges = this.#ranges.get(chatId) ?? [];
    let [low, high] = [0, ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ranges[middle]?.first ?? 0) <= id) low = middle + 1;
      else high = middle;
    }
    const range = ranges[low - 1];
    return range !== undefined && id <= range.last ? range : undefined;
  }
}
