import { linkAbort } from '../base/abort.js';
import type { Clock } from '../base/clock.js';

/** An answer that is due and doesn't come. */
export interface Silence {
  /** The TL method that was called; undefined while a connection is made. */
  readonly method: string | undefined;
  /** When the call, or the first attempt to connect, began: milliseconds since the Unix epoch. */
  readonly since: number;
}

/** After how many milliseconds people begin to wonder why nothing happens. */
const NOTICED_AFTER_MS = 5_000;

/** Settles as `work` does, and reports once when that takes longer than five seconds. */
export async function whileSilent<T>(
  work: Promise<T>,
  { method, clock, onSilence }: { method?: string; clock: Clock; onSilence: (silence: Silence) => void },
): Promise<T> {
  const since = clock.now();
  const timer = linkAbort();
  clock.sleep(NOTICED_AFTER_MS, timer.signal).then(
    () => onSilence({ method, since }),
    () => {},
  );
  try {
    return await work;
  } finally {
    timer.abort();
  }
}
