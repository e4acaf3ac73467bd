import { isStored } from '../document/file.js';
import { cardForMissing, cardOr } from './card.js';
import type { Planner } from './planner.js';

/** A photo is sent as it is. What deletes itself is never copied, and neither is its caption. */
export const planPhoto: Planner<'photo'> = ({ photo, clip, live, selfDestructs }, post, means) => {
  if (selfDestructs) {
    return cardOr(means, 'self_destructing', 'photo that deletes itself', post, { ownText: false });
  }
  if (!isStored(photo)) return cardForMissing(post, means, photo, 'photo');
  const moves = isStored(clip) && clip.reference.size > 0;
  return {
    kind: 'photo',
    ...(moves && { moves }),
    losses: [
      ...(photo.hasStickers ? (['attached_stickers'] as const) : []),
      ...(live && !moves ? (['live_photo'] as const) : []),
    ],
  };
};
