import { OLDER_START } from '../base/source-ids.js';
import type { Selection } from '../messages/selection/selection.js';
import { remainingCount } from '../telegram/history.js';
import { lastIdBefore } from '../telegram/history-bounds.js';
import type { CloneOptions } from './options.js';
import { ALBUM_SPAN } from './units.js';

/**
 * The source id after which a selection lets a run begin, `checkpoint` or later. It begins an album's span early: of an
 * album whose first items come before the beginning, the others must not be taken for a whole one.
 */
export async function beginningOf(
  { client, source, signal }: Pick<CloneOptions, 'client' | 'source' | 'signal'>,
  { since, fromId = OLDER_START + 1 }: Partial<Selection['bounds']> = {},
  checkpoint: number,
): Promise<number> {
  const dated = since === undefined ? undefined : await lastIdBefore(client, source, since, signal);
  const before = Math.max(dated ?? OLDER_START, fromId - 1);
  if (before === OLDER_START) return checkpoint;
  // Ids just below the chat's own first message would be the newest ones of the older history.
  const lowest = before >= 0 ? 0 : OLDER_START;
  return Math.max(checkpoint, lowest, before - ALBUM_SPAN);
}

/** How many messages lie after the checkpoint and not above `upTo`; undefined when the server doesn't say. */
export async function countUpTo(
  {
    client,
    source,
    sourceTopic: topicId,
    signal,
  }: Pick<CloneOptions, 'client' | 'source' | 'sourceTopic' | 'signal'>,
  count: number | undefined,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<number | undefined> {
  if (count === undefined || upTo >= LARGEST_ID) return count;
  const beyond = await remainingCount(client, source, { afterId: Math.max(after, upTo), topicId }, signal);
  return beyond === undefined ? undefined : Math.max(0, count - beyond);
}

/** TL: ids of messages are ints. */
const LARGEST_ID = 2 ** 31 - 1;

/**
 * The source id above which a selection lets no unit begin, so that the history need not be read any further; Infinity
 * when it has no end, or one that is still to come. By the id that belongs to the date: messages whose dates are out of
 * order are left out one by one.
 */
export async function endOf(
  { client, source, clock, signal }: Pick<CloneOptions, 'client' | 'source' | 'clock' | 'signal'>,
  { until, toId = Number.POSITIVE_INFINITY }: Partial<Selection['bounds']> = {},
): Promise<number> {
  if (until === undefined || until * 1000 >= clock.now()) return toId;
  const last = await lastIdBefore(client, source, until + 1, signal);
  return Math.min(toId, last ?? OLDER_START);
}
