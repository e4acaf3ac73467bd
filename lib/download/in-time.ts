import { linkAbort } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { Page } from './page.js';
import type { PageSaver } from './save-page.js';

/** How long messages that were read wait for others before they are saved. */
const MOMENT_MS = 1_000;

/**
 * The same pages. What the saver has taken of them is saved when the next one doesn't come in a moment, when it can't be read,
 * and when there is none.
 */
export async function* savedInTime(
  pages: AsyncGenerator<Page>,
  saver: Pick<PageSaver, 'isWaiting' | 'save'>,
  clock: Clock,
): AsyncGenerator<Page> {
  try {
    for (;;) {
      const next = pages.next();
      if (saver.isWaiting && !(await settlesWithin(next, MOMENT_MS, clock))) {
        next.catch(() => {}); // met below
        await saver.save();
      }
      const { done, value } = await next.catch(async (error: unknown) => {
        await saver.save();
        throw error;
      });
      if (done) {
        await saver.save();
        return;
      }
      yield value;
    }
  } finally {
    await pages.return(undefined);
  }
}

/** Whether a promise settles within `ms` milliseconds, in whatever way. */
async function settlesWithin(promise: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const ending = linkAbort();
  const settled = promise.then(
    () => true,
    () => true,
  );
  const late = clock.sleep(ms, ending.signal).then(
    () => false,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    ending.abort();
  }
}
