import { OLDER_START } from '../base/source-ids.js';
import type { Selection } from '../messages/selection/selection.js';
import { lastIdBefore } from '../telegram/history-bounds.js';
import type { CloneOptions } from './options.js';
import { ALBUM_SPAN } from './units.js';

/** Where a selection lets a run begin: after this source id. */
export interface Beginning {
  readonly after: number;
  /** The newest source id before `since`; undefined without that bound, or when there is none. */
  readonly dated: number | undefined;
}

/**
 * Where a selection lets a run begin, at `checkpoint` or later. It begins an album's span early: of an album whose first
 * items come before the beginning, the others must not be taken for a whole one.
 */
export async function beginningOf(
  { client, source, signal }: Pick<CloneOptions, 'client' | 'source' | 'signal'>,
  { since, fromId = OLDER_START + 1 }: Partial<Selection['bounds']> = {},
  checkpoint: number,
): Promise<Beginning> {
  const dated = since === undefined ? undefined : await lastIdBefore(client, source, since, signal);
  const before = Math.max(dated ?? OLDER_START, fromId - 1);
  if (before === OLDER_START) return { after: checkpoint, dated };
  // Ids just below the chat's own first message would be the newest ones of the older history.
  const lowest = before >= 0 ? 0 : OLDER_START;
  return { after: Math.max(checkpoint, lowest, before - ALBUM_SPAN), dated };
}

/** Where a selection lets a run end: no unit begins above this source id; Infinity for no end. */
export interface End {
  readonly upTo: number;
  /** The newest source id that `until` allows; undefined without that bound. */
  readonly dated: number | undefined;
}

/**
 * Where a selection lets a run end, so that the history need not be read any further; never, when it has no end, or one
 * that is still to come. By the id that belongs to the date: messages whose dates are out of order are left out one by
 * one.
 */
export async function endOf(
  { client, source, clock, signal }: Pick<CloneOptions, 'client' | 'source' | 'clock' | 'signal'>,
  { until, toId = Number.POSITIVE_INFINITY }: Partial<Selection['bounds']> = {},
): Promise<End> {
  if (until === undefined || until * 1000 >= clock.now()) return { upTo: toId, dated: undefined };
  const dated = (await lastIdBefore(client, source, until + 1, signal)) ?? OLDER_START;
  return { upTo: Math.min(toId, dated), dated };
}
