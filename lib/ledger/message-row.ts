import type { Selectable } from 'kysely';
import type { SentContent } from '../base/fingerprint.js';
import { WAYS, type Way } from '../base/ways.js';
import { asBigInt, asNumber, asOptionalNumber, DamagedValue } from '../store/values.js';
import { storedContent } from './fingerprint-columns.js';
import { lossesIn } from './losses-of-copy.js';
import { MESSAGE_STATES, type MessageState, type MessagesTable, REPAIRS, type Repair } from './schema.js';

/** A message of the source, and the progress of its copy. */
export interface MessageRow {
  readonly sourceId: number;
  readonly state: MessageState;
  readonly randomId: bigint;
  readonly targetId?: number;
  /**
   * Why it was skipped or failed: a stable name. `found`: its copy was found in the target instead of being named by an
   * answer.
   */
  readonly reason?: string;
  /** Why it failed: a sentence. */
  readonly detail?: string;
  /** How often a send was begun. */
  readonly attempts: number;
  readonly groupedId?: bigint;
  /** What its copy looks like, noted when a send was begun. */
  readonly content?: SentContent;
  /** A copy that no answer has named comes after this message of the target. Absent when there can't be one. */
  readonly afterId?: number;
  /** The text that is sent, or was: JSON of the clone, empty when it is the source's own. Absent when nobody noted it. */
  readonly sentText?: string;
  /** What its copy lacks of it, by stable names. Absent when nobody noted it. */
  readonly losses?: readonly string[];
  /** What the next run is to repair. */
  readonly repair?: Repair;
  /** What has still to be done to the copy once it is there. */
  readonly owed?: string;
  /** How it goes, or went. Absent when nobody noted it. */
  readonly way?: Way;
}

export function messageRow(row: Selectable<MessagesTable>): MessageRow {
  const targetId = asOptionalNumber(row.target_id);
  const afterId = asOptionalNumber(row.after_id);
  const content = storedContent(row);
  if (!MESSAGE_STATES.includes(row.state)) throw new DamagedValue('A message has an unknown state.');
  // A ledger of an older version that is only read has no such column.
  const repair = row.repair ?? undefined;
  if (repair !== undefined && !REPAIRS.includes(repair))
    throw new DamagedValue('A message has an unknown repair.');
  const losses = lossesIn(row.losses);
  const way = row.way ?? undefined;
  if (way !== undefined && !WAYS.includes(way)) throw new DamagedValue('A message went an unknown way.');
  return {
    sourceId: asNumber(row.source_id),
    state: row.state,
    randomId: asBigInt(row.random_id),
    ...(targetId !== undefined && { targetId }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.detail !== null && { detail: row.detail }),
    attempts: asNumber(row.attempts),
    ...(row.grouped_id !== null && { groupedId: asBigInt(row.grouped_id) }),
    ...(content && { content }),
    ...(afterId !== undefined && { afterId }),
    ...(row.sent_text != null && { sentText: row.sent_text }),
    ...(losses && { losses }),
    ...(repair && { repair }),
    ...(row.owed != null && { owed: row.owed }),
    ...(way && { way }),
  };
}
