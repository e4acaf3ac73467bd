import type { TelepiClient } from '../telegram/client.js';
import { firstRequests, newestRequest, type Peer } from '../telegram/history.js';
import { appConfigRequest } from '../telegram/limits.js';

export interface ReadAhead {
  readonly source: Peer;
  readonly target: Peer;
  /** The checkpoint that the job is expected to have. */
  readonly afterId: number;
  /** Whether the job is expected to begin with this run. */
  readonly isNew: boolean;
}

/**
 * Makes the reads with which `runClone` begins, for a whole chat, before it is known whether and how the clone runs. If
 * the expectations are wrong, some were in vain.
 */
export function readAhead(
  client: Pick<TelepiClient, 'callAhead'>,
  { source, target, afterId, isNew }: ReadAhead,
): void {
  client.callAhead(appConfigRequest());
  for (const request of firstRequests(source, afterId)) client.callAhead(request);
  if (isNew) client.callAhead(newestRequest(target, 1));
}
