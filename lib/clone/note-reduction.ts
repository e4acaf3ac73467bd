import type { Log } from '../base/log.js';
import type { Reduction } from '../messages/losses.js';
import type { CloneEvent } from './events.js';

/** Where a loss is counted, and who hears of it. */
interface Listeners {
  readonly tally: { reduced(lost: Reduction): void };
  readonly onEvent: (event: CloneEvent) => void;
  readonly log: Pick<Log, 'info'>;
}

/** What the copies of messages that are being sent lack, by source id. */
export type Losses = Map<number, Reduction[]>;

/** Counts and reports that a copy lacks something of its original. */
export function noteReduction({ tally, onEvent, log }: Listeners, sourceId: number, lost: Reduction): void {
  tally.reduced(lost);
  onEvent({ kind: 'reduced', sourceId, lost });
  log.info('message_reduced', { sourceId, kind: lost });
}

/** As noteReduction, for a loss that the send itself made necessary: it is recorded with the message. */
export function loseInSend(
  run: Listeners & { readonly losses: Losses },
  sourceId: number,
  lost: Reduction,
): void {
  run.losses.set(sourceId, [...(run.losses.get(sourceId) ?? []), lost]);
  noteReduction(run, sourceId, lost);
}
