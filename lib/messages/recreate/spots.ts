import type { Attachment, Copy, Spot } from './plan.js';

/** The files of a message that are carried over for its copy, besides its own photo or file. */
export function spotsOf(copy: Copy): Spot[] {
  if (copy.kind === 'photo') return copy.moves ? ['clip'] : [];
  if (copy.kind === 'rich') return [...copy.spots];
  if (copy.kind !== 'poll') return [];
  const attached = [copy.attached, copy.quiz?.attached, ...copy.answers.map((answer) => answer.attached)];
  return attached.flatMap(spotOf);
}

function spotOf(attached: Attachment | undefined): Spot[] {
  return attached?.kind === 'file' ? [attached.spot] : [];
}
