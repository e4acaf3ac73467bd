import type { Log } from '../base/log.js';
import type { Reduction } from '../messages/losses.js';
import type { CloneEvent } from './events.js';

/** Where a loss is counted, and who hears of it. */
interface Listeners {
  readonly tally: { reduced(lost: Reduction): void };
  readonly onEvent: (event: CloneEvent) => void;
  readonly log: Pick<Log, 'info'>;
}

/** Counts and reports that a copy lacks something of its original. */
export function noteReduction({ tally, onEvent, log }: Listeners, sourceId: number, lost: Reduction): void {
  tally.reduced(lost);
  onEvent({ kind: 'reduced', sourceId, lost });
  log.info('message_reduced', { sourceId, kind: lost });
}
