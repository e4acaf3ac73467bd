import type { DownloadLease } from '../telegram/iter-download.js';
import type { PartSource } from '../telegram/media.js';

/** As a source; `before` is awaited once, right before the first request for its bytes. What it throws ends the reading. */
export function begunBy(source: PartSource, before: () => Promise<void>): PartSource {
  let begun: Promise<void> | undefined;
  return {
    hashes: (offset, signal) => source.hashes(offset, signal),
    open(range, lease, signal) {
      const last: DownloadLease = {
        // Whoever has the bytes of a part asks for it at once.
        async acquire(bytes, until) {
          await lease.acquire(bytes, until);
          begun ??= before();
          await begun;
        },
        heldAtMost: (bytes, until) => lease.heldAtMost(bytes, until),
        release: (bytes) => lease.release(bytes),
      };
      return source.open(range, last, signal);
    },
  };
}
