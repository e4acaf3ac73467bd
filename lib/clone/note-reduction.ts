import type { Log } from '../base/log.js';
import type { Reduction } from '../messages/losses.js';

/** Where a loss is counted, and who is told of it. */
interface Listeners {
  readonly tally: { reduced(kind: Reduction): void };
  readonly observer: {
    onReduced(reduced: { readonly sourceId: number; readonly kind: Reduction }): void;
  };
  readonly log: Pick<Log, 'info'>;
}

/** Counts and reports that a copy lacks something. */
export function noteReduction({ tally, observer, log }: Listeners, sourceId: number, kind: Reduction): void {
  tally.reduced(kind);
  observer.onReduced({ sourceId, kind });
  log.info('message_reduced', { sourceId, kind });
}
