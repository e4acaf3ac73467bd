import type { Log } from '../base/log.js';
import type { Reduction } from '../messages/losses.js';
import type { CloneEvent } from './events.js';

/** Where a loss is counted, and who hears of it. */
interface Listeners {
  readonly tally: { reduced(lost: Reduction): void };
  readonly onEvent: (event: CloneEvent) => void;
  readonly log: Pick<Log, 'info'>;
}

/** What copies lack, by source id. */
export type Losses = Map<number, readonly Reduction[]>;

/** Counts and reports that a topic lacks something of its original. */
export function noteReduction({ tally, onEvent, log }: Listeners, sourceId: number, lost: Reduction): void {
  tally.reduced(lost);
  onEvent({ kind: 'reduced', sourceId, lost });
  log.info('message_reduced', { sourceId, kind: lost });
}

/**
 * Counts and reports what the copy of a message lacks of it. `before`: what it is known to lack already, with which the
 * message was counted.
 */
export function noteLosses(
  listeners: Listeners & { readonly tally: { reducedMessage(): void } },
  sourceId: number,
  lost: readonly Reduction[],
  before: readonly string[] = [],
): void {
  if (lost.length > 0 && before.length === 0) listeners.tally.reducedMessage();
  for (const each of lost) noteReduction(listeners, sourceId, each);
}

/** Keeps in mind what a send has had to leave out, until it is over. */
export function loseInSend({ losses }: { readonly losses: Losses }, sourceId: number, lost: Reduction): void {
  losses.set(sourceId, [...(losses.get(sourceId) ?? []), lost]);
}
