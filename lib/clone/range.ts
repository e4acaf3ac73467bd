import { OLDER_START } from '../base/source-ids.js';
import type { Selection } from '../messages/selection/selection.js';
import { remainingCount } from '../telegram/history.js';
import { lastIdBefore } from '../telegram/history-bounds.js';
import type { CloneOptions } from './options.js';

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
