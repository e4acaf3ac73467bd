import type { Reduction } from '../messages/losses.js';
import { isReply } from '../messages/tl/replies.js';
import { wayOf } from './carried-media.js';
import { noteLosses } from './note-reduction.js';
import type { Run } from './run.js';
import type { Outgoing, Place } from './send-unit.js';

/**
 * Keeps in mind what the copies of messages are going to lack, and how they go: the ledger notes it with `sending`, so
 * that a copy whose answer was lost is known as well as any other. Returns whether that has changed since the last time.
 */
export function expectLosses(
  run: Pick<Run, 'router' | 'losses' | 'expected' | 'ways'>,
  outgoing: readonly Outgoing[],
  place: Place | 'unknown',
): boolean {
  let isChanged = false;
  for (const item of outgoing) {
    const { id } = item.message;
    const lost = lossesOf(run, item, place);
    const way = item.source.kind === 'forward' ? 'forward' : wayOf(item.carried);
    isChanged ||= run.expected.get(id)?.join() !== lost.join() || run.ways.get(id) !== way;
    run.expected.set(id, lost);
    run.ways.set(id, way);
  }
  return isChanged;
}

/**
 * What the copies that were just sent lack of their originals, message by message. `report` counts and reports it.
 */
export function takeLosses(
  run: Run,
  outgoing: readonly Outgoing[],
  place: Place,
): { readonly losses: readonly (readonly Reduction[])[]; readonly report: () => void } {
  const losses = outgoing.map((item) => lossesOf(run, item, place));
  const report = (): void => {
    for (const [index, { message }] of outgoing.entries()) noteLosses(run, message.id, losses[index] ?? []);
  };
  return { losses, report };
}

/** `unknown` place: the copy is taken to answer what its original answers. */
function lossesOf(
  { router, losses }: Pick<Run, 'router' | 'losses'>,
  { message, reductions, carried, items = [] }: Outgoing,
  place: Place | 'unknown',
): Reduction[] {
  const all = [carried, ...items.map((item) => item.carried)];
  // The server's own file keeps its list of stickers.
  const planned = reductions.filter((loss) => loss !== 'attached_stickers' || !carried?.isBorrowed);
  const lost = [...planned, ...all.flatMap((each) => each?.reductions ?? [])];
  if (place !== 'unknown' && isReply(message.replyTo))
    lost.push(...(place.replyTo ? (place.lost ?? []) : (['reply'] as const)));
  if (router.putsTogether(message)) lost.push('topic');
  return [...lost, ...(losses.get(message.id) ?? [])];
}

/** Forgets everything that was kept in mind about sends that are over. */
export function forgetSends(
  { contents, texts, items, ways, owed, expected, losses }: Pick<Run, Notes>,
  sourceIds: readonly number[],
): void {
  for (const id of sourceIds)
    for (const notes of [contents, texts, items, ways, owed, expected, losses]) notes.delete(id);
}

type Notes = 'contents' | 'texts' | 'items' | 'ways' | 'owed' | 'expected' | 'losses';
