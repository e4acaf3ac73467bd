import type { Reduction } from '../messages/losses.js';
import { isReply } from '../messages/tl/replies.js';
import { noteReduction } from './note-reduction.js';
import type { Run } from './run.js';
import type { Outgoing, Place } from './send-unit.js';

/**
 * What the copies that were just sent lack of their originals, message by message. `report` counts and reports the
 * losses that nobody has reported yet.
 */
export function takeLosses(
  run: Run,
  outgoing: readonly Outgoing[],
  place: Place,
): { readonly losses: readonly (readonly Reduction[])[]; readonly report: () => void } {
  const planned = outgoing.map((item) => ({ id: item.message.id, lost: plannedLosses(run, item, place) }));
  const losses = planned.map(({ id, lost }) => {
    const inSend = run.losses.get(id) ?? [];
    run.losses.delete(id);
    return [...lost, ...inSend];
  });
  const report = (): void => {
    for (const { id, lost } of planned) for (const kind of lost) noteReduction(run, id, kind);
  };
  return { losses, report };
}

/** What a copy lacks, apart from what its send had to leave out. */
function plannedLosses(
  { router }: Run,
  { message, reductions, carried, items = [] }: Outgoing,
  place: Place,
): Reduction[] {
  const all = [carried, ...items.map((item) => item.carried)];
  const lost = [...reductions, ...all.flatMap((each) => each?.reductions ?? [])];
  if (isReply(message.replyTo) && !place.replyTo) lost.push('reply');
  if (router.putsTogether(message)) lost.push('topic');
  return lost;
}
