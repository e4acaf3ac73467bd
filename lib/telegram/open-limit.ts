import { linkAbort, orAborted } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { timedOut } from '../refusals/telegram-error.js';

/** For the TCP connection, the key exchange and the first answer together, in milliseconds. */
const OPEN_LIMIT_MS = 15_000;

/**
 * Runs `open`, which opens a connection. Rejects with TIMEOUT when it isn't open within 15 seconds, or at once with
 * `closing`'s reason; by then `open`'s signal has aborted, with the same reason.
 */
export async function inTime<T>(
  { clock, closing }: { readonly clock: Clock; readonly closing: AbortSignal },
  open: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = linkAbort(closing);
  const overdue = clock.sleep(OPEN_LIMIT_MS, limit.signal).then(() => limit.abort(timedOut('connect')));
  overdue.catch(() => {});
  try {
    return await orAborted(open(limit.signal), limit.signal);
  } finally {
    limit.abort();
    limit.release();
  }
}
