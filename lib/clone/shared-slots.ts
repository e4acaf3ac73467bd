import { orAborted } from '../base/abort.js';
import type { PartUploader } from '../base/file-parts.js';

/**
 * An uploader that sends at most `slots` parts at once, over all transfers: first come, first served. Each part gets the
 * number of a slot that no other has at that time.
 */
export function sharedSlots(uploader: PartUploader, slots: number): PartUploader {
  const free = Array.from({ length: slots }, (_, slot) => slot);
  const waiting = new Set<(slot: number) => void>();
  const giveBack = (slot: number): void => {
    const [next] = waiting;
    if (!next) free.push(slot);
    else {
      waiting.delete(next);
      next(slot);
    }
  };
  const take = async (signal: AbortSignal): Promise<number> => {
    const slot = free.shift();
    if (slot !== undefined) return slot;
    let grant: (slot: number) => void = () => {};
    const granted = new Promise<number>((resolve) => {
      grant = resolve;
    });
    waiting.add(grant);
    try {
      return await orAborted(granted, signal);
    } catch (error) {
      // Granted in the same moment: whoever waits next gets it.
      if (!waiting.delete(grant)) giveBack(await granted);
      throw error;
    }
  };
  return {
    async savePart(part, signal, faults) {
      const slot = await take(signal);
      try {
        await uploader.savePart({ ...part, slot }, signal, faults);
      } finally {
        giveBack(slot);
      }
    },
  };
}
