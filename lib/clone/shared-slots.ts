import { orAborted } from '../base/abort.js';
import { deferred } from '../base/deferred.js';
import type { PartUploader } from '../base/file-parts.js';

/** An uploader that sends at most `slots` parts at once, over all transfers: first come, first served. */
export function sharedSlots(uploader: PartUploader, slots: number): PartUploader {
  let free = slots;
  const waiting = new Set<() => void>();
  const giveBack = (): void => {
    const [next] = waiting;
    if (!next) free += 1;
    else {
      waiting.delete(next);
      next();
    }
  };
  const take = async (signal: AbortSignal): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve: grant } = deferred<void>();
    waiting.add(grant);
    try {
      await orAborted(promise, signal);
    } catch (error) {
      // The slot was granted at the same moment: whoever waits next gets it.
      if (!waiting.delete(grant)) giveBack();
      throw error;
    }
  };
  return {
    async savePart(part, signal, faults) {
      await take(signal);
      try {
        await uploader.savePart(part, signal, faults);
      } finally {
        giveBack();
      }
    },
  };
}
